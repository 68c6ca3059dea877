"""Exports to be damaged, for tests."""

import shutil
from pathlib import Path

import pytest
from ledger_office import Office

from sekisho.ledger.export import export_bundle


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of 300 entries in two batches, with two proofs."""
    root = tmp_path_factory.mktemp("verifier")
    with Office(root).opened() as ledger:
        for batch in (range(3), range(3, 300)):
            with ledger.transaction() as tx:
                for number in batch:
                    tx.append("copy.sealed", copy=f"C-{number}", details={"carrier": "尼崎 太郎"} if number < 3 else {})
        export_bundle(ledger, root / "out", proofs={"copy.sealed-0": 0, "copy.sealed-299": 299})
    return root / "out"


@pytest.fixture
def folder(export: Path, tmp_path: Path) -> Path:
    """A copy of the export, to be damaged."""
    return Path(shutil.copytree(export, tmp_path / "copy"))
