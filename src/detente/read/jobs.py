"""Coding many documents: in batches, in order, restartable, bad ones set aside.

While a job runs, its rows stand in ``OUT.part`` and its progress in ``OUT.part.json``. A job
that was stopped, however hard, goes on from the last whole batch when the same command is
given again; the final name appears only when all is done. The same input gives the same
bytes, whatever the number of workers and however often it was stopped.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import gc
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from detente.engine.choose import explained
from detente.errors import InputError
from detente.read.actors import Gazetteer, Name
from detente.read.coder import CODER_VERSION, read_many
from detente.read.inputs import Rejected, documents_of, how_many, inputs, whole
from detente.read.parse import pipeline
from detente.schema import Document

_BATCH = 64
__all__ = ["Done", "Rejected", "code_files", "how_many"]
FORMATS = (".jsonl", ".csv", ".parquet")


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """What a job did: documents coded, documents set aside, events written."""

    documents: int
    set_aside: int
    events: int
    out: Path
    rejects: Path | None


def code_files(
    files: Iterable[Path],
    out: Path,
    people: Iterable[Name] = (),
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, events: None,
) -> Done:
    """Code text, HTML, JSONL and Parquet files, or folders of them, into one event table.

    Parameters
    ----------
    files
        ``.txt`` and ``.html``: a document each; ``.jsonl``: a document a line, ``.parquet``: a
        row, with ``id``, ``text`` and optionally ``date`` (EDTF). Or folders of these.
    out
        ``.jsonl``, ``.csv`` or ``.parquet``; the rows are ``schema.Event.flat``.
    workers
        Processes; the result does not depend on it.
    progress
        Called after each batch with documents done and events found so far.

    Raises
    ------
    InputError
        A file is missing, or ``out`` has another ending.
    """
    files = inputs(files)
    check_out(out)
    part, state_file = Path(f"{out}.part"), Path(f"{out}.part.json")
    job = fingerprint(files, tuple(people))
    state = _resume(part, state_file, job)
    rejects: list[dict[str, str]] = state["rejects"]
    waiting = batches(
        (one for file in files for one in documents_of(whole(file))), skip=state["documents"]
    )
    try:
        _work(part, state_file, state, _coded(waiting, tuple(people), workers), progress)
        finish(part, out)
    except OSError as error:  # what is done stays beside the result, for a rerun
        raise explained(out, error) from error
    state_file.unlink(missing_ok=True)
    aside = write_rejects(out, rejects)
    return Done(state["documents"] - len(rejects), len(rejects), state["events"], out, aside)


def _work(
    part: Path, state_file: Path, state: dict[str, Any], coded: Iterator[_Coded],
    progress: Callable[[int, int], None],
) -> None:  # fmt: skip
    """Write the rows batch by batch, each with the state after it."""
    with part.open("ab") as rows:
        for taken, batch_rows, bad in coded:
            rows.write(as_lines(batch_rows))
            rows.flush()
            os.fsync(rows.fileno())
            state["rejects"] += bad
            state["documents"] += taken
            state["events"] += len(batch_rows)
            state["bytes"] = rows.tell()
            _save(state_file, state)
            progress(state["documents"], state["events"])


def as_lines(rows: list[dict[str, Any]]) -> bytes:
    """Rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def write_rejects(out: Path, rejects: list[dict[str, str]]) -> Path | None:
    """Write what was set aside beside the result, if anything was."""
    if not rejects:
        return None
    aside = Path(f"{out}.rejected.jsonl")
    aside.write_text("".join(json.dumps(row) + "\n" for row in rejects), encoding="utf-8")
    return aside


def check_out(out: Path) -> None:
    """Stop at an output that cannot be written."""
    if out.suffix not in FORMATS:
        raise InputError(
            out, f"cannot write {out.suffix or 'a file without ending'}", " or ".join(FORMATS),
            "name the output with one of these endings",
        )  # fmt: skip
    if not out.parent.is_dir():
        raise InputError(out.parent, "there is no such folder", todo="make it first")


def fingerprint(files: list[Path], people: tuple[Name, ...]) -> str:
    """What makes a job the same: coder, people, and the files with size and time."""
    digest = hashlib.sha256(f"{CODER_VERSION}{people}".encode())
    for file in files:
        stat = file.stat()
        digest.update(f"{file.resolve()}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _resume(part: Path, state_file: Path, job: str) -> dict[str, Any]:
    """The state of the same job stopped earlier, its half-written batch cut off; or a new one."""
    fresh = {"job": job, "documents": 0, "events": 0, "bytes": 0, "rejects": []}
    if part.is_file() and state_file.is_file():
        try:
            state: dict[str, Any] = json.loads(state_file.read_text(encoding="utf-8"))
        except json.JSONDecodeError:
            state = fresh
        if state.get("job") == job and part.stat().st_size >= state["bytes"]:
            os.truncate(part, state["bytes"])
            return state
    part.write_bytes(b"")
    return fresh


def _save(state_file: Path, state: dict[str, Any]) -> None:
    aside = state_file.with_suffix(".tmp")
    aside.write_text(json.dumps(state), encoding="utf-8")
    os.replace(aside, state_file)


def batches(
    documents: Iterator[Document | Rejected], skip: int = 0
) -> Iterator[list[Document | Rejected]]:
    """Documents in lots of :data:`_BATCH`, after the first ``skip``."""
    batch: list[Document | Rejected] = []
    for number, document in enumerate(documents):
        if number < skip:
            continue
        batch.append(document)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


_Coded = tuple[int, list[dict[str, Any]], list[dict[str, str]]]


def _coded(
    batches: Iterator[list[Document | Rejected]], people: tuple[Name, ...], workers: int
) -> Iterator[_Coded]:
    """Each batch's rows, in order; with several workers a few batches ahead, no more."""
    if workers <= 1:
        start(people)
        yield from map(code_batch, batches)
        return
    with concurrent.futures.ProcessPoolExecutor(
        workers, initializer=start, initargs=(people,)
    ) as pool:
        ahead: list[concurrent.futures.Future[_Coded]] = []
        for batch in batches:
            ahead.append(pool.submit(code_batch, batch))
            if len(ahead) > 3 * workers:
                yield ahead.pop(0).result()
        for future in ahead:
            yield future.result()


_shared: dict[str, Gazetteer] = {}


def start(people: tuple[Name, ...]) -> None:
    """Make this process ready to code; the classifier is loaded when first used, once."""
    _shared["gazetteer"] = Gazetteer(people)
    pipeline()
    gc.freeze()  # the model's many objects stay: no collection need look through them


def code_batch(batch: list[Document | Rejected]) -> _Coded:
    """Code a batch: how many were taken, the rows of their events, what was set aside."""
    documents = [item for item in batch if isinstance(item, Document)]
    bad = [dataclasses.asdict(item) for item in batch if isinstance(item, Rejected)]
    rows: list[dict[str, Any]] = []
    try:
        for reading in read_many(documents, _shared["gazetteer"]):
            rows += [event.flat() for event in reading.coded]
    except Exception:  # one bad document must not cost its batch
        rows = []
        for document in documents:
            try:
                rows += [
                    event.flat()
                    for reading in read_many([document], _shared["gazetteer"])
                    for event in reading.coded
                ]
            except Exception as error:
                bad.append({"where": document.doc_id, "reason": f"{type(error).__name__}: {error}"})
    return len(batch), rows, bad


def finish(part: Path, out: Path) -> None:
    """Give the rows their final form and name."""
    if out.suffix == ".jsonl":
        os.replace(part, out)
        return
    import duckdb

    options = (
        "HEADER, DELIMITER ','" if out.suffix == ".csv" else "FORMAT parquet, COMPRESSION zstd"
    )
    aside = Path(f"{out}.tmp")
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in _COLUMNS.items())
    try:
        with duckdb.connect() as own:  # the shared connection may be in the middle of something
            own.execute(
                f"COPY (SELECT * FROM read_json(?, format='newline_delimited', columns={{{columns}}})) "
                f"TO '{str(aside).replace(chr(39), chr(39) * 2)}' ({options})",
                [str(part)],
            )
    except duckdb.Error as error:
        aside.unlink(missing_ok=True)
        raise explained(out, error) from error
    os.replace(aside, out)
    part.unlink()


_COLUMNS = {
    **dict.fromkeys(
        ("event_id", "doc_id", "date", "date_earliest", "date_latest", "source_iso3", "source_cow",
         "source_sector", "source_name", "source_person", "target_iso3", "target_cow",
         "target_sector", "target_name", "target_person", "event_type", "mode", "context", "kind"),
        "VARCHAR",
    ),
    "quad_class": "INTEGER", "intensity": "DOUBLE", "factuality": "VARCHAR",
    "attributed_to": "VARCHAR", "text": "VARCHAR", "char_start": "INTEGER", "char_end": "INTEGER",
    "trigger": "VARCHAR", "confidence": "DOUBLE", "coder_version": "VARCHAR",
    "cameo_code": "VARCHAR", "dataset": "VARCHAR", "dataset_version": "VARCHAR",
    "source_ids": "VARCHAR",
}  # fmt: skip
