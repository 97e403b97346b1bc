"""Coding an archive on Spark: the same events, byte for byte, as on one machine.

The documents are cut into lots of whole batches. A worker codes a lot through ``mapInArrow``
and leaves it, whole or not at all, in ``OUT.parts``; when all are there they are joined in
order. A run that was stopped, or whose workers died, goes on with the lots that are missing.
On a cluster the documents and ``OUT.parts`` must lie where every worker sees them.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from detente.engine.choose import explained, spark
from detente.errors import DetenteError
from detente.read import inputs, jobs
from detente.read.actors import Name

#: Documents in a lot: whole batches, so that each batch is the one a single machine would form.
LOT = 16 * 64


def code_files(
    files: Iterable[Path],
    out: Path,
    people: Iterable[Name] = (),
    progress: Callable[[int, int], None] = lambda done, events: None,
    master: str | None = None,
    lot: int = LOT,
) -> jobs.Done:
    """As :func:`detente.read.jobs.code_files`, on Spark.

    Parameters
    ----------
    master
        Spark's master; this machine when ``None``.
    lot
        Documents that a task codes; what is lost when a worker dies. A multiple of 64.

    Raises
    ------
    InputError
        As there.
    SparkError
        Workers died too often; the lots that are done stay, and a rerun goes on from them.
    """
    found, people = inputs.inputs(files), tuple(people)
    jobs.check_out(out)
    parts = Path(f"{out}.parts")
    try:
        _prepare(parts, f"{jobs.fingerprint(found, people)} {lot}")
        lots = list(enumerate(inputs.slices(found, lot)))
        todo = [(n, one, str(parts), people) for n, one in lots if not _state(parts, n).is_file()]
        if todo:
            _code(todo, parts, master, progress)
        return _join(parts, out, len(lots))
    except OSError as error:
        raise explained(out, error) from error


def _prepare(parts: Path, job: str) -> None:
    """An empty folder for the lots, or that of the same job stopped earlier."""
    mark = parts / "job"
    if mark.is_file() and mark.read_text(encoding="utf-8") == job:
        return
    if parts.exists():
        shutil.rmtree(parts)
    parts.mkdir()
    _write(mark, job.encode())


def _rows(parts: Path, number: int) -> Path:
    return parts / f"{number:06}.jsonl"


def _state(parts: Path, number: int) -> Path:
    return parts / f"{number:06}.json"


def _code(
    todo: list[Any], parts: Path, master: str | None, progress: Callable[[int, int], None]
) -> None:
    engine = spark(master)
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(2):
            states = [json.loads(one.read_bytes()) for one in parts.glob("*.json")]
            progress(sum(s["documents"] for s in states), sum(s["events"] for s in states))

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        engine.keep("coded", engine.per_item(todo, _lot, "number BIGINT"))
        engine.columns("SELECT count(*) AS n FROM coded")
    finally:
        ended.set()
        teller.join()
        engine.close()


def _lot(item: tuple[int, list[inputs.Slice], str, tuple[Name, ...]]) -> Iterator[Any]:
    """In a worker: code a lot and leave its rows; the model stays loaded for the next."""
    import pyarrow as pa

    number, slices, folder, people = item
    if _ready.get("people") != people:
        jobs.start(people)
        _ready["people"] = people
    rows, bad, taken, events = [], [], 0, 0
    documents = (one for part in slices for one in inputs.documents_of(part))
    for batch in jobs.batches(documents):
        count, found, aside = jobs.code_batch(batch)
        rows.append(jobs.as_lines(found))
        bad += aside
        taken, events = taken + count, events + len(found)
    parts = Path(folder)
    _write(_rows(parts, number), b"".join(rows))
    state = {"documents": taken, "events": events, "rejects": bad}
    _write(_state(parts, number), json.dumps(state).encode())
    yield pa.RecordBatch.from_pydict({"number": pa.array([number], pa.int64())})


_ready: dict[str, tuple[Name, ...]] = {}


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; two workers at the same lot do not meet."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _join(parts: Path, out: Path, lots: int) -> jobs.Done:
    """Put the lots together in order, give the result its form and name, clear up."""
    part = Path(f"{out}.part")
    documents, events, rejects = 0, 0, []
    with part.open("wb") as whole:
        for number in range(lots):
            state = json.loads(_state(parts, number).read_bytes())
            with _rows(parts, number).open("rb") as rows:
                shutil.copyfileobj(rows, whole)
            documents, events = documents + state["documents"], events + state["events"]
            rejects += state["rejects"]
    try:
        jobs.finish(part, out)
    except DetenteError:
        part.unlink(missing_ok=True)
        raise
    shutil.rmtree(parts)
    aside = jobs.write_rejects(out, rejects)
    return jobs.Done(documents - len(rejects), len(rejects), events, out, aside)
