"""Helpers of the claims tests: claims files in a folder, and a casebook made by hand."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from detente.claims import run
from detente.record import casebook as casebooks
from detente.record.casebook import Casebook

SHIPPED = Path(casebooks.__file__).parents[1] / "casebooks" / "china-north-korea"


@pytest.fixture(scope="session")
def shipped() -> Casebook:
    """The shipped casebook."""
    if not (SHIPPED / "datapackage.json").is_file():
        pytest.skip("the casebook china-north-korea is not here yet")
    return casebooks.load("china-north-korea")


class Desk:
    """A folder with CSV files and one claims file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, name: str, rows: list[dict[str, Any]]) -> None:
        """Write rows as a CSV."""
        with (self.folder / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def claims(self, *claims: dict[str, Any]) -> Path:
        """Write claims as YAML."""
        path = self.folder / "claims.yaml"
        path.write_text(yaml.safe_dump({"claims": list(claims)}, sort_keys=False), "utf-8")
        return path

    def test(self, *claims: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
        """Write the claims and test them."""
        return run.test_file(self.claims(*claims), **options)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder to write tables and claims into."""
    return Desk(tmp_path)
