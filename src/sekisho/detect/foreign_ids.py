"""Check digits and dates in the numbers by which other countries know people, one value at a time.

A function takes the number as it is written, blanks and separators included, and tells whether it can be real. Sources,
with published examples of each, stand beside the vectors (``tests/vectors/detect/international.jsonl``). Where a number
has no check digit, or lost it, its ranges are asked, and its pattern asks for a label before it.
"""

import re
from datetime import date

from sekisho.detect.check_digits import is_dummy, luhn

_SEPARATORS = re.compile(r"[\s./\-]")
_ITIN_GROUPS = frozenset({*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)})
_EIN_NEVER = frozenset({0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97})
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU_LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_HETU_CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_CODICE_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21) * 2 + (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)
_CODICE_MONTHS = dict(zip("ABCDEHLMPRST", range(1, 13), strict=True))
_CODICE_DIGITS = str.maketrans(
    "LMNPQRSTUV", "0123456789"
)  # written instead of digits where two people had the same code
_PESEL_CENTURIES = {0: 1900, 20: 2000, 40: 2100, 60: 2200, 80: 1800}
_NIR_DEPARTMENTS = {"2A": "19", "2B": "18"}
_SG_LETTERS = {"S": "JZIHGFEDCBA", "T": "GFEDCBAJZIH", "F": "XWUTRQPNMLK", "G": "RQPNMLKXWUT", "M": "XWUTRQPNJLK"}
_SG_OFFSETS = {"M": 3}
_VERHOEFF_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def us_itin(text: str) -> bool:
    """United States, taxpayer number of those without a social security number: 9XX, and the groups that are issued."""
    digits = _digits(text, 9)
    return bool(digits) and digits[0] == "9" and int(digits[3:5]) in _ITIN_GROUPS


def us_ein(text: str) -> bool:
    """United States, employer number: the prefixes that are issued."""
    digits = _digits(text, 9)
    return bool(digits) and int(digits[:2]) not in _EIN_NEVER and not is_dummy(digits)


def us_aba(text: str) -> bool:
    """United States, routing number of a bank: Federal Reserve district, weights 3, 7, 1, modulus 10."""
    digits = _digits(text, 9)
    if not digits or is_dummy(digits):
        return False
    district = int(digits[:2])
    issued = 1 <= district <= 12 or 21 <= district <= 32 or 61 <= district <= 72 or district == 80
    return issued and _weighted(digits, (3, 7, 1) * 3) % 10 == 0


def us_npi(text: str) -> bool:
    """United States, health care provider: Luhn behind the prefix 80840."""
    digits = _digits(text, 10)
    return bool(digits) and digits[0] in "12" and luhn("80840" + digits)


def uk_utr(text: str) -> bool:
    """United Kingdom, unique taxpayer reference: the first digit checks the others, modulus 11."""
    digits = _digits(text, 10)
    return bool(digits) and digits[0] == "21987654321"[_weighted(digits[1:], (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11]


def uk_driver(text: str) -> bool:
    """United Kingdom, driver number: surname, then year, month (women: plus 50), day and year of birth."""
    month, day = int(text[6:8]), int(text[8:10])
    return 1 <= month % 50 <= 12 and month < 63 and 1 <= day <= 31 and text.rstrip("9 ")[:1].isalpha()


def uk_postcode(text: str) -> bool:
    """United Kingdom, postcode: letters that its second half never has."""
    return not set(text[-2:]) & set("CIKMOV") and text[0] not in "QVX"


def de_tax_id(text: str) -> bool:
    """Germany, Steuer-Identifikationsnummer: one digit stands two or three times in ten; ISO 7064, modulus 11,10."""
    digits = _digits(text, 11)
    if not digits or digits[0] == "0":
        return False
    times = sorted(map(digits[:10].count, set(digits[:10])))
    return times[-1] in {2, 3} and times[-2] == 1 and _mod_11_10(digits)


def fr_nir(text: str) -> bool:
    """France, numéro de sécurité sociale: sex, month, department, and a key of two digits, modulus 97."""
    compact = _SEPARATORS.sub("", text)
    for department, number in _NIR_DEPARTMENTS.items():
        if compact[5:7] == department:
            compact = compact[:5] + number + compact[7:]
    digits = _digits(compact, 15)
    if not digits or digits[0] not in "123478" or digits[7:10] == "000":
        return False
    month = int(digits[3:5])
    return (1 <= month <= 12 or 20 <= month <= 42 or month >= 50) and int(digits[13:]) == 97 - int(digits[:13]) % 97


def es_dni(text: str) -> bool:
    """Spain, DNI and NIE: the letter is the number modulo 23; X, Y, Z of a foreigner stand for 0, 1, 2."""
    compact = _SEPARATORS.sub("", text)
    number = str("XYZ".find(compact[0])) + compact[1:-1] if compact[0] in "XYZ" else compact[:-1]
    digits = _digits(number, 8)
    return bool(digits) and compact[-1] == _DNI_LETTERS[int(digits) % 23]


def it_codice_fiscale(text: str) -> bool:
    """Italy, codice fiscale: birth date, and a letter that checks the other 15."""
    tail = text[6:15].translate(_CODICE_DIGITS)
    day = text[9:11].translate(_CODICE_DIGITS)
    if text[8] not in _CODICE_MONTHS or not day.isdecimal() or not tail[:2].isdecimal():
        return False
    total = sum(_CODICE_ODD[c] if n % 2 == 0 else int(c, 36) - 10 * c.isalpha() for n, c in enumerate(text[:15]))
    return 1 <= int(day) % 40 <= 31 and text[15] == chr(ord("A") + total % 26)


def nl_bsn(text: str) -> bool:
    """Netherlands, burgerservicenummer: the eleven test."""
    digits = _digits(text, 9)
    return bool(digits) and not is_dummy(digits) and _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def pl_pesel(text: str) -> bool:
    """Poland, PESEL: birth date with the century in the month; weights 1, 3, 7, 9, modulus 10."""
    digits = _digits(text, 11)
    if not digits:
        return False
    month = int(digits[2:4])
    century = _PESEL_CENTURIES.get(month // 20 * 20, 0)
    born = _is_day(century + int(digits[:2]), month % 20, int(digits[4:6]))
    return born and _weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def se_personnummer(text: str) -> bool:
    """Sweden, personnummer and samordningsnummer (day plus 60): birth date, Luhn over ten digits."""
    digits = re.sub("[-+ ]", "", text)
    ten = digits[-10:]
    if len(digits) not in {10, 12} or not luhn(ten) or is_dummy(ten):
        return False
    years = [int(digits[:4])] if len(digits) == 12 else [1900 + int(ten[:2]), 2000 + int(ten[:2])]
    return any(_is_day(year, int(ten[2:4]), int(ten[4:6]) % 60) for year in years)


def fi_hetu(text: str) -> bool:
    """Finland, henkilötunnus: birth date, a sign for the century, and a check character, modulus 31."""
    born = _is_day(_HETU_CENTURIES[text[6]] + int(text[4:6]), int(text[2:4]), int(text[:2]))
    return born and int(text[7:10]) >= 2 and text[10] == _HETU_LETTERS[int(text[:6] + text[7:10]) % 31]


def be_national_number(text: str) -> bool:
    """Belgium, rijksregisternummer: birth date (month plus 20 or 40 for foreigners), modulus 97; a 2 before it since 2000."""
    digits = _digits(text, 11)
    if not digits or not (int(digits[2:4]) % 20 <= 12 and int(digits[4:6]) <= 31):
        return False
    return int(digits[9:]) in {97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97} and not is_dummy(digits)


def pt_nif(text: str) -> bool:
    """Portugal, NIF of a person: first digit 1, 2, 3 or 45; weights 9 to 2, modulus 11."""
    digits = _digits(text, 9)
    if not digits or is_dummy(digits) or not (digits[0] in "123" or digits.startswith("45")):
        return False
    rest = _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return int(digits[8]) == (0 if rest <= 1 else 11 - rest)


def ch_ahv(text: str) -> bool:
    """Switzerland, AHV-Nummer: 756 and the check digit of an EAN."""
    digits = _digits(text, 13)
    return digits.startswith("756") and _weighted(digits, (1, 3) * 6 + (1,)) % 10 == 0


def no_birth_number(text: str) -> bool:
    """Norway, fødselsnummer and D-nummer (day plus 40): birth date and two check digits, modulus 11."""
    digits = _digits(text, 11)
    if not digits or not (1 <= int(digits[:2]) % 40 <= 31 and 1 <= int(digits[2:4]) <= 12):
        return False
    first = _weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    return first == 0 and _weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def br_cpf(text: str) -> bool:
    """Brazil, CPF: two check digits, modulus 11."""
    digits = _digits(text, 11)
    if not digits or is_dummy(digits):
        return False
    return all(
        int(digits[size]) == sum(int(d) * (size + 1 - n) for n, d in enumerate(digits[:size])) * 10 % 11 % 10
        for size in (9, 10)
    )


def cn_resident_id(text: str) -> bool:
    """China, 公民身份号码 (GB 11643): division, birth date, ISO 7064 modulus 11-2."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    born = _is_day(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    return text[0] in "12345689" and born and text[17].upper() == "10X98765432"[_weighted(text, weights) % 11]


def hk_id(text: str) -> bool:
    """Hong Kong, identity card: one letter or two, six digits, and a check character, modulus 11."""
    letters, digits, check = re.fullmatch(r"([A-Z]{1,2})([0-9]{6})\(?([0-9A])\)?", text).groups()  # type: ignore[union-attr] # the pattern has matched it
    values = [36, *[int(c, 36) for c in letters]][-2:]
    total = _weighted(digits, (7, 6, 5, 4, 3, 2)) + 9 * values[0] + 8 * values[1] + int(check, 16)
    return total % 11 == 0


def kr_foreigner(text: str) -> bool:
    """South Korea, registration number of a foreigner or resident: birth date and the digit for century and sex."""
    digits = _digits(text, 13)
    if not digits or digits[6] not in "12345678":
        return False
    return _is_day((1900 if digits[6] in "1256" else 2000) + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))


def tw_resident(text: str) -> bool:
    """Taiwan, resident certificate of before 2021: two letters, the second A to D for the sex."""
    values = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
    first, second = values.index(text[0]) + 10, (values.index(text[1]) + 10) % 10
    total = first // 10 + first % 10 * 9 + second * 8 + _weighted(text[2:], (7, 6, 5, 4, 3, 2, 1, 1))
    return total % 10 == 0


def sg_nric(text: str) -> bool:
    """Singapore, NRIC and FIN: weights 2, 7, 6, 5, 4, 3, 2, modulus 11; those of this century begin with T, G or M."""
    total = _weighted(text[1:8], (2, 7, 6, 5, 4, 3, 2)) + _SG_OFFSETS.get(text[0], 0)
    return text[8] == _SG_LETTERS[text[0]][total % 11]


def ca_sin(text: str) -> bool:
    """Canada, social insurance number: Luhn; none begins with 8."""
    digits = _digits(text, 9)
    return bool(digits) and digits[0] != "8" and not is_dummy(digits) and luhn(digits)


def au_tfn(text: str) -> bool:
    """Australia, tax file number: weights 1, 4, 3, 7, 5, 8, 6, 9, 10, modulus 11."""
    digits = _digits(text, 9)
    return bool(digits) and not is_dummy(digits) and _weighted(digits, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def in_aadhaar(text: str) -> bool:
    """India, Aadhaar: no 0 or 1 first, Verhoeff."""
    digits = _digits(text, 12)
    return bool(digits) and digits[0] not in "01" and _verhoeff(digits)


def id_nik(text: str) -> bool:
    """Indonesia, NIK: province, then birth date (women: day plus 40)."""
    digits = _digits(text, 16)
    return (
        bool(digits)
        and 11 <= int(digits[:2]) <= 96
        and 1 <= int(digits[6:8]) % 40 <= 31
        and 1 <= int(digits[8:10]) <= 12
    )


def vn_citizen(text: str) -> bool:
    """Viet Nam, CCCD: province 001 to 096 and the digit for century and sex."""
    digits = _digits(text, 12)
    return bool(digits) and 1 <= int(digits[:3]) <= 96 and digits[3] in "0123"


def _digits(text: str, size: int) -> str:
    """Return a number's digits without separators, or nothing if they are not so many digits."""
    compact = _SEPARATORS.sub("", text)
    return compact if len(compact) == size and compact.isascii() and compact.isdecimal() else ""


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return 1800 <= year <= 2100


def _mod_11_10(digits: str) -> bool:
    """ISO 7064, modulus 11,10."""
    product = 10
    for digit in digits[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


def _verhoeff(digits: str) -> bool:
    """Multiply in the dihedral group of ten elements, each place turned once more than the one before."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        turned = int(digit)
        for _ in range(place % 8):
            turned = _VERHOEFF_TURN[turned]
        total = _dihedral(total, turned)
    return total == 0


def _dihedral(left: int, right: int) -> int:
    if left < 5:
        return (left + right) % 5 if right < 5 else 5 + (left + right) % 5
    return 5 + (left - right) % 5 if right < 5 else (left - right) % 5
