"""What can be wrong with an age file or key: one class for each thing a caller may want to tell apart.

    AgeError
    ├─ KeyTextError          the text of a recipient or identity is not one
    ├─ PassphraseError       the passphrase does not open a file of keys
    ├─ MixedRecipientsError  the recipients cannot stand in one file
    ├─ ArmorError            the armor around a file breaks its format
    ├─ HeaderError           the header, or a stanza in it, breaks the format
    ├─ NoMatchError          the file is for somebody else
    ├─ MacError              the file key fits, but the header was altered
    ├─ PayloadError          the payload is damaged, cut short, or followed by something
    └─ PluginError           a plugin is not there, failed, or broke its protocol

Messages are English, one line, and say where; they hold no key, no plaintext and no byte of the file. Trouble with the
disk is not among these: it stays the ``OSError`` it was.
"""


class AgeError(Exception):
    """The root of everything this package raises about a file or key."""


class KeyTextError(AgeError):
    """A text is not the recipient or identity it should be; the text is never repeated."""


class PassphraseError(AgeError):
    """The passphrase does not open a file of keys."""


class MixedRecipientsError(AgeError):
    """The recipients' labels differ, so that no file can be for all of them."""


class ArmorError(AgeError):
    """The armor around a file breaks its format."""


class HeaderError(AgeError):
    """The header breaks a rule of the format, or a stanza addressed to an identity is malformed."""


class NoMatchError(AgeError):
    """None of the identities can unwrap the file key."""


class MacError(AgeError):
    """A file key was unwrapped, but the header's MAC does not verify under it."""


class PayloadError(AgeError):
    """A chunk does not authenticate, the final chunk is missing, or data follow it."""


class PluginError(AgeError):
    """A plugin is not installed, failed, or broke its protocol."""
