"""A key of AWS KMS as a *second* wrap, around what another back-end wrapped.

KMS deletes a key seven to thirty days after it is told to, and says itself that until then the deletion can be cancelled
(ScheduleKeyDeletion). So it cannot be what destruction rests on: the inner back-end's key is, and it is destroyed as ever.
What KMS adds is that a stolen office folder opens nothing without an account that may use the key, and that each use is in
CloudTrail. The encryption context binds a ciphertext to epoch and ticket; because CloudTrail shows it in the clear, the ticket
stands there as a hash.
"""

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Any

import boto3
from botocore import exceptions as faults
from botocore.config import Config

from sekisho.custodian.kek import Kek
from sekisho.errors import MediumError, Missing, NoKey, Unreadable

_SECONDS = 10
_DAMAGED = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})
_NO_KEY = frozenset({"NotFoundException", "DisabledException", "KMSInvalidStateException", "InvalidArnException"})
_DENIED = frozenset({"AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException"})  # fmt: skip


class AwsKmsKek:
    """A second wrap."""

    kind: str = "awskms"

    def __init__(self, key: str, region: str, *, inner: Kek, scope: str) -> None:
        """Wrap what another back-end wrapped.

        Args:
            key: id or ARN of a symmetric key.
            region: where it is.
            inner: the back-end whose keys are destroyed.
            scope: what the encryption context calls this office.
        """
        self._key = key
        self._region = region
        self._inner = inner
        self._scope = scope
        self._client: Any = None

    @property
    def place(self) -> str:
        """See :attr:`~sekisho.custodian.kek.Kek.place`."""
        return f"awskms:{self._key}?region={self._region}&inner={self._inner.place}"

    def make(self, epoch: int) -> None:
        """See :meth:`~sekisho.custodian.kek.Kek.make`; the key of KMS must be there, and enabled."""
        with self._service() as kms:
            state = kms.describe_key(KeyId=self._key)["KeyMetadata"]["KeyState"]
        if state != "Enabled":
            raise Missing("custodian.kms_key", place=self.place)
        self._inner.make(epoch)

    def has(self, epoch: int) -> bool:
        """See :meth:`~sekisho.custodian.kek.Kek.has`."""
        return self._inner.has(epoch)

    def wrap(self, epoch: int, share: bytes, context: bytes) -> bytes:
        """See :meth:`~sekisho.custodian.kek.Kek.wrap`."""
        once = self._inner.wrap(epoch, share, context)
        with self._service() as kms:
            answer = kms.encrypt(KeyId=self._key, Plaintext=once, EncryptionContext=self._context(epoch, context))
            return bytes(answer["CiphertextBlob"])

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """See :meth:`~sekisho.custodian.kek.Kek.unwrap`."""
        if not self._inner.has(epoch):
            raise Missing("custodian.no_kek_there", epoch=epoch, place=self.place)
        if not wrapped:
            raise Unreadable("custodian.damaged_ticket")
        with self._service() as kms:
            answer = kms.decrypt(
                KeyId=self._key, CiphertextBlob=wrapped, EncryptionContext=self._context(epoch, context)
            )
        return self._inner.unwrap(epoch, bytes(answer["Plaintext"]), context)

    def destroy_all_but(self, epoch: int) -> None:
        """Destroy the inner keys; the key of KMS stays, since it serves every epoch."""
        self._inner.destroy_all_but(epoch)

    def _context(self, epoch: int, context: bytes) -> dict[str, str]:
        ticket = hashlib.sha256(context).hexdigest()
        return {"sekisho:office": self._scope, "sekisho:epoch": str(epoch), "sekisho:ticket": ticket}

    @contextlib.contextmanager
    def _service(self) -> Iterator[Any]:
        try:
            if self._client is None:
                config = Config(connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"max_attempts": 2})
                self._client = boto3.client("kms", region_name=self._region, config=config)
            yield self._client
        except faults.ClientError as error:
            raise self._told(error) from error
        except faults.NoCredentialsError as error:
            raise NoKey("custodian.kms_denied", place=self.place) from error
        except faults.BotoCoreError as error:
            raise MediumError("custodian.kek_server", place=self.place) from error

    def _told(self, error: faults.ClientError) -> MediumError | Missing | NoKey | Unreadable:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _DAMAGED:
            return Unreadable("custodian.damaged_ticket")
        if code in _NO_KEY:
            return Missing("custodian.kms_key", place=self.place)
        if code in _DENIED:
            return NoKey("custodian.kms_denied", place=self.place)
        return MediumError("custodian.kek_server", place=self.place)
