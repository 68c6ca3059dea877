"""A FIDO security key of software, which signs as one does that an ``ssh-keygen -t ed25519-sk`` key lives on."""

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sekisho.signing.keys import PublicKey
from sekisho.signing.kinds import SK_ED25519, SK_P256
from sekisho.signing.sshsig import armor, signed_data
from sekisho.signing.wire import mpint, ssh_string

TOUCHED, ASKED_WHO = 0x01, 0x05


class SecurityKey:
    """One key on it; its seed decides it, so that tests are the same each time."""

    def __init__(
        self, kind: bytes = SK_ED25519, *, seed: bytes = b"A security key of the tests", application: str = "ssh:"
    ) -> None:
        self._seed = hashlib.sha256(seed).digest()
        self._kind = kind
        self._application = application.encode()
        self.counter = 0

    @property
    def public(self) -> PublicKey:
        """Its public half."""
        if self._kind == SK_P256:
            point = self._p256().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            rest = ssh_string(b"nistp256") + ssh_string(point)
        else:
            rest = ssh_string(self._ed25519().public_key().public_bytes_raw())
        return PublicKey(rest + ssh_string(self._application), self._kind)

    def sign(self, message: bytes, *, namespace: str, flags: int = ASKED_WHO) -> str:
        """Sign a statement with the flags that a person's touch gives."""
        self.counter += 1
        behind = bytes([flags]) + self.counter.to_bytes(4, "big")
        digest = hashlib.sha256(signed_data(message, namespace)).digest()
        raw = self._raw(hashlib.sha256(self._application).digest() + behind + digest)
        return armor(self.public, ssh_string(self._kind) + ssh_string(raw) + behind, namespace=namespace)

    def _raw(self, data: bytes) -> bytes:
        if self._kind == SK_P256:
            r, s = decode_dss_signature(self._p256().sign(data, ec.ECDSA(hashes.SHA256())))
            return mpint(r) + mpint(s)
        return self._ed25519().sign(data)

    def _p256(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(self._seed, "big") % (1 << 255), ec.SECP256R1())

    def _ed25519(self) -> ed25519.Ed25519PrivateKey:
        return ed25519.Ed25519PrivateKey.from_private_bytes(self._seed)
