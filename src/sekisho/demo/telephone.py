"""A release over the telephone, rehearsed: both ends of the line, with one digit wrong on purpose."""

import secrets
from dataclasses import dataclass

from sekisho.capsule.opening import Ask
from sekisho.codes import Misread, challenge_code, read_challenge_code, read_release_code, release_code
from sekisho.custody.office import Office
from sekisho.custody.releasing import approve_release, ask_by_voice, give_release
from sekisho.demo.stage import Stage
from sekisho.signing.keys import SigningKey

_NONCE_SIZE = 4
_MISREAD_GROUP = 5


@dataclass(slots=True)
class Rehearsed:
    """The opener at the call centre and the desk in the city hall, played on one machine.

    Attributes:
        code: the 48 digits that were read out, for the thief's later try.
    """

    stage: Stage
    office: Office
    officers: tuple[SigningKey, SigningKey]
    code: str = ""

    def share(self, ask: Ask, /) -> bytes:
        """See :class:`sekisho.capsule.opening.ShareSource`."""
        challenge = challenge_code(ask.binding.cid[:2] + secrets.token_bytes(_NONCE_SIZE))
        self.stage.say("open.challenge")
        self.stage.lines(["  ".join(challenge.split())], style="bold")
        self.code = self._desk(challenge)
        self._mishear(self.code)
        return read_release_code(self.code)

    def _desk(self, challenge: str) -> str:
        """Call back, two officers, and the leaf in the ledger before a digit is read."""
        request = ask_by_voice(self.office, read_challenge_code(challenge))
        self.stage.say("open.desk", number=request.id)
        for officer in self.officers:
            approve_release(self.office, request, approver=officer)
        code = release_code(give_release(self.office, request))
        groups = code.split()
        self.stage.say("open.digits")
        self.stage.lines(["  ".join(groups[:4]), "  ".join(groups[4:])], style="bold")
        return code

    def _mishear(self, code: str) -> None:
        groups = code.split()
        heard = groups[_MISREAD_GROUP - 1]
        groups[_MISREAD_GROUP - 1] = heard[:2] + str((int(heard[2]) + 3) % 10) + heard[3:]
        try:
            read_release_code(" ".join(groups))
        except Misread as misread:
            self.stage.say("open.misread", style="yellow", group=misread.groups[0])
