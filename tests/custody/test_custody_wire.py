"""Only the host that the office named is spoken to, at an address of the public network, and not for long."""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator

import pytest

from sekisho.custody.senders import wire
from sekisho.custody.senders.message import Unsent
from sekisho.custody.senders.wire import Target, exchange, is_public, resolve

PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address that must be refused
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "::ffff:0:10.0.0.1",
    "::127.0.0.1",
    "fec0::1",
    "3fff::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_public_network_or_wraps_what_is_not(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_what_is(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1"])
def test_however_a_private_host_is_written_it_is_not_spoken_to(host: str) -> None:
    """The last three are what some resolvers read as 127.0.0.1."""
    with pytest.raises(Unsent) as unsent:
        resolve(host, 443, private=False)
    assert unsent.value.fault in {"private_address", "no_such_host"}


def test_a_name_with_one_private_address_is_not_believed_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(Unsent):
        resolve("siem.example", 443, private=False)


def test_a_name_is_asked_once_so_a_second_answer_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the connection is made to the address that was looked at."""
    asked, connected = list[str](), list[str]()

    def getaddrinfo(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8" if len(asked) == 1 else "127.0.0.1", port))]

    class Socket(socket.socket):
        def connect(self, address: tuple[str, int]) -> None:  # type: ignore[override]  # narrower: what is asked of it here
            connected.append(address[0])
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "socket", Socket)
    with pytest.raises(Unsent):
        exchange(Target.parse("https://siem.example/"), "GET", headers={}, private=False)
    assert (asked, connected) == (["siem.example"], ["8.8.8.8"])


@contextlib.contextmanager
def dribbling() -> Iterator[int]:
    """A server that sends one byte after another and never ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        peer, _ = listener.accept()
        with peer, contextlib.suppress(OSError):
            while not over.wait(0.02):
                peer.sendall(b"H")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        thread.join()
        listener.close()


def test_who_dribbles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, and all of them never."""
    monkeypatch.setattr(wire.at_most.__wrapped__, "__defaults__", (0.3,))  # type: ignore[attr-defined]  # of the function within
    with dribbling() as port, pytest.raises(Unsent):
        exchange(Target.parse(f"http://127.0.0.1:{port}/", plain=True), "GET", headers={}, private=True)


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def answer() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 204 done\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        target = Target.parse(f"http://127.0.0.1:{port}/ping", plain=True)
        assert exchange(target, "GET", headers={}, private=True) == 204
        thread.join()
