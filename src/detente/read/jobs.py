"""Coding many documents: in batches, in order, restartable, bad ones set aside.

While a job runs, its rows stand in ``OUT.part`` and its progress in ``OUT.part.json``. A job
that was stopped, however hard, goes on from the last whole batch when the same command is
given again; the final name appears only when all is done. The same input gives the same
bytes, whatever the number of workers and however often it was stopped.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from detente.errors import DetenteError, InputError
from detente.read.actors import Gazetteer, Name
from detente.read.coder import CODER_VERSION, read_many
from detente.read.documents import document_from_text, read_document
from detente.schema import Document, bounds

_BATCH = 64
FORMATS = (".jsonl", ".csv", ".parquet")


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """What a job did: documents coded, documents set aside, events written."""

    documents: int
    set_aside: int
    events: int
    out: Path
    rejects: Path | None


@dataclasses.dataclass(frozen=True, slots=True)
class Rejected:
    """A document that could not be read: where, and why."""

    where: str
    reason: str


def code_files(
    files: Iterable[Path],
    out: Path,
    people: Iterable[Name] = (),
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, events: None,
) -> Done:
    """Code text, HTML and JSONL files into one event table.

    Parameters
    ----------
    files
        ``.txt`` and ``.html``: a document each; ``.jsonl``: a document a line with ``id``,
        ``text`` and optionally ``date`` (EDTF).
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
    files = [Path(file) for file in files]
    _check(files, out)
    part, state_file = Path(f"{out}.part"), Path(f"{out}.part.json")
    job = _fingerprint(files, tuple(people))
    state = _resume(part, state_file, job)
    rejects: list[dict[str, str]] = state["rejects"]
    batches = _batches(_documents(files), skip=state["documents"])
    with part.open("ab") as rows:
        for taken, batch_rows, bad in _coded(batches, tuple(people), workers):
            rows.write(
                "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in batch_rows).encode()
            )
            rows.flush()
            os.fsync(rows.fileno())
            rejects += bad
            state["documents"] += taken
            state["events"] += len(batch_rows)
            state["bytes"] = rows.tell()
            _save(state_file, state)
            progress(state["documents"], state["events"])
    _finish(part, out)
    state_file.unlink(missing_ok=True)
    aside = None
    if rejects:
        aside = Path(f"{out}.rejected.jsonl")
        aside.write_text("".join(json.dumps(r) + "\n" for r in rejects), encoding="utf-8")
    return Done(state["documents"] - len(rejects), len(rejects), state["events"], out, aside)


def how_many(files: Iterable[Path]) -> int:
    """Documents in some files: lines of JSONL, else one each."""
    count = 0
    for file in files:
        if file.suffix == ".jsonl" and file.is_file():
            with file.open("rb") as lines:
                count += sum(1 for line in lines if line.strip())
        else:
            count += 1
    return count


def _check(files: list[Path], out: Path) -> None:
    if out.suffix not in FORMATS:
        raise InputError(
            out, f"cannot write {out.suffix or 'a file without ending'}", " or ".join(FORMATS),
            "name the output with one of these endings",
        )  # fmt: skip
    for file in files:
        if not file.is_file():
            raise InputError(file, "there is no such file", todo="check the path")
    if not out.parent.is_dir():
        raise InputError(out.parent, "there is no such folder", todo="make it first")


def _fingerprint(files: list[Path], people: tuple[Name, ...]) -> str:
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


def _documents(files: list[Path]) -> Iterator[Document | Rejected]:
    for file in files:
        if file.suffix.lower() in {".jsonl", ".ndjson"}:
            yield from _lines(file)
            continue
        try:
            yield read_document(file)
        except InputError as error:
            yield Rejected(error.where, error.found)


def _lines(file: Path) -> Iterator[Document | Rejected]:
    with file.open("rb") as stream:
        for number, raw in enumerate(stream, 1):
            if not raw.strip():
                continue
            try:
                yield _line(raw, file)
            except (ValueError, KeyError, TypeError) as error:
                yield Rejected(f"{file}:{number}", f"{type(error).__name__}: {error}")


def _line(raw: bytes, file: Path) -> Document:
    row = json.loads(raw)
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
        raise ValueError('expected an object with "id" and "text"')
    if not row["text"].strip():
        raise ValueError("the text is empty")
    date = row.get("date") or None
    if date is not None:
        bounds(str(date))
    return document_from_text(
        row["text"],
        doc_id=str(row["id"]),
        title=str(row.get("title", "")),
        date=str(date) if date else None,
        date_basis="given" if date else "",
        file=file.name,
    )


def _batches(
    documents: Iterator[Document | Rejected], skip: int
) -> Iterator[list[Document | Rejected]]:
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
        _start(people)
        yield from map(_code_batch, batches)
        return
    with concurrent.futures.ProcessPoolExecutor(
        workers, initializer=_start, initargs=(people,)
    ) as pool:
        ahead: list[concurrent.futures.Future[_Coded]] = []
        for batch in batches:
            ahead.append(pool.submit(_code_batch, batch))
            if len(ahead) > 3 * workers:
                yield ahead.pop(0).result()
        for future in ahead:
            yield future.result()


_shared: dict[str, Gazetteer] = {}


def _start(people: tuple[Name, ...]) -> None:
    _shared["gazetteer"] = Gazetteer(people)


def _code_batch(batch: list[Document | Rejected]) -> _Coded:
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


def _finish(part: Path, out: Path) -> None:
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
        duckdb.sql(
            f"COPY (SELECT * FROM read_json(?, format='newline_delimited', columns={{{columns}}})) "
            f"TO '{str(aside).replace(chr(39), chr(39) * 2)}' ({options})",
            params=[str(part)],
        )
    except duckdb.Error as error:
        aside.unlink(missing_ok=True)
        raise DetenteError(out, f"cannot be written ({error})") from error
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
