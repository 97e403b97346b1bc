"""Shared by all tests: where the data at hand lies, and the texts the tests write."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: Data for developing that the project does not carry; tests that use it skip without it.
SHARED = ROOT.parent / "shared"
SAMPLE = ROOT / "examples" / "sample-article.txt"


@pytest.fixture
def essay() -> Path:
    path = SHARED / "inputs" / "comrades-in-no-arms.txt"
    if not path.is_file():
        pytest.skip("the essay is input only and lies outside the project")
    return path


@pytest.fixture
def sample() -> Path:
    return SAMPLE
