"""A town that keeps a register of media: its sticks, what is plugged in where, and sealing to them."""

from dataclasses import dataclass
from pathlib import Path

from invented_media import Ports, device
from invented_office import Town, signing_key
from sekisho.custody.media_records import MediumRecord, get_medium
from sekisho.custody.media_register import register_medium
from sekisho.custody.records import CopyRow, Request
from sekisho.custody.sealing import seal_request


@dataclass
class Sticks:
    """The sticks of a town."""

    town: Town
    ports: Ports

    def folder(self, label: str) -> Path:
        return self.town.root / label

    def register(self, label: str = "USB-1", serial: str = "0001", **options: bool | str) -> MediumRecord:
        folder = self.ports.plug(self.folder(label), device(serial))
        return register_medium(
            self.town.office,
            label,
            folder,
            keeper=signing_key("officer"),
            platform=self.ports,
            **options,  # type: ignore[arg-type]  # as register_medium names them
        )

    def record(self, label: str = "USB-1") -> MediumRecord:
        return get_medium(self.town.office.ledger.connection, label)

    def seal(self, request: Request, **folders: Path) -> list[CopyRow]:
        places = {label: folders.get(label.replace("-", "_"), self.folder(label)) for label in request.statement.media}
        return seal_request(self.town.office, request.id, places, sealer=signing_key("officer"), platform=self.ports)
