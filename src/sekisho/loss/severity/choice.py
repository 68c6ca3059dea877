"""Which method a name means: built in, or brought by an installed package at the seam ``sekisho.severity``.

A package brings a :class:`~sekisho.loss.severity.assessment.Method`, or a class that makes one without arguments.
"""

from typing import cast

from sekisho.errors import Misuse
from sekisho.loss.severity.assessment import Method
from sekisho.plugins import load

_BUILT_IN = {
    "enisa-2013": "sekisho.loss.severity.enisa:Enisa",
    "jnsa-jo": "sekisho.loss.severity.jnsa:Jnsa",
    "ico-tree": "sekisho.loss.severity.ico:Ico",
    "cnil-2012": "sekisho.loss.severity.cnil:Cnil",
}
METHODS = tuple(_BUILT_IN)
"""Those that are built in; the first is used where none is named."""


def method_named(name: str) -> Method:
    """Return the method of a name.

    Raises:
        Misuse: there is none.
    """
    try:
        found = load("sekisho.severity", name, _BUILT_IN)
    except LookupError:
        raise Misuse("loss.no_such_method", name=name, names=" ".join(METHODS)) from None
    return cast("Method", found() if isinstance(found, type) else found)
