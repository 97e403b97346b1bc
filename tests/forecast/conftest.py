"""Fixtures of the forecast tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Desk, some_days

from detente.record import casebook as casebooks
from detente.record.casebook import Casebook


@pytest.fixture(scope="session")
def shipped() -> Casebook:
    return casebooks.load("china-north-korea")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.acts(some_days())
    return made
