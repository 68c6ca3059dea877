"""Results of a cluster's workers, encrypted with a key of the run: clusters write results to disk where memory is short.

Dask spills what it holds to its workers' disks and Ray its object store to the nodes' disks. A result holds rows of the
sample, so it leaves a worker's hands as ciphertext (ChaCha20-Poly1305). The key is drawn for each run, travels with the
units, which are not spilled, and is written nowhere. It does not protect what travels from those who listen: TLS does.
"""

import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sekisho.workers.executor import answer

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Seal:
    """The key of a run."""

    key: bytes = field(repr=False, default_factory=ChaCha20Poly1305.generate_key)

    def around(self, do: Callable[[Any], object]) -> Callable[[Any], bytes]:
        """Return a function that seals what ``do`` answers."""
        return partial(_sealed, do=do, seal=self)

    def write(self, result: object) -> bytes:
        """Return a result, encrypted."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + ChaCha20Poly1305(self.key).encrypt(nonce, pickle.dumps(result), None)

    def open(self, sealed: bytes) -> Any:  # noqa: ANN401 - whatever was sealed
        """Return what a worker answered.

        Raises:
            Exception: the fault that the worker met.
        """
        plain = ChaCha20Poly1305(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        result, fault = pickle.loads(plain)  # noqa: S301 - written by who has the key
        if fault is not None:
            raise fault
        return result


def _sealed(unit: object, *, do: Callable[[Any], object], seal: Seal) -> bytes:
    return seal.write(answer(do, unit))
