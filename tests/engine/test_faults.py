"""A truncated file, a full disk, a folder that is read-only: told, nothing half-written, rerun."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from detente.engine import duckdb
from detente.errors import DetenteError, InputError
from detente.measure.run import run_panel
from detente.read import jobs
from detente.record import store
from detente.record.importers.run import import_files
from engines import make, on_every_engine


@contextlib.contextmanager
def mounted(folder: Path, size: str, options: str = "") -> Iterator[Path]:
    """A small file system of its own; the test skips where mounting is not permitted."""
    folder.mkdir(exist_ok=True)
    given = ["mount", "-t", "tmpfs", "-o", f"size={size}{options}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(given, capture_output=True)
    except OSError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip("mounting is not permitted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def read_only(folder: Path, yes: bool = True) -> None:
    subprocess.run(["mount", "-o", f"remount,{'ro' if yes else 'rw'}", str(folder)], check=True)


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Acts of every pair of ten states, over forty years."""
    path = tmp_path / "e.parquet"
    engine = duckdb.connect(threads=1)
    engine.register("codes", {"c": "CHN PRK KOR JPN IND PAK FRA GBR USA IRN".split()})
    engine.register("k", {"n": list(range(480))})
    engine.write(
        "SELECT strftime(DATE '1980-01-01' + CAST(n * 30 AS INTEGER), '%Y-%m-%d') AS date, "
        "a.c AS source_iso3, b.c AS target_iso3, 'AID' AS event_type, md5(a.c || b.c || n) AS event_id "
        "FROM codes AS a, codes AS b, k WHERE a.c <> b.c ORDER BY a.c, b.c, n",
        path,
    )
    engine.close()
    return path


@on_every_engine
@pytest.mark.parametrize("cut", ["end", "middle"])
def test_a_truncated_or_damaged_parquet_file(
    engine: str, cut: str, events: Path, tmp_path: Path
) -> None:
    whole = events.read_bytes()
    if cut == "end":
        events.write_bytes(whole[: len(whole) // 2])
    else:  # the footer is whole, the rows are not
        events.write_bytes(whole[:20] + bytes(len(whole) - 4020) + whole[-4000:])
    make(engine).close()
    master = "local[2]" if engine == "spark" else None
    with pytest.raises(InputError, match=r"e\.parquet: .*cannot be read") as caught:
        run_panel(events, out=tmp_path / "p.csv", engine=engine, master=master)
    assert "whole Parquet file" in str(caught.value)
    assert not (tmp_path / "p.csv").exists()
    if engine == "duckdb":
        events.write_bytes(whole)
        assert run_panel(events, out=tmp_path / "p.csv").rows == 90 * 473


@on_every_engine
def test_a_full_disk(engine: str, events: Path, tmp_path: Path) -> None:
    make(engine).close()
    master = "local[2]" if engine == "spark" else None
    with mounted(tmp_path / "small", "8k") as small:
        out = small / "panel.parquet"
        with pytest.raises(DetenteError, match="the disk is full"):
            run_panel(events, out=out, engine=engine, master=master)
        assert list(small.iterdir()) == []
        if engine == "duckdb":
            subprocess.run(["mount", "-o", "remount,size=8m", str(small)], check=True)
            assert run_panel(events, out=out).rows == 90 * 473
            assert [path.name for path in small.iterdir()] == ["panel.parquet"]


def test_a_full_disk_while_coding(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    text = "India criticized Pakistan in 2013. China visited Iran in 2014."
    source.write_text("".join(f'{{"id": "{n}", "text": "{text}"}}\n' for n in range(130)))
    jobs.code_files([source], tmp_path / "whole.jsonl")
    size = (tmp_path / "whole.jsonl").stat().st_size * 3 // 4  # room for one batch of the two
    with mounted(tmp_path / "small", f"{size // 1024}k") as small:
        out = small / "events.jsonl"
        with pytest.raises(DetenteError, match="the disk is full"):
            jobs.code_files([source], out)
        assert not out.exists()
        subprocess.run(["mount", "-o", "remount,size=8m", str(small)], check=True)
        seen: list[int] = []
        jobs.code_files([source], out, progress=lambda documents, events: seen.append(documents))
        assert seen[0] == 128, "the first batch is not coded again"
        assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_store_on_a_full_disk_and_in_a_folder_that_is_read_only(tmp_path: Path) -> None:
    head = "date,source_iso3,target_iso3,event_type,event_id,text\n"
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(head + "2018-01-01,CHN,PRK,CONSULT,a,x\n")
    rows = (
        f"2018-01-02,PRK,CHN,ACCUSE,{n},{n * 7919 % 9973:x}{'-' * (n % 90)}{n}\n"
        for n in range(60_000)
    )
    two.write_text(head + "".join(rows))
    with mounted(tmp_path / "small", "2m") as small:
        held = small / "s.duckdb"
        import_files("csv", [one], held)
        before = store.summary(held)
        with pytest.raises(DetenteError, match="the disk is full"):
            import_files("csv", [two], held)
        assert store.summary(held) == before
        assert [path.name for path in small.iterdir()] == ["s.duckdb"]
        read_only(small)
        with pytest.raises(DetenteError, match="cannot be written"):
            import_files("csv", [two], held)
        assert store.summary(held) == before
        read_only(small, yes=False)
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        assert [count.kept for count in import_files("csv", [two], held).files] == [60_000]
