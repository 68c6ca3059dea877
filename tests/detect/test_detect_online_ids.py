import pytest

from sekisho.detect import online_ids


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("taro@city.amagasaki.lg.jp", True),
        ("a.b+c@mail.example-shop.co.jp", True),
        ("TARO@CITY.JP", True),
        ("taro@example.com", False),
        ("taro@example.co.jp", False),
        ("taro@a.test", False),
        ("taro@localhost", False),
        ("a..b@city.jp", False),
        ("icon@2x.png", False),
    ],
)
def test_email(text: str, *, real: bool) -> None:
    assert online_ids.is_email(text) is real


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("10.1.2.3", True),
        ("203.0.114.1", True),
        ("2400:4050::9", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 # nothing is bound
        ("255.255.255.0", False),
        ("224.0.0.1", False),
        ("169.254.1.1", False),
        ("203.0.113.9", False),
        ("1.2.3", False),
        ("01.2.3.4", False),
        ("::1", False),
        ("fe80::1", False),
        ("2001:db8::5", False),
        ("12:34:56", False),
    ],
)
def test_ip_address(text: str, *, real: bool) -> None:
    assert online_ids.is_ip_address(text) is real


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("hunter2!A", True),
        ("Xk29fj3!", True),
        ("${PASSWORD}", False),
        ("password", False),
        ("******", False),
        ("aaaaaaaaaa", False),
        ("your_password_1", False),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", False),
    ],
)
def test_secret(text: str, *, secret: bool) -> None:
    assert online_ids.is_secret(text) is secret


def test_mac_address() -> None:
    assert online_ids.is_mac_address("00:1b:44:11:3a:b7")
    assert not online_ids.is_mac_address("00-00-00-00-00-00")


def test_domains_are_iana_s() -> None:
    assert {"jp", "com", "xn--wgbh1c"} <= online_ids.top_level_domains()
    assert len(online_ids.top_level_domains()) == 1448
