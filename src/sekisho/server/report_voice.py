"""The same over a telephone: VoiceXML 2.1 (W3C Recommendation, 2007) for a telephone system that keys come in by.

A dialogue asks for six keys, reads them back, and posts them only after the caller pressed 1; the answer to that post is the next
dialogue. Grammars are written out (SRGS 1.0, DTMF), so that nothing depends on what a system has built in. A caller who presses
nothing, or too often something else, is told the office's number instead of being hung up on in silence.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from sekisho.catalogue.words import Language, say
from sekisho.loss.reporting import Outcome, Receipt

MEDIA_TYPE = "application/voicexml+xml"
_NAMESPACE = "http://www.w3.org/2001/vxml"
_GRAMMAR = "http://www.w3.org/2001/06/grammar"
_LOCALES: dict[Language, str] = {"ja": "ja-JP", "en": "en-US"}
_MOST_TRIES = 3
_MOST_PHONE_DIGITS = 15  # E.164


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Writes dialogues in one language.

    Attributes:
        office: its name.
        phone: its number.
        language: of the prompts.
        address: where the next request goes.
    """

    office: str
    phone: str
    language: Language
    address: str = "ivr"

    def begin(self, *keys: str) -> str:
        """Return the dialogue that asks for a number.

        Args:
            keys: what is said before it; the welcome where nothing is.
        """
        said = [self._say(key) for key in keys or ("welcome",)]
        number = self._field("slip", [*said, self._say("number")], again=self._say("again"), grammar=_digits(6, 6))
        confirm = self._field(
            "sure", ["{confirm}"], again=self._say("confirm_again"), grammar=_one_of("1", "2"), filled=self._sure()
        ).replace("{confirm}", self._confirm())
        return self._document(f'<form id="report">{self._lang()}{number}{confirm}</form>')

    def choose_language(self) -> str:
        """Return the first dialogue of a line for everybody: which language?"""
        prompts = "".join(
            f"<prompt xml:lang={quoteattr(locale)}>{escape(say('lost_page.voice.language', language))}</prompt>"
            for language, locale in _LOCALES.items()
        )
        choices = "".join(
            f'<choice dtmf="{key}" next={quoteattr(f"{self.address}?lang={language}")}/>'
            for key, language in (("1", "ja"), ("2", "en"))
        )
        again = f"<noinput><reprompt/></noinput><nomatch><reprompt/></nomatch>{self._give_up()}"
        return self._document(f'<menu id="language">{prompts}{choices}{again}</menu>')

    def answer(self, receipt: Receipt) -> str:
        """Return the dialogue that says what became of a report."""
        match receipt.outcome:
            case Outcome.UNKNOWN:
                return self.begin("unknown")
            case Outcome.ASK:
                return self._call_back(receipt.named)
            case _:
                return self._end(self.words(receipt))

    def words(self, receipt: Receipt) -> str:
        """Return what is said of a report."""
        match receipt.outcome:
            case Outcome.STOPPED:
                return self._say("stopped", incident=" ".join(str(receipt.incident)))
            case Outcome.NOT_NOW:
                return self._say("not_now", phone=self.phone)
            case Outcome.FULL:
                return self._say("operator", phone=self.phone)
            case Outcome.UNKNOWN | Outcome.ENDED | Outcome.ASK | Outcome.HELD:
                return self._say(receipt.outcome.value)

    def _call_back(self, slip: str) -> str:
        number = self._field(
            "call_back", [self._say("ask")], again=self._say("ask"), grammar=_digits(6, _MOST_PHONE_DIGITS),
            filled=f'<submit next={quoteattr(self.address)} method="post" namelist="slip lang call_back"/>',
        )  # fmt: skip
        variable = f'<var name="slip" expr="\'{escape(slip)}\'"/>'
        return self._document(f'<form id="call-back">{variable}{self._lang()}{number}</form>')

    def _lang(self) -> str:
        return f'<var name="lang" expr="\'{self.language}\'"/>'

    def _sure(self) -> str:
        submit = f'<submit next={quoteattr(self.address)} method="post" namelist="slip lang"/>'
        return f'<if cond="sure == \'1\'">{submit}<else/><clear namelist="slip sure"/><goto nextitem="slip"/></if>'

    def _confirm(self) -> str:
        before, _, after = say("lost_page.voice.confirm", self.language, digits="\0").partition("\0")
        digits = '<say-as interpret-as="characters"><value expr="slip"/></say-as>'
        return f"{escape(before)}{digits}{escape(after)}"

    def _field(self, name: str, prompts: list[str], *, again: str, grammar: str, filled: str = "") -> str:
        said = "".join(f"<prompt>{each if each == '{confirm}' else escape(each)}</prompt>" for each in prompts)
        retry = f"<prompt>{escape(again)}</prompt>"
        return (
            f'<field name="{name}" modal="true"><property name="inputmodes" value="dtmf"/>'
            f"{said}{grammar}<noinput>{retry}</noinput><nomatch>{retry}</nomatch>{self._give_up()}"
            + (f"<filled>{filled}</filled>" if filled else "")
            + "</field>"
        )

    def _give_up(self) -> str:
        """Return what happens when a caller gets on no more: nobody is hung up on without the office's number."""
        said = f"<prompt>{escape(self._say('operator', phone=self.phone))}</prompt><disconnect/>"
        return f'<noinput count="{_MOST_TRIES}">{said}</noinput><nomatch count="{_MOST_TRIES}">{said}</nomatch>'

    def _end(self, text: str) -> str:
        return self._document(f'<form id="end"><block><prompt>{escape(text)}</prompt><disconnect/></block></form>')

    def _say(self, key: str, **values: object) -> str:
        if key == "welcome":
            values["office"] = self.office
        return say(f"lost_page.voice.{key}", self.language, **values)

    def _document(self, dialogue: str) -> str:
        locale = _LOCALES[self.language]
        error = f"<prompt>{escape(self._say('operator', phone=self.phone))}</prompt><disconnect/>"
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<vxml version="2.1" xmlns="{_NAMESPACE}" xml:lang="{locale}">'
            f'<property name="timeout" value="10s"/><property name="interdigittimeout" value="5s"/>'
            f"<error>{error}</error>{dialogue}</vxml>\n"
        )


def _digits(least: int, most: int) -> str:
    keys = "".join(f"<item>{key}</item>" for key in "0123456789")
    return (
        f'<grammar xmlns="{_GRAMMAR}" version="1.0" mode="dtmf" root="number" type="application/srgs+xml">'
        f'<rule id="number" scope="public"><item repeat="{least if least == most else f"{least}-{most}"}"><ruleref uri="#key"/></item></rule>'
        f'<rule id="key"><one-of>{keys}</one-of></rule></grammar>'
    )


def _one_of(*keys: str) -> str:
    items = "".join(f"<item>{key}</item>" for key in keys)
    return (
        f'<grammar xmlns="{_GRAMMAR}" version="1.0" mode="dtmf" root="key" type="application/srgs+xml">'
        f'<rule id="key" scope="public"><one-of>{items}</one-of></rule></grammar>'
    )
