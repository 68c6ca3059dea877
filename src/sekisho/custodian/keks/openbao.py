"""Keys inside a server's transit engine (OpenBao, or Vault, whose interface it keeps), over TLS, through ``hvac``.

One key an epoch, aes256-gcm96, not exportable; ticket and epoch are the associated data. Destroying an epoch is deleting its
key, which the server does once ``deletion_allowed`` is set. ``min_decryption_version`` would refuse old ciphertexts too, yet
whoever may set it may set it back while the old version is there, so it is not what destruction rests on.

Only the named host is spoken to: no redirection, no proxy, no address or token from the environment, and its certificate
must verify.
"""

import base64
import binascii
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import hvac
import requests
from hvac import exceptions as faults

from sekisho.custodian.kek import bound
from sekisho.errors import MediumError, Missing, NoKey, Refused, Unreadable

_SECONDS = 10
_TYPE = "aes256-gcm96"


class OpenBaoKek:
    """Keys inside a transit engine."""

    kind: str = "openbao"

    def __init__(
        self, host: str, token: Callable[[], str], *, scope: str, mount: str = "transit", ca_file: str | None = None
    ) -> None:
        """Use a server.

        Args:
            host: its name, with the port where it is not 443.
            token: gives the token; read anew for every request, because tokens are renewed.
            scope: what the names of this office's keys begin with.
            mount: where the transit engine is.
            ca_file: what the server's certificate is verified by, where that is not one of the usual authorities.
        """
        self._host = host
        self._token = token
        self._prefix = f"sekisho-{scope}-"
        self._mount = mount
        session = requests.Session()
        session.trust_env = False
        session.verify = ca_file or True
        self._client = hvac.Client(
            f"https://{host}", token="", verify=ca_file or True, timeout=_SECONDS, allow_redirects=False, session=session
        )  # fmt: skip

    @property
    def place(self) -> str:
        """See :attr:`~sekisho.custodian.kek.Kek.place`."""
        return f"openbao+https://{self._host}/?mount={self._mount}"

    def make(self, epoch: int) -> None:
        """See :meth:`~sekisho.custodian.kek.Kek.make`.

        Raises:
            Refused: there is such a key, and it could leave the server.
        """
        with self._server() as transit:
            transit.create_key(self._name(epoch), key_type=_TYPE, exportable=False, mount_point=self._mount)
        key = self._read(epoch) or {}
        if key.get("type") != _TYPE or key.get("exportable") or key.get("allow_plaintext_backup"):
            raise Refused("custodian.kek_leaves", place=self.place, epoch=epoch)

    def has(self, epoch: int) -> bool:
        """See :meth:`~sekisho.custodian.kek.Kek.has`."""
        return self._read(epoch) is not None

    def wrap(self, epoch: int, share: bytes, context: bytes) -> bytes:
        """See :meth:`~sekisho.custodian.kek.Kek.wrap`."""
        if not self.has(
            epoch
        ):  # a request to encrypt may make a key that is not there, and a destroyed one must not return
            raise Missing("custodian.no_kek_there", epoch=epoch, place=self.place)
        with self._server() as transit:
            answer = transit.encrypt_data(
                self._name(epoch),
                plaintext=_text(share),
                associated_data=_text(bound(epoch, context)),
                mount_point=self._mount,
            )
        return _member(answer, "ciphertext").encode()

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """See :meth:`~sekisho.custodian.kek.Kek.unwrap`."""
        try:
            ciphertext = wrapped.decode("ascii")
        except UnicodeDecodeError:
            raise Unreadable("custodian.damaged_ticket") from None
        try:
            with self._server() as transit:
                answer = transit.decrypt_data(
                    self._name(epoch),
                    ciphertext=ciphertext,
                    associated_data=_text(bound(epoch, context)),
                    mount_point=self._mount,
                )
        except _Rejected:
            if not self.has(epoch):
                raise Missing("custodian.no_kek_there", epoch=epoch, place=self.place) from None
            raise Unreadable("custodian.damaged_ticket") from None
        try:
            return base64.b64decode(_member(answer, "plaintext"), validate=True)
        except binascii.Error:
            raise MediumError("custodian.kek_answer", place=self.place) from None

    def destroy_all_but(self, epoch: int) -> None:
        """See :meth:`~sekisho.custodian.kek.Kek.destroy_all_but`; other offices' keys stay."""
        for name in self._names():
            if name != self._name(epoch):
                self._delete(name)

    def _delete(self, name: str) -> None:
        try:
            with self._server() as transit:
                transit.update_key_configuration(
                    name, min_decryption_version=1, min_encryption_version=0, deletion_allowed=True, mount_point=self._mount
                )  # fmt: skip
                transit.delete_key(name, mount_point=self._mount)
        except _Rejected as error:
            if name in self._names():  # it is not that somebody else was quicker
                raise MediumError("custodian.kek_stays", place=self.place, name=name) from error

    def _names(self) -> list[str]:
        try:
            with self._server() as transit:
                found = transit.list_keys(mount_point=self._mount)["data"]["keys"]
        except faults.InvalidPath:  # what the server says of an empty list
            return []
        return [name for name in found if name.startswith(self._prefix)]

    def _read(self, epoch: int) -> dict[str, Any] | None:
        try:
            with self._server() as transit:
                data: dict[str, Any] = transit.read_key(self._name(epoch), mount_point=self._mount)["data"]
                return data
        except faults.InvalidPath:
            return None

    @contextlib.contextmanager
    def _server(self) -> Iterator[Any]:
        """Lend the engine, and say of an error what to do; 404 and a rejected request are the caller's to understand."""
        self._client.token = self._token()
        try:
            yield self._client.secrets.transit
        except faults.InvalidPath:
            raise
        except faults.Forbidden as error:
            raise NoKey("custodian.kek_token", place=self.place) from error
        except faults.InvalidRequest as error:
            raise _Rejected from error
        except faults.VaultDown as error:
            raise MediumError("custodian.kek_sealed", place=self.place) from error
        except requests.exceptions.SSLError as error:
            raise MediumError("custodian.kek_tls", place=self.place) from error
        except (faults.VaultError, requests.RequestException, KeyError, TypeError) as error:
            raise MediumError("custodian.kek_server", place=self.place) from error

    def _name(self, epoch: int) -> str:
        return f"{self._prefix}{epoch:06d}"


class _Rejected(Exception):
    """The server did not do what it was asked, by status 400: a key that is gone, a ciphertext that does not open."""


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _member(answer: Any, name: str) -> str:  # noqa: ANN401 - the library is untyped
    return str(answer["data"][name])
