"""What a named person decided about an obligation; the engine itself decides nothing."""

from typing import Literal

import msgspec


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision about one stage of one record of law; its reason and person stand behind the entry that commits to them.

    Attributes:
        rule: id of the record.
        stage: of its clocks; empty for all of them.
        what: ``exempt`` (an exemption holds), ``not_exempt`` (it does not), ``applies`` or ``does_not_apply`` (of what needed
            review), ``done``.
        done_at: when it was done, as text; empty where it was not.
        exemption: id of the exemption, where one was decided on.
        facts: the number of the newest fact when it was decided: a later one may open it again.
        by: ids of the keys that signed it.
        at: when it was decided, as text.
    """

    rule: str
    stage: str = ""
    what: Literal["exempt", "not_exempt", "applies", "does_not_apply", "done"]
    done_at: str = ""
    exemption: str = ""
    facts: int
    by: tuple[str, ...]
    at: str
