"""Does with a real medium what Sekisho does, and prints what came of it as one line of JSON: for the rig, in its guest.

    python media_worker.py identify FOLDER              what the folder lies on
    python media_worker.py write FOLDER NAME BYTES      one safe write of so many bytes
    python media_worker.py probe DEVICE [--full]        the capacity probe

Exit code 0 and ``"ok": true`` only for what would be recorded as written, or as probed and true.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sekisho.errors import SekishoError
from sekisho.media.block_device import RawDevice
from sekisho.media.device import Volume
from sekisho.media.platform import this_platform
from sekisho.media.probing import full_test, probe
from sekisho.media.writing import look, read_back, writing

STEP = 1 << 20


def told(volume: Volume | None) -> dict[str, Any] | None:
    if volume is None:
        return None
    plain: dict[str, Any] = json.loads(json.dumps(asdict(volume), default=str))
    return plain


def identify(folder: str) -> dict[str, Any]:
    volume = told(this_platform().volume_of(Path(folder)))
    return {"ok": volume is not None, "volume": volume}


def write(folder: str, name: str, size: str) -> dict[str, Any]:
    """Write safely; a line of progress on standard error after each step, for who pulls the stick in the middle."""
    place, left, hashed = look(Path(folder), this_platform()), int(size), hashlib.sha256()
    with writing(place, name, size=left) as file:
        while left:
            data = os.urandom(min(STEP, left))
            hashed.update(data)
            file.write(data)
            left -= len(data)
            print(left, file=sys.stderr, flush=True)  # noqa: T201 - a script that says how far it is
    verify = read_back(place, name, hashed.hexdigest())
    written = {"sha256": hashed.hexdigest(), "bytes": int(size), "verify": verify.value}
    return {"ok": True, "volume": told(place.volume), **written}


def try_capacity(path: str, *options: str) -> dict[str, Any]:
    with RawDevice(Path(path)) as device:
        capacity = (full_test if "--full" in options else probe)(device, randomness=os.urandom)
    return {"ok": capacity.true, **asdict(capacity)}


COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {"identify": identify, "write": write, "probe": try_capacity}


def run(command: str, *arguments: str) -> int:
    try:
        result = COMMANDS[command](*arguments)
    except SekishoError as error:
        result = {"ok": False, "error": error.key, "errno": getattr(error.__cause__, "errno", None)}
    except OSError as error:
        result = {"ok": False, "error": "OSError", "errno": error.errno}
    print(json.dumps(result))  # noqa: T201 - its result
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
