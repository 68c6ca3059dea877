"""The folder of a witness: its key, its name, the logs that it knows, and what it cosigned last of each.

witness.key     its key, for cosignatures alone
name            under which it cosigns
logs            public keys of the logs, one a line; whoever runs the witness adds them
cosigned/       the last checkpoint of each; in no backup, for an older one would let a log go back
"""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sekisho.clock import Clock
from sekisho.errors import MediumError, Missing, Misuse, Unreadable
from sekisho.files import private_folder, write_whole
from sekisho.ledger.cosignature import CosignerKey
from sekisho.ledger.note import VerifierKey
from sekisho.ledger.witness import Witness

_KEY, _NAME, _LOGS, _COSIGNED = "witness.key", "name", "logs", "cosigned"


def make_witness(folder: Path, *, name: str, logs: list[VerifierKey]) -> CosignerKey:
    """Make the folder of a new witness and return its public key.

    Raises:
        Misuse: a witness is there already, or the name cannot stand in a note.
        MediumError: the disk refused.
    """
    signer = Ed25519PrivateKey.generate()
    key = CosignerKey.of(signer, name=name)
    pem = signer.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        private_folder(folder)
        private_folder(folder / _COSIGNED)
        write_whole(folder / _LOGS, "".join(f"{log}\n" for log in logs).encode())
        write_whole(folder / _NAME, f"{name}\n".encode())
        write_whole(folder / _KEY, pem)
    except FileExistsError:
        raise Misuse("ledger.witness_exists", path=folder) from None
    except OSError as error:
        raise MediumError("ledger.witness_disk", path=folder) from error
    return key


def open_witness(folder: Path, clock: Clock) -> tuple[Witness, CosignerKey]:
    """Open a witness, and return it with its public key.

    Raises:
        Missing: there is none.
        Unreadable: its files are damaged, or a line of ``logs`` is no key of a log.
        MediumError: the disk refused.
    """
    try:
        pem, name, logs = (
            (folder / _KEY).read_bytes(),
            (folder / _NAME).read_text(encoding="utf-8").strip(),
            (folder / _LOGS).read_text(encoding="utf-8").split(),
        )
        signer = serialization.load_pem_private_key(pem, password=None)
    except FileNotFoundError:
        raise Missing("ledger.no_witness", path=folder) from None
    except (ValueError, TypeError):
        raise Unreadable("ledger.damaged_witness", path=folder) from None
    except OSError as error:
        raise MediumError("ledger.witness_disk", path=folder) from error
    if not isinstance(signer, Ed25519PrivateKey):
        raise Unreadable("ledger.damaged_witness", path=folder)
    known = {key.name: key for key in map(VerifierKey.parse, logs)}
    witness = Witness(folder / _COSIGNED, name=name, signer=signer, logs=known, clock=clock)
    return witness, CosignerKey.of(signer, name=name)
