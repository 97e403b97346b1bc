"""A small store with hostile rows in it, and the explorer over it."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from detente import ontology
from detente.serve import app, run
from detente.serve.site import Site

BASE = "http://127.0.0.1:8000"
CASE = "india-pakistan"
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> {{1337*1337}} "
    "{% for x in 'ab' %}boom{% endfor %} </td></table></main> javascript:alert(3) \u202egnp.exe\u202c \x07\x1b[31m"
)
FIELDS = (
    "event_id", "date", "source_iso3", "source_name", "target_iso3", "target_name", "event_type",
    "mode", "quad_class", "intensity", "text", "dataset", "dataset_version", "doc_id",
)  # fmt: skip


def rows() -> list[dict[str, str]]:
    """Events of two dyads over three years, and a hostile one."""
    draw = random.Random(7)
    kinds = list(ontology.QUAD_CLASS)
    out = []
    for number in range(400):
        one, two = draw.choice([("IND", "PAK"), ("PAK", "IND"), ("IND", "PAK"), ("CHN", "PRK")])
        kind = draw.choice(kinds)
        day = f"{2015 + draw.randrange(3)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        out.append({
            "event_id": f"E{number}", "date": day, "source_iso3": one, "target_iso3": two,
            "source_name": f"Minister {number % 7}", "target_name": "", "event_type": kind, "mode": "",
            "quad_class": str(ontology.QUAD_CLASS[kind]), "intensity": str(ontology.scale()[kind]),
            "text": f"Report {number}: {draw.choice(['talks on trade', 'a 100% rise', 'shots at the border'])}",
            "dataset": draw.choice(["alpha", "beta"]), "dataset_version": "2", "doc_id": f"D{number}",
        })  # fmt: skip
    hostile = dict(out[0], event_id=HOSTILE, date="2016-05-05", source_iso3="IND", target_iso3="PAK",
                   source_name=HOSTILE, text=HOSTILE, dataset="<b>beta</b>", doc_id=HOSTILE)  # fmt: skip
    return [*out, hostile]


@pytest.fixture(scope="session")
def events_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("events") / "events.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())
    return file


@pytest.fixture(scope="session")
def store(events_csv: Path) -> Path:
    """The same as a store, made by the command."""
    out = events_csv.with_name("store.duckdb")
    command = [
        sys.executable,
        "-m",
        "detente.cli",
        "import",
        "csv",
        str(events_csv),
        "-o",
        str(out),
        "-q",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def site(store: Path) -> Iterator[Site]:
    made = run.site(store, CASE, "0")
    yield made
    made.close()


@pytest.fixture(scope="session")
def client(site: Site) -> TestClient:
    return TestClient(app.make(site), base_url=BASE, raise_server_exceptions=False)
