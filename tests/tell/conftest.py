"""Briefs that several files of tests look at, each made once; and a browser where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detente.tell import result

ROOT = Path(__file__).parents[2]
ESSAY = ROOT.parent / "shared" / "inputs" / "comrades-in-no-arms.txt"


@pytest.fixture(scope="session")
def sample_brief() -> result.Brief:
    return result.make(ROOT / "examples" / "sample-article.txt")


@pytest.fixture(scope="session")
def essay_brief() -> result.Brief:
    if not ESSAY.is_file():
        pytest.skip("the essay is input only and lies outside the project")
    return result.make(ESSAY)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium; its tests skip where it or Playwright's driver is not installed."""
    driver = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
    if path is None:
        pytest.skip("no Chromium here (Debian: apt install chromium)")
    with driver.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()
