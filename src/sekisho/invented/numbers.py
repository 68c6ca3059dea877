"""Numbers that nobody has, each for a reason that is said beside it.

Where a kind of number has a range that is given to nobody, it is taken from there; where it has a check digit, that digit
is wrong; most have both. So none can be taken for a real one by whoever checks it, nor reach anybody.

- Telephone: after the area code no local number begins with 0, and no mobile number has 0 behind 090 (numbering plan
  of the Ministry of Internal Affairs).
- My Number, corporate number, insurer number, payment card, NHS number, Korean and Taiwanese numbers: wrong check digit.
- Account: of a bank that does not exist (``banks.toml``); seven digits alone are many people's.
- Japan Post Bank: symbols begin with 1 (0 for transfers); here with 9.
- Driving licence: begins with the code of a prefecture's commission, 10 to 97; here with 00.
- Residence card, passport: two letters that no card or booklet series begins with (ZZ, XX).
- Pension: the first four digits are an office's code; none is 0000. Employment insurance: likewise.
- SSN: none begins with 000. NINO: none begins with QQ. IBAN: no country is XX (ISO 3166 keeps it for users).
- IP: RFC 5737. MAC: RFC 7042.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from sekisho.codes import damm_digit
from sekisho.invented.banks import banks
from sekisho.invented.dice import by_rank
from sekisho.invented.draws import Draws, written

Digits = npt.NDArray[np.uint8]

_AREAS = ["03", "06", "052", "078", "092"]
_MY_NUMBER_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_KR_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_TW_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 1)
_NHS_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)
_LEADING_TO = {damm_digit(digit): digit for digit in "0123456789"}
# What follows an interim digit of the Damm table is seen behind the one digit that leads to it from zero.
_DAMM = np.array(
    [[int(damm_digit(_LEADING_TO[interim] + digit)) for digit in "0123456789"] for interim in "0123456789"], np.uint8
)
_BRANCHES = 480


def phones(draws: Draws) -> pl.Series:
    """Return telephone numbers, mobile ones mostly."""
    is_mobile = pl.Series(draws.chance("phone/is_mobile", 0.7))
    return pl.select(pl.when(is_mobile).then(mobile_phones(draws)).otherwise(fixed_phones(draws))).to_series()


def mobile_phones(draws: Draws) -> pl.Series:
    """Return mobile telephone numbers, of eleven digits."""
    number, code = draws.number("phone", 7), draws.one_of("phone/mobile", ["090", "080", "070"])
    return pl.select(pl.format("{}-0{}-{}", code, number.str.head(3), number.str.tail(4))).to_series()


def fixed_phones(draws: Draws) -> pl.Series:
    """Return telephone numbers of ten digits: the longer the area code, the shorter what is behind it."""
    number, area = draws.number("phone", 7), draws.one_of("phone/area", _AREAS)
    local = pl.when(area.str.len_chars() == 2).then(number.str.head(3)).otherwise(number.str.head(2))
    return pl.select(pl.format("{}-0{}-{}", area, local, number.str.tail(4))).to_series()


def bank_codes(draws: Draws) -> pl.Series:
    """Return codes of banks that do not exist."""
    known = banks()
    bank = known.first + draws.pick("bank", by_rank(known.last - known.first + 1, 2))
    return pl.Series(bank).cast(pl.String)


def branch_codes(draws: Draws) -> pl.Series:
    """Return branch codes."""
    return pl.Series(draws.below("branch", _BRANCHES) + 1).cast(pl.String).str.zfill(3)


def account_types(draws: Draws) -> pl.Series:
    """Return types of accounts in words."""
    return pl.Series(banks().kinds).gather(draws.pick("account/type", banks().kind_weights))


def yucho_accounts(draws: Draws) -> pl.Series:
    """Return symbols and numbers of Japan Post Bank accounts that begin as none does."""
    return "9" + draws.number("yucho/symbol", 3) + "0-" + draws.number("yucho", 7) + "1"


def my_numbers(draws: Draws) -> pl.Series:
    """Return 12 digits of which the last is not the check digit."""
    body = draws.digits("my_number", 11)
    rest = _weighed(body, _MY_NUMBER_WEIGHTS) % 11
    return _ended_wrongly(draws, "my_number", body, np.where(rest <= 1, 0, 11 - rest))


def corporate_numbers(draws: Draws) -> pl.Series:
    """Return 13 digits of which the first is not the check digit."""
    body = draws.digits("corporate_number", 12)
    right = 9 - _weighed(body, (2, 1) * 6) % 9
    wrong = (right + draws.below("corporate_number/wrong", 8)) % 9 + 1
    return written(np.column_stack([wrong.astype(np.uint8), body]))


def payment_cards(draws: Draws) -> pl.Series:
    """Return 16 digits of which the last is not the Luhn digit."""
    body = draws.digits("payment_card", 15)
    body[:, 0] = 4
    return _luhn_wrong(draws, "payment_card", body)


def insurer_numbers(draws: Draws) -> pl.Series:
    """Return 8 digits of which the last is not the check digit."""
    return _luhn_wrong(draws, "insurer_number", draws.digits("insurer_number", 7))


def nhs_numbers(draws: Draws) -> pl.Series:
    """Return 10 digits of which the last is not the check digit."""
    body = draws.digits("nhs_number", 9)
    return _ended_wrongly(draws, "nhs_number", body, -_weighed(body, _NHS_WEIGHTS) % 11)


def korean_numbers(draws: Draws) -> pl.Series:
    """Return 13 digits, hyphen behind the sixth, of which the last is not the check digit."""
    body = draws.digits("kr_rrn", 12)
    right = (11 - _weighed(body, _KR_WEIGHTS) % 11) % 10
    text = _ended_wrongly(draws, "kr_rrn", body, right)
    return text.str.head(6) + "-" + text.str.tail(7)


def taiwan_ids(draws: Draws) -> pl.Series:
    """Return a letter and nine digits of which the last is not the check digit."""
    body = draws.digits("tw_id", 8)
    body[:, 0] = 1 + body[:, 0] % 2
    right = -(1 + _weighed(body, _TW_WEIGHTS)) % 10  # A counts 10: 1 by 1, 0 by 9
    return "A" + _ended_wrongly(draws, "tw_id", body, right)


def case_numbers(draws: Draws) -> pl.Series:
    """Return nine digits of which the last is not the Damm digit, so that no case number of a cut is one of them."""
    body = draws.digits("case_number", 8)
    interim = np.zeros(len(body), np.uint8)
    for place in range(body.shape[1]):
        interim = _DAMM[interim, body[:, place]]
    return _ended_wrongly(draws, "case_number", body, interim)


def ip_addresses(draws: Draws) -> pl.Series:
    """Return addresses of the networks that are kept for documents."""
    network = draws.one_of("ip/net", ["192.0.2.", "198.51.100.", "203.0.113."])
    return network + pl.Series(draws.below("ip", 254) + 1).cast(pl.String)


def mac_addresses(draws: Draws) -> pl.Series:
    """Return addresses of the range that is kept for documents."""
    return draws.one_of("mac", [f"00:00:5E:00:53:{last:02X}" for last in range(256)])


def _luhn_wrong(draws: Draws, name: str, body: Digits) -> pl.Series:
    doubled = body[:, ::-2].astype(np.int64) * 2
    total = (doubled - 9 * (doubled > 9)).sum(axis=1) + body[:, -2::-2].astype(np.int64).sum(axis=1)
    return _ended_wrongly(draws, name, body, -total % 10)


def _weighed(body: Digits, weights: tuple[int, ...]) -> npt.NDArray[np.int64]:
    total: npt.NDArray[np.int64] = body.astype(np.int64) @ np.array(weights, np.int64)
    return total


def _ended_wrongly(draws: Draws, name: str, body: Digits, right: npt.ArrayLike) -> pl.Series:
    """Return digits with one behind them that is any but the right one."""
    wrong = (np.asarray(right, np.int64) + 1 + draws.below(f"{name}/wrong", 9)) % 10
    return written(np.column_stack([body, wrong.astype(np.uint8)]))
