"""The trained model in the user's own folder: ``$SEKISHO_HOME/names.npz``, else ``~/.sekisho/names.npz``.

No model is shipped; ``docs/decisions/0015-names-are-learnt-here.md`` says why. The file holds numbers only.
"""

import os
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from sekisho.detect.names.crf import LABELS, Weights
from sekisho.detect.names.features import BITS
from sekisho.errors import Missing, Unreadable
from sekisho.files import private_folder, write_whole

_FILE = "names.npz"
_FORM = 1  # another number for each change of the features


@dataclass(frozen=True, slots=True)
class Model:
    """What a tagger needs.

    Attributes:
        weights: what was learnt.
        of_words: it reads the words that Sudachi cuts, not characters.
    """

    weights: Weights
    of_words: bool


def model_path() -> Path:
    """Return where the model is kept."""
    return Path(os.environ.get("SEKISHO_HOME") or Path.home() / ".sekisho") / _FILE


def is_trained() -> bool:
    """Tell whether there is a model."""
    return model_path().is_file()


def save(model: Model, path: Path) -> None:
    """Write a model; weights that are zero take no room."""
    used = np.flatnonzero(model.weights.features.any(axis=1)).astype(np.int32)
    content = BytesIO()
    np.savez_compressed(
        content,
        form=np.array([_FORM, int(model.of_words)]),
        used=used,
        features=model.weights.features[used].astype(np.float16),
        steps=model.weights.steps,
    )
    private_folder(path.parent)
    write_whole(path, content.getvalue(), overwrite=True)


@cache
def read(path: Path) -> Model:
    """Return the model in a file.

    Raises:
        Missing: there is none.
        Unreadable: it is damaged, or of another version.
    """
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as content:
            form, of_words = content["form"].tolist()
            features = np.zeros((1 << BITS, LABELS), np.float32)
            features[content["used"]] = content["features"]
            steps = content["steps"].astype(np.float32).reshape(LABELS, LABELS)
    except FileNotFoundError as error:
        raise Missing("detect.not_trained") from error
    except (OSError, EOFError, ValueError, KeyError, IndexError, BadZipFile) as error:
        raise Unreadable("detect.model_damaged", path=path) from error
    if form != _FORM:
        raise Unreadable("detect.model_damaged", path=path)
    return Model(Weights(features, steps), bool(of_words))
