"""The id of a FAT or exFAT file system, from its first sector, as the system's own tools print it.

FAT16 has it at byte 39, FAT32 at 67 (Microsoft, *FAT32 File System Specification* 1.03), exFAT at 100 (Microsoft, *exFAT file
system specification* 1.00). It is drawn anew at every format, so it tells two sticks of one serial number apart; it is no
secret and no identity.
"""

SECTORS_BYTES = 512

_SIGNATURE = (510, b"\x55\xaa")
_EXFAT, _FAT32, _FAT16 = (3, b"EXFAT   "), (82, b"FAT32   "), (54, b"FAT")
_IDS = ((_EXFAT, 100), (_FAT32, 67), (_FAT16, 39))


def volume_id(sector: bytes) -> str:
    """Return the volume id of a boot sector as eight hex digits; empty where it is of no such file system."""
    if len(sector) < SECTORS_BYTES or not _has(sector, _SIGNATURE):
        return ""
    for mark, offset in _IDS:
        if _has(sector, mark):
            return f"{int.from_bytes(sector[offset : offset + 4], 'little'):08x}"
    return ""


def _has(sector: bytes, mark: tuple[int, bytes]) -> bool:
    offset, text = mark
    return sector.startswith(text, offset)
