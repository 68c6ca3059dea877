"""Keys inside a token that speaks PKCS#11 (OASIS v2.40): AES-256, never extractable, AES-GCM inside the token.

One key an epoch, under a label of office and epoch, so that several offices may share a token. A key is looked up for every
use: what another process destroyed is gone for this one too. The nonce is drawn here, as 2.40 has it.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass
from pkcs11 import exceptions as faults

from sekisho.custodian.kek import KEY_SIZE, NONCE_SIZE, bound
from sekisho.errors import MediumError, Missing, NoKey, Unreadable

_TAG_BITS = 128
_TEMPLATE = {
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.ENCRYPT: True,
    Attribute.DECRYPT: True,
    Attribute.WRAP: False,
    Attribute.UNWRAP: False,
    Attribute.SIGN: False,
    Attribute.VERIFY: False,
}
_PINS = (faults.PinIncorrect, faults.PinInvalid, faults.PinLenRange, faults.PinExpired, faults.PinLocked)


class Pkcs11Kek:
    """Keys inside a token."""

    kind: str = "pkcs11"

    def __init__(self, module: str, token: str, pin: Callable[[], str], *, scope: str) -> None:
        """Use a token.

        Args:
            module: the path of the maker's library.
            token: its label.
            pin: gives the user's PIN, once it is needed.
            scope: what the labels of this office's keys begin with.
        """
        self._module = module
        self._token = token
        self._pin = pin
        self._prefix = f"sekisho-{scope}-"
        self._open: Any = None

    @property
    def place(self) -> str:
        """See :attr:`~sekisho.custodian.kek.Kek.place`: the token, by whichever library it is reached."""
        return f"pkcs11:{self._token}"

    def make(self, epoch: int) -> None:
        """See :meth:`~sekisho.custodian.kek.Kek.make`."""
        if not self.has(epoch):
            with self._device():
                self._session().generate_key(
                    KeyType.AES, 8 * KEY_SIZE, label=self._label(epoch), store=True, template=_TEMPLATE
                )

    def has(self, epoch: int) -> bool:
        """See :meth:`~sekisho.custodian.kek.Kek.has`."""
        return self._label(epoch) in [label for label, _ in self._keys()]

    def wrap(self, epoch: int, share: bytes, context: bytes) -> bytes:
        """See :meth:`~sekisho.custodian.kek.Kek.wrap`."""
        nonce = os.urandom(NONCE_SIZE)
        with self._device():
            wrapped: bytes = self._key(epoch).encrypt(
                share, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(nonce, epoch, context)
            )
            return nonce + wrapped

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """See :meth:`~sekisho.custodian.kek.Kek.unwrap`."""
        nonce, rest = wrapped[:NONCE_SIZE], wrapped[NONCE_SIZE:]
        with self._device():
            key = self._key(epoch)
            if len(rest) < _TAG_BITS // 8:
                raise Unreadable("custodian.damaged_ticket")
            try:
                share: bytes = key.decrypt(
                    rest, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(nonce, epoch, context)
                )
            except faults.PKCS11Error:
                _must_work(key)  # tokens tell a forged tag and a fault of their own by one and the same error
                raise Unreadable("custodian.damaged_ticket") from None
            return share

    def destroy_all_but(self, epoch: int) -> None:
        """See :meth:`~sekisho.custodian.kek.Kek.destroy_all_but`; other offices' keys stay."""
        for label, key in self._keys():
            if label != self._label(epoch):
                with self._device():
                    key.destroy()

    def _key(self, epoch: int) -> Any:  # noqa: ANN401 - the library is untyped
        try:
            return self._session().get_key(object_class=ObjectClass.SECRET_KEY, label=self._label(epoch))
        except faults.NoSuchKey:
            raise Missing("custodian.no_kek_there", epoch=epoch, place=self.place) from None
        except faults.MultipleObjectsReturned:
            raise Unreadable("custodian.damaged_kek", epoch=epoch) from None

    def _keys(self) -> list[tuple[str, Any]]:
        with self._device():
            found = list(self._session().get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY}))
            return [(key.label, key) for key in found if key.label.startswith(self._prefix)]

    def _session(self) -> Any:  # noqa: ANN401 - the library is untyped
        if self._open is None:
            token = pkcs11.lib(self._module).get_token(token_label=self._token)
            try:
                self._open = token.open(rw=True, user_pin=self._pin())
            except (
                faults.UserAlreadyLoggedIn
            ):  # another session of this process is: login is the token's, not the session's
                self._open = token.open(rw=True)
        return self._open

    @contextlib.contextmanager
    def _device(self) -> Iterator[None]:
        try:
            yield
        except _PINS as error:
            self._open = None
            raise NoKey("custodian.wrong_pin", place=self.place) from error
        except faults.NoSuchToken as error:
            raise Missing("custodian.no_token", place=self.place, module=self._module) from error
        except faults.PKCS11Error as error:
            self._open = None  # a token that was pulled and is back needs a new session
            raise MediumError("custodian.kek_device", place=self.place, module=self._module) from error

    def _label(self, epoch: int) -> str:
        return f"{self._prefix}{epoch:06d}"


def _gcm(nonce: bytes, epoch: int, context: bytes) -> GCMParams:
    return GCMParams(nonce, bound(epoch, context), _TAG_BITS)


def _must_work(key: Any) -> None:  # noqa: ANN401 - the library is untyped
    """Let the token open something of its own, so that an error of its own is told as one."""
    mechanism = {"mechanism": Mechanism.AES_GCM, "mechanism_param": GCMParams(os.urandom(NONCE_SIZE), b"", _TAG_BITS)}
    key.decrypt(key.encrypt(bytes(16), **mechanism), **mechanism)
