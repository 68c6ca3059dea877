"""A passkey of software: signs as an authenticator behind a browser does, and wrong in whatever way a test asks for."""

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from sekisho.signing.cbor import encode
from sekisho.signing.cose import EDDSA, ES256, RS256
from sekisho.signing.webauthn import ATTESTED, PRESENT, VERIFIED, Assertion, challenge_of, to_base64url

RP = "custody.city.example"


class SoftPasskey:
    """One credential.

    Attributes:
        id: of it.
        cose: its public half.
        counter: how often it has signed.
    """

    def __init__(self, algorithm: int = ES256, *, rp: str = RP, identity: bytes = b"credential of the tests") -> None:
        self.id = identity
        self.rp = rp
        self.counter = 0
        self._algorithm = algorithm
        self._seed = hashlib.sha256(identity).digest()
        self._rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048) if algorithm == RS256 else None
        self.cose = encode(self._cose())

    def assertion(
        self, statement: bytes, *, flags: int = PRESENT | VERIFIED, rp: str = "", behind: bytes = b"", **client: Any
    ) -> Assertion:
        """Sign a statement; what is named of the client's data is said otherwise."""
        self.counter += 1
        data = self._head(flags, rp) + behind
        said = self._client("webauthn.get", challenge_of(statement), client)
        return Assertion(
            id=to_base64url(self.id),
            authenticator_data=to_base64url(data),
            client_data=to_base64url(said),
            signature=to_base64url(self._sign(data + hashlib.sha256(said).digest())),
        )

    def registration(
        self, asked: bytes, *, flags: int = PRESENT | VERIFIED | ATTESTED, **client: Any
    ) -> tuple[bytes, bytes]:
        """Return authenticator data and client data as a browser gives them of a new credential."""
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self.cose
        return self._head(flags, "") + credential, self._client("webauthn.create", asked, client)

    def _head(self, flags: int, rp: str) -> bytes:
        return hashlib.sha256((rp or self.rp).encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, challenge: bytes, otherwise: dict[str, Any]) -> bytes:
        said = {
            "type": kind,
            "challenge": to_base64url(challenge),
            "origin": f"https://{self.rp}",
            "crossOrigin": False,
        }
        return json.dumps(said | otherwise, separators=(",", ":")).encode()

    def _cose(self) -> dict[int | str, Any]:
        match self._algorithm:
            case -7:
                point = self._p256().public_key().public_numbers()
                return {1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
            case -8:
                return {1: 1, 3: EDDSA, -1: 6, -2: self._ed25519().public_key().public_bytes_raw()}
        assert self._rsa
        modulus = self._rsa.public_key().public_numbers().n
        return {1: 3, 3: RS256, -1: modulus.to_bytes(256, "big"), -2: b"\x01\x00\x01"}

    def _sign(self, data: bytes) -> bytes:
        match self._algorithm:
            case -7:
                return self._p256().sign(data, ec.ECDSA(hashes.SHA256()))
            case -8:
                return self._ed25519().sign(data)
        assert self._rsa
        return self._rsa.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def _p256(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(self._seed, "big") % (1 << 255), ec.SECP256R1())

    def _ed25519(self) -> ed25519.Ed25519PrivateKey:
        return ed25519.Ed25519PrivateKey.from_private_bytes(self._seed)
