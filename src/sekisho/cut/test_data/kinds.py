"""What the kind of a column means for test data."""

from sekisho.kinds.taxonomy import taxonomy

NAMES = frozenset({"name", "name_kana", "account_holder"})
"""Kinds that are names of people."""

_OF_SOMEBODY = {"direct", "contact", "my_number", "identification_code", "secret", "financial_harm"}
_SPECIAL = {"special_care", "gdpr9"}
_NUMBERS_AND_TEXTS = frozenset({
    "postal_code", "birth_date", "residence_date", "bank_code", "branch_code", "ip_address", "mac_address", "location",
    "user_name", "free_text", "sex", "case_number", "lookup_token", "insurer_number", "corporate_number",
})  # fmt: skip

GUARDED = frozenset(kind.id for kind in taxonomy().values() if kind.flags & _OF_SOMEBODY and kind.id not in NAMES)
"""Kinds of which no value of a source is invented again; of names that holds together with the birth date."""

IN_WORDS = frozenset(
    kind.id
    for kind in taxonomy().values()
    if not kind.flags & (_OF_SOMEBODY | _SPECIAL) and kind.id not in _NUMBERS_AND_TEXTS
)
"""Kinds whose frequent words may stay, if the purpose names the kind: a state, a category, a relation."""

KEYS = frozenset({"resident_code", "household"})
"""Kinds by which tables are joined."""

OF_THE_ROW = frozenset({"benefit_status", "tax_amount", "free_text", "case_number", "other", ""})
"""Kinds that differ from row to row of one person."""
