"""Import, de-duplication, coverage tables and coding: the same on DuckDB and on Spark."""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
import zipfile
from pathlib import Path

import pytest

from detente.engine import duckdb as engine_duckdb
from detente.errors import InputError
from detente.read import jobs
from detente.record import store
from detente.record.importers import run
from engines import assert_same, make, why_no_spark

spark_only = pytest.mark.skipif(bool(why_no_spark()), reason=why_no_spark() or "it can be run")
HEAD = "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tCAMEO Code\tIntensity\tTarget Name\tTarget Sectors\tTarget Country\tStory ID\tSentence Number\tPublisher\n"


def line(number: int, day: str, source: str, code: str, target: str, country: str = "China") -> str:
    return f"{number}\t{day}\t{source}\tNA\t{country}\tText\t{code}\t1.0\t{target}\tNA\tJapan\t77\t1\tPaper\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """ICEWS files as published: repeated rows, a visit and its host, bad lines, gz and zip."""
    folder = tmp_path_factory.mktemp("icews")
    one = (
        HEAD
        + line(1, "2018-03-26", "Kim", "042", "China")
        + line(1, "2018-03-26", "Kim", "042", "China")
    )
    one += (
        "too\tshort\n\n"
        + line(2, "2018-13-26", "China", "043", "Kim")
        + line(3, "2018-03-26", "China", "043", "Kim")
    )
    two = (
        HEAD
        + line(3, "2018-03-26", "China", "043", "Kim")
        + line(4, "2018-04-01", '"Spokesman', "010", "Japan")
    )
    two += line(5, "1985-04-01", "Russia", "42", "Japan", "Russia") + line(
        6, "1985-04-01", "Russia", "112", "Nobody known", "Russia"
    )
    (folder / "one.tab").write_text(one)
    (folder / "two.tab.gz").write_bytes(gzip.compress(two.encode()))
    with zipfile.ZipFile(folder / "three.zip", "w") as archive:
        archive.writestr("a.tab", one)
        archive.writestr("b.tab", HEAD + line(7, "2019-01-01", "China", "190", "Japan"))
    return [folder / name for name in ("one.tab", "two.tab.gz", "three.zip")]


def table(path: Path) -> dict:
    engine = engine_duckdb.connect()
    engine.read("t", path)
    order = "part, row_no"
    found = engine.columns(f"SELECT * EXCLUDE (row_no, part) FROM t ORDER BY {order}")
    engine.close()
    return found


@spark_only
def test_import_deduplication_and_coverage_are_the_same(
    published: list[Path], tmp_path: Path
) -> None:
    from detente.record.importers import on_spark

    make("spark").close()
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    done = run.import_files("icews", published, one, unique=True)
    other = on_spark.import_files("icews", published, two, unique=True, master="local[2]")
    assert done.files == other.files
    assert done.most_unplaced == other.most_unplaced
    assert sum(count.repeated for count in done.files) == 5
    assert sum(count.set_aside for count in done.files) == 5
    assert done.rejects is not None
    assert other.rejects is not None
    assert done.rejects.read_text() == other.rejects.read_text()
    assert_same(table(one), table(two))
    about = [json.loads(Path(f"{path}.import.json").read_text()) for path in (one, two)]
    assert about[0] == about[1]
    covered = [store.coverage(two, make(name)) for name in ("duckdb", "spark")]
    assert covered[0] == covered[1]
    assert covered[0][0]["row_count"] == len(table(one)["event_id"])


@spark_only
def test_spark_writes_no_store_and_tells_of_a_missing_file(tmp_path: Path) -> None:
    from detente.record.importers import on_spark

    with pytest.raises(InputError, match="folder"):
        on_spark.import_files("icews", [tmp_path / "x"], tmp_path / "s.duckdb")
    with pytest.raises(InputError, match="no such file"):
        on_spark.import_files("icews", [tmp_path / "x"], tmp_path / "s.parquet")


def test_once_means_the_first_in_the_files(published: list[Path], tmp_path: Path) -> None:
    plain = run.import_files("icews", published, tmp_path / "all.parquet")
    once = run.import_files("icews", published, tmp_path / "once.parquet", unique=True)
    stored = run.import_files("icews", published, tmp_path / "s.duckdb")
    assert sum(count.kept for count in plain.files) == sum(
        count.kept + count.repeated for count in once.files
    )
    assert [count.kept for count in once.files] == [count.kept for count in stored.files]
    store.export(tmp_path / "s.duckdb", tmp_path / "e.parquet")
    assert_same(table(tmp_path / "once.parquet"), table(tmp_path / "e.parquet"))


TEXTS = ["India criticized Pakistan in 2013.", "China visited Iran in 2014. Iran praised China.",
         "The cat slept.", "France expelled ten Russian diplomats in 2018."]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of JSONL and Parquet, a bad line and a blank one in it."""
    folder = tmp_path_factory.mktemp("archive")
    rows = [
        {"id": f"d{n}", "text": text, "date": "2019-05-01"} for n, text in enumerate(TEXTS * 24)
    ]
    lines = [json.dumps(row) + "\n" for row in rows]
    (folder / "a.jsonl").write_text("".join(lines[:50]) + "\nnot json\n" + "".join(lines[50:70]))
    (folder / "b.jsonl").write_text("".join(lines[70:72]))
    _parquet(folder / "c.parquet", rows[72:])
    return folder


def _parquet(path: Path, rows: list[dict[str, str]]) -> None:
    engine = engine_duckdb.connect()
    engine.register("t", {name: [row[name] for row in rows] for name in rows[0]})
    engine.write("SELECT * FROM t", path)
    engine.close()


def test_slices_hold_each_document_once(archive: Path) -> None:
    from detente.read import inputs

    files = inputs.inputs([archive])
    whole = [one for file in files for one in inputs.documents_of(inputs.whole(file))]
    assert inputs.how_many([archive]) == len(whole) == 97
    for size in (1, 7, 64):
        lots = list(inputs.slices(files, size))
        assert [one for lot in lots for part in lot for one in inputs.documents_of(part)] == whole
        assert all(sum(part.count for part in lot) == size for lot in lots[:-1])


@spark_only
def test_coding_is_the_same_and_goes_on_where_workers_died(archive: Path, tmp_path: Path) -> None:
    """A worker is killed in its work; the run goes on, or a rerun does, and the bytes are the same."""
    from detente.engine.spark import SparkError
    from detente.read import on_spark

    make("spark").close()
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    done = jobs.code_files([archive], one)
    killed: list[int] = []
    ended = threading.Event()

    def kill_a_worker() -> None:
        while not ended.wait(0.02):
            if list(Path(f"{two}.parts").glob("*.json")):  # the smaller lot; the other goes on
                for pid in workers():
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                return

    killer = threading.Thread(target=kill_a_worker)
    killer.start()
    told, left = "", []
    try:
        on_spark.code_files([archive], two, lot=64, master="local[2]")
    except SparkError as error:
        told = str(error)
        left = list(Path(f"{two}.parts").glob("*.jsonl"))
        assert not two.exists(), "no partial result under the final name"
    ended.set()
    killer.join()
    assert killed, "a worker was killed"
    if told:
        assert "a worker died" in told
        assert left, "what was done stays"
        other = on_spark.code_files([archive], two, lot=64, master="local[2]")
        assert (other.documents, other.set_aside, other.events) == (
            done.documents, done.set_aside, done.events,
        )  # fmt: skip
    assert one.read_bytes() == two.read_bytes()
    assert Path(f"{one}.rejected.jsonl").read_bytes() == Path(f"{two}.rejected.jsonl").read_bytes()
    assert not Path(f"{two}.parts").exists()


def workers() -> list[int]:
    """Python processes that Spark's daemon has forked to run tasks, of this test's own JVM."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            args = (entry / "cmdline").read_bytes().split(b"\0")
            chain = _ancestors(int(entry.name))
        except OSError:
            continue
        daemons = sum(b"pyspark.daemon" in _args(pid) for pid in chain)
        if b"pyspark.daemon" in b" ".join(args) and os.getpid() in chain and daemons:
            found.append(int(entry.name))
    return found


def _args(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _ancestors(pid: int) -> list[int]:
    chain = []
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        chain.append(pid)
    return chain
