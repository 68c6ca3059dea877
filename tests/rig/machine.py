"""A guest with an emulated stick: started, asked, unplugged and killed from outside.

It is emulated (TCG), so that it runs where no hardware virtualisation is allowed, and it has no network. Host and guest talk
through files in the exchange folder: the guest makes one to say that it is somewhere, and waits for one to go on.
"""

import contextlib
import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from rig.building import HERE, Boot, find

SERIAL = "SEKISHO0001"
STICK_BYTES = 40 << 20  # FAT32 begins at 33 MiB
_NODE, _STICK = "image", "stick"
_POLL = 0.05
_KERNEL = "console=ttyS0 quiet loglevel=3 panic=1 mitigations=off no_timer_check"
"""The last: a busy host is late with the timer's interrupts, which the kernel would take for a broken board and panic."""


class Failed(Exception):
    """The guest did not do what it was started for; the text is what it said."""


@dataclass(slots=True, kw_only=True)
class Machine:
    """A guest, from its start to its end.

    Attributes:
        boot: what it starts from.
        folder: where its exchange folder, sockets and images are; short, for the path of a socket is.
        arguments: the guest's Python module and its arguments.
        stick: whether an emulated stick is plugged in when it starts.
        disk: an image of a disk whose cache dies with the machine, if it has one.
        environment: of the guest's program.
    """

    boot: Boot
    folder: Path
    arguments: Sequence[str]
    stick: bool = True
    disk: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def exchange(self) -> Path:
        """The folder that host and guest share."""
        return self.folder / "exchange"

    def __enter__(self) -> Self:
        """Start it."""
        self.exchange.mkdir(parents=True, exist_ok=True)
        for left in ("status", "log", "qmp"):
            (self.exchange if left != "qmp" else self.folder).joinpath(left).unlink(missing_ok=True)
        self._write_program()
        if self.stick:
            with (self.folder / "stick.img").open("ab") as image:
                image.truncate(STICK_BYTES)
        with (self.folder / "console").open("wb") as console:
            self._process = subprocess.Popen(self._command(), stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        return self

    def __exit__(self, *_: object) -> None:
        """End it, as if its plug were pulled."""
        self.kill()

    def kill(self) -> None:
        """Pull the plug: what the guest had in memory is gone, what its disk took stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def finish(self, within: float) -> list[dict[str, Any]]:
        """Wait until the guest's program has ended, and return what it reported.

        Raises:
            Failed: it takes too long, or ended with an error.
        """
        if self.wait_for("status", within).strip() != "0":
            raise Failed(self._said())
        return self.reports()

    def reports(self) -> list[dict[str, Any]]:
        """Return what the guest has reported so far, line by line; the last line may be one it died over."""
        path = self.exchange / "reports"
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        return [json.loads(line) for line in lines if line.endswith(b"\n")]

    def wait_for(self, name: str, within: float) -> str:
        """Wait until a file is in the exchange folder, and return its text.

        Raises:
            Failed: it takes too long, or the machine has ended without it.
        """
        until = time.monotonic() + within
        while not (self.exchange / name).exists():
            ended = self._process is None or self._process.poll() is not None
            if (ended and not (self.exchange / name).exists()) or time.monotonic() > until:
                raise Failed(f"no {name} from the guest ({'ended' if ended else 'too slow'}): {self._said()}")
            time.sleep(_POLL)
        return (self.exchange / name).read_text()

    def tell(self, name: str) -> None:
        """Make a file that the guest waits for."""
        (self.exchange / name).touch()

    def unplug(self) -> None:
        """Pull the stick, whatever the guest is doing with it."""
        with self._monitor() as execute:
            execute("device_del", id=_STICK)

    def plug(self) -> None:
        """Plug the stick in again."""
        with self._monitor() as execute:
            execute("device_add", driver="usb-storage", **_stick_options())

    @contextlib.contextmanager
    def _monitor(self) -> "Iterator[Any]":
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.folder / "qmp"))
            lines = connection.makefile("rw", encoding="utf-8")
            lines.readline()  # its greeting

            def execute(command: str, **arguments: object) -> None:
                lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
                lines.flush()
                while "return" not in (answer := json.loads(lines.readline())):
                    if "error" in answer:
                        raise Failed(answer["error"]["desc"])

            execute("qmp_capabilities")
            yield execute

    def _write_program(self) -> None:
        """Write what the guest runs: this very Python, which it sees through the shared root."""
        settings = {
            "PATH": os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin",
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE.parent.parent / "src")]),
            "PYTHONDONTWRITEBYTECODE": "1",  # into memory that ends with it
            "HOME": "/tmp",  # noqa: S108 - of the guest
            **self.environment,
        }
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in settings.items())
        command = shlex.join([sys.executable, "-m", *self.arguments])
        (self.exchange / "run.sh").write_text(f"{exports}exec {command}\n")

    def _command(self) -> list[str]:
        share = "security_model=none"
        command = [
            find("qemu-system-x86_64"),
            *["-M", "q35,accel=tcg", "-cpu", "max", "-m", "900", "-smp", "1", "-nographic", "-no-reboot"],
        ]
        command += ["-net", "none", "-kernel", str(self.boot.kernel), "-initrd", str(self.boot.initrd)]
        command += ["-append", _KERNEL]
        command += ["-virtfs", f"local,path=/,mount_tag=root,{share},readonly=on,multidevs=remap"]
        command += ["-virtfs", f"local,path={_escaped(self.exchange)},mount_tag=exchange,{share}"]
        command += ["-qmp", f"unix:{_escaped(self.folder / 'qmp')},server=on,wait=off"]
        command += ["-device", "virtio-rng-pci", "-device", "qemu-xhci,id=usb"]
        if self.stick:
            image = {"driver": "file", "filename": str(self.folder / "stick.img")}
            command += ["-blockdev", json.dumps({"driver": "raw", "node-name": _NODE, "file": image})]
            command += ["-device", json.dumps({"driver": "usb-storage", **_stick_options()})]
        if self.disk is not None:
            command += ["-drive", f"if=virtio,format=raw,cache=unsafe,file={_escaped(self.disk)}"]
        return command

    def _said(self) -> str:
        texts = []
        for path in (self.exchange / "log", self.folder / "console"):
            with contextlib.suppress(OSError):
                texts.append(path.read_text(errors="replace")[-2000:])
        return "\n".join(texts)


def _stick_options() -> dict[str, Any]:
    return {"id": _STICK, "bus": "usb.0", "drive": _NODE, "serial": SERIAL, "removable": True}


def _escaped(path: Path) -> str:
    """Write a path as QEMU's options take it, which end at a comma."""
    return str(path).replace(",", ",,")
