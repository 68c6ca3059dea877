"""Which operating system is asked."""

import sys

from sekisho.media.device import Platform
from sekisho.media.linux import LinuxPlatform
from sekisho.media.macos import MacPlatform
from sekisho.media.windows import WindowsPlatform


def this_platform(name: str = sys.platform) -> Platform:
    """Return the devices of the system that this runs on."""
    match name:
        case "win32":
            return WindowsPlatform()
        case "darwin":
            return MacPlatform()
        case _:
            return LinuxPlatform()
