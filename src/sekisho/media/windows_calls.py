r"""The control codes that :mod:`sekisho.media.windows` asks, through ctypes; imported on Windows alone, and never run yet."""

import sys

if sys.platform == "win32":
    import ctypes
    import winreg
    from ctypes import wintypes
    from pathlib import Path

    from sekisho.media.windows_disks import Disk, Mounted

    _QUERY_PROPERTY, _GET_DEVICE_NUMBER = 0x2D1400, 0x2D1080  # IOCTL_STORAGE_*
    _GET_LENGTH, _IS_WRITABLE = 0x7405C, 0x70024  # IOCTL_DISK_*
    _SHARED, _OPEN_EXISTING, _READ = 3, 3, 0x80000000
    _STANDARD_DEVICE_QUERY = bytes(12)  # PropertyId 0, QueryType 0
    _MOST_DRIVES = 64

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateFileW.restype = wintypes.HANDLE

    class WindowsCalls:
        """Asks this system."""

        def disks(self) -> list[Disk]:
            """Return every physical drive that can be opened."""
            found = []
            for number in range(_MOST_DRIVES):
                path = rf"\\.\PhysicalDrive{number}"
                try:
                    descriptor = _control(path, _QUERY_PROPERTY, _STANDARD_DEVICE_QUERY, 4096)
                    size = int.from_bytes(_control(path, _GET_LENGTH, b"", 8, access=_READ), "little")
                except OSError:
                    continue
                found.append(Disk(number=number, descriptor=descriptor, size=size, writable=_is_writable(path)))
            return found

        def mounted(self, folder: Path) -> Mounted | None:
            """Return the volume of a folder; None for a network share."""
            root, name = ctypes.create_unicode_buffer(1024), ctypes.create_unicode_buffer(64)
            serial = wintypes.DWORD()
            if not _kernel.GetVolumePathNameW(str(folder.resolve()), root, len(root)):
                raise ctypes.WinError(ctypes.get_last_error())
            told = _kernel.GetVolumeInformationW(root, None, 0, ctypes.byref(serial), None, None, name, len(name))
            if root.value.startswith("\\\\") or not told:
                return None
            number = _control(rf"\\.\{root.value.rstrip(chr(92))}", _GET_DEVICE_NUMBER, b"", 12)[4:8]
            return Mounted(
                disk=int.from_bytes(number, "little"),
                root=root.value,
                filesystem=name.value,
                serial=serial.value,
            )

        def usb_instances(self) -> list[str]:
            r"""Return the instance ids under ``Enum\USB`` of the registry."""
            base, found = r"SYSTEM\CurrentControlSet\Enum\USB", []
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, base) as usb:
                for number in range(winreg.QueryInfoKey(usb)[0]):
                    ids = winreg.EnumKey(usb, number)
                    with winreg.OpenKey(usb, ids) as device:
                        count = winreg.QueryInfoKey(device)[0]
                        found += [rf"USB\{ids}\{winreg.EnumKey(device, each)}" for each in range(count)]
            return found

    def _is_writable(path: str) -> bool:
        try:
            _control(path, _IS_WRITABLE, b"", 0, access=_READ)
        except OSError:
            return False
        return True

    def _control(path: str, code: int, given: bytes, room: int, *, access: int = 0) -> bytes:
        handle = _kernel.CreateFileW(path, access, _SHARED, None, _OPEN_EXISTING, 0, None)
        if handle == wintypes.HANDLE(-1).value:
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            answer, count = ctypes.create_string_buffer(room or 1), wintypes.DWORD()
            done = _kernel.DeviceIoControl(
                wintypes.HANDLE(handle), code, given, len(given), answer, room, ctypes.byref(count), None
            )
            if not done:
                raise ctypes.WinError(ctypes.get_last_error())
            return answer.raw[: count.value]
        finally:
            _kernel.CloseHandle(wintypes.HANDLE(handle))
