"""The guest's kernel and first file system, made from Debian packages: nothing is installed and nothing needs root.

The kernel package is fetched with ``apt-get download`` into a folder outside the checkout and unpacked there; the first
file system holds a static busybox, the modules that the rig needs in the order in which they load, and ``init.sh``. Both are
made once for each version of the kernel and of this recipe.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "depmod": "kmod",
    "modprobe": "kmod",
    "busybox": "busybox-static",
    "cpio": "cpio",
    "mkfs.vfat": "dosfstools",
    "mkfs.exfat": "exfatprogs",
    "mkfs.ext4": "e2fsprogs",
    "dmsetup": "dmsetup",
    "apt-get": "apt",
    "apt-cache": "apt",
    "dpkg-deb": "dpkg",
}
"""What the rig calls, here or in the guest, and the Debian package that brings it."""

_MODULES = [
    "virtio_pci",
    "virtio_blk",
    "virtio_scsi",
    "sd_mod",
    "virtio_console",
    "virtio_rng",
    "9p",
    "9pnet_virtio",
    "overlay",
    "xhci-pci",
    "usb-storage",
    "uas",
    "vfat",
    "exfat",
    "nls_cp437",
    "nls_ascii",
    "nls_utf8",
    "nls_iso8859-1",
    "dm-mod",
    "dm-flakey",
    "ext4",
]
_FOLDERS = ("bin", "dev", "proc", "sys", "modules", "lower", "upper", "whole")
_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"  # where file systems are made from; not everyone's path


class Unbuildable(Exception):
    """The rig cannot be made here; the text says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """What QEMU starts from.

    Attributes:
        kernel: the kernel.
        initrd: the first file system.
        version: of the kernel, as ``uname -r`` will say.
    """

    kernel: Path
    initrd: Path
    version: str


def find(program: str) -> str:
    """Return where a program is.

    Raises:
        Unbuildable: it is not installed.
    """
    found = shutil.which(program, path=_PATH)
    if found is None:
        raise Unbuildable(f"install {PROGRAMS[program]}, which brings {program}")
    return found


def build(cache: Path | None = None) -> Boot:
    """Return what to start from, made where it is not yet there.

    Raises:
        Unbuildable: a program is missing, or the kernel cannot be had.
    """
    for program in PROGRAMS:
        find(program)
    cache = cache or cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    package = _kernel_package(cache)
    recipe = hashlib.sha256((HERE / "init.sh").read_bytes() + " ".join((package.name, *_MODULES)).encode()).hexdigest()
    made = cache / recipe[:16]
    if not made.exists():
        _make(package, made)
    kernel = next(made.glob("vmlinuz-*"))
    return Boot(kernel=kernel, initrd=made / "initrd.gz", version=kernel.name.removeprefix("vmlinuz-"))


def cache_folder() -> Path:
    """Return where kernels are kept between runs: ``$SEKISHO_RIG_CACHE``, else below the user's cache."""
    named = os.environ.get("SEKISHO_RIG_CACHE")
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sekisho-rig"


def _kernel_package(cache: Path) -> Path:
    """Fetch the kernel that Debian has now, or take the last one where there is no network."""
    listed = _run([find("apt-cache"), "depends", "linux-image-amd64"], check=False)
    found = re.search(r"Depends: (linux-image-[0-9][^ <>\n]*-amd64)\b", listed)
    name = found[1] if found else ""
    kept = sorted(cache.glob(f"{name or 'linux-image-'}*.deb"), key=lambda path: path.stat().st_mtime)
    if kept:
        return kept[-1]
    if not name:
        raise Unbuildable("apt knows no linux-image-amd64: run apt-get update, on Debian")
    partial = cache / f"partial-{os.getpid()}"
    partial.mkdir()
    try:
        _run([find("apt-get"), "download", "-qq", name], folder=partial)
        package = next(partial.glob("*.deb"))
        return package.rename(cache / package.name)
    finally:
        shutil.rmtree(partial)


def _make(package: Path, made: Path) -> None:
    """Unpack the kernel, pack the first file system; whole or not at all, for two test runs may meet here."""
    partial = made.with_name(f"{made.name}-{os.getpid()}")
    tree = partial / "tree"
    tree.mkdir(parents=True)
    try:
        _run([find("dpkg-deb"), "-x", str(package), str(tree)])
        kernel = next((tree / "boot").glob("vmlinuz-*"))
        version = kernel.name.removeprefix("vmlinuz-")
        _run([find("depmod"), "-b", str(tree), version])
        _pack(_closure(tree, version), partial)
        kernel.rename(partial / kernel.name)
        shutil.rmtree(tree)
        try:
            partial.rename(made)
        except OSError:
            if not made.exists():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _closure(tree: Path, version: str) -> list[Path]:
    """Return the modules and what they need, in the order in which they load."""
    files: dict[Path, None] = {}
    for module in _MODULES:
        lines = _run([find("modprobe"), "-d", str(tree), "-S", version, "--show-depends", module]).splitlines()
        files |= dict.fromkeys(Path(line.split()[1]) for line in lines if line.startswith("insmod "))
    return list(files)


def _pack(modules: list[Path], folder: Path) -> None:
    """Pack the first file system."""
    root = folder / "initrd"
    for name in _FOLDERS:
        (root / name).mkdir(parents=True)
    shutil.copy(find("busybox"), root / "bin" / "busybox")
    for module in modules:
        shutil.copy(module, root / "modules" / module.name)
    (root / "order").write_text("".join(f"{module.name}\n" for module in modules))
    shutil.copy(HERE / "init.sh", root / "init")
    (root / "init").chmod(0o755)
    names = sorted(str(path.relative_to(root)) for path in root.rglob("*"))
    archive = subprocess.run(
        [find("cpio"), "--create", "--format=newc", "--quiet", "--owner=0:0"],
        input="\n".join(names).encode(),
        cwd=root,
        capture_output=True,
        check=True,
    ).stdout
    (folder / "initrd.gz").write_bytes(gzip.compress(archive, compresslevel=1))
    shutil.rmtree(root)


def _run(command: list[str], *, folder: Path | None = None, check: bool = True) -> str:
    environment = {**os.environ, "PATH": _PATH, "LC_ALL": "C"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise Unbuildable(f"{Path(command[0]).name} failed: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout
