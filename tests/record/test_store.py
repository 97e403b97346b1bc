"""The store: appended to once, whole or not at all, by one process at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from detente.errors import DetenteError
from detente.record import store
from detente.record.importers.run import import_files

HEAD = "date,source_iso3,target_iso3,event_type,event_id\n"
ONE = HEAD + "2018-01-01,CHN,PRK,CONSULT,a\n2018-01-02,PRK,CHN,ACCUSE,b\n"
TWO = HEAD + "2018-01-02,PRK,CHN,ACCUSE,b\n2018-01-03,CHN,PRK,AID,c\n2018-01-03,CHN,PRK,SUPPORT,c\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.csv").write_text(ONE)
    (tmp_path / "two.csv").write_text(TWO)
    return tmp_path


def put(folder: Path, *names: str) -> list[tuple[int, int, int]]:
    done = import_files("csv", [folder / name for name in names], folder / "s.duckdb")
    return [(count.rows, count.kept, count.repeated) for count in done.files]


def test_the_same_rows_are_kept_once(folder: Path) -> None:
    assert put(folder, "one.csv", "two.csv") == [(2, 2, 0), (3, 2, 1)]
    held = store.summary(folder / "s.duckdb")
    assert [row["row_count"] for row in held.datasets] == [4]
    assert [(row["file"].split("/")[-1], row["kept"]) for row in held.imports] == [
        ("one.csv", 2), ("two.csv", 2),
    ]  # fmt: skip
    assert all(len(row["sha256"]) == 64 and row["detente_version"] for row in held.imports)


def test_the_same_file_twice_changes_nothing(folder: Path) -> None:
    put(folder, "one.csv")
    before = store.summary(folder / "s.duckdb")
    (folder / "copy.csv").write_text(ONE)
    done = import_files("csv", [folder / "copy.csv"], folder / "s.duckdb")
    assert done.files[0].skipped
    assert store.summary(folder / "s.duckdb") == before


def test_the_same_rows_in_another_file_change_no_event(folder: Path) -> None:
    put(folder, "one.csv")
    (folder / "more.csv").write_text(ONE + "\n")
    assert put(folder, "more.csv") == [(2, 0, 2)]


def test_export_is_sorted_and_can_be_measured(folder: Path) -> None:
    from detente.measure.run import run_panel

    put(folder, "one.csv", "two.csv")
    assert store.export(folder / "s.duckdb", folder / "out.csv", dyad="PRK-CHN") == 4
    lines = (folder / "out.csv").read_text().splitlines()[1:]
    keys = [(row[5], row[9], row[2]) for row in (line.split(",") for line in lines)]
    assert keys == sorted(keys)
    assert store.export(folder / "s.duckdb", folder / "none.csv", dataset="other") == 0
    stored = run_panel(folder / "s.duckdb").columns
    assert sum(stored["n"]) == sum(run_panel(folder / "out.csv").columns["n"]) == 4


def test_what_is_no_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(DetenteError, match="no such file"):
        store.summary(tmp_path / "none.duckdb")
    (tmp_path / "text.duckdb").write_text("not a database " * 100)
    with pytest.raises(DetenteError, match="not a DuckDB file"):
        store.summary(tmp_path / "text.duckdb")


def test_a_second_process_is_told_who_holds_the_store(folder: Path) -> None:
    put(folder, "one.csv")
    hold = "import duckdb, time; c = duckdb.connect('s.duckdb'); print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(store.StoreError, match=f"in use by .*PID {holder.pid}"):
            put(folder, "two.csv")
    finally:
        holder.kill()
        holder.wait()
    assert put(folder, "two.csv") == [(3, 2, 1)]


def test_a_kill_in_the_middle_leaves_the_store_as_it_was(folder: Path) -> None:
    """Killed after the rows are inserted and before they are committed."""
    put(folder, "one.csv")
    before = store.summary(folder / "s.duckdb")
    script = textwrap.dedent("""
        import pathlib, time
        from detente.engine.duckdb import DuckDB
        from detente.record.importers.run import import_files
        old = DuckDB.execute
        def slow(self, sql, params=None):
            if sql == "COMMIT":
                print("inserted", flush=True)
                time.sleep(60)
            return old(self, sql, params)
        DuckDB.execute = slow
        import_files("csv", [pathlib.Path("two.csv")], pathlib.Path("s.duckdb"))
    """)
    job = subprocess.Popen(
        [sys.executable, "-c", script], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    assert job.stdout is not None
    assert job.stdout.readline() == "inserted\n"
    os.kill(job.pid, signal.SIGKILL)
    job.wait()
    time.sleep(0.1)
    assert store.summary(folder / "s.duckdb") == before
    assert put(folder, "two.csv") == [(3, 2, 1)]
    assert not list(folder.glob(".*importing"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    folder.chmod(0o500)
    try:
        with pytest.raises(DetenteError, match="cannot be written"):
            put(folder, "one.csv")
    finally:
        folder.chmod(0o700)
