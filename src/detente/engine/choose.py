"""Which engine a command runs on, and how its results get their final name."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from detente.engine.sql import Engine
from detente.errors import DetenteError, InputError

if TYPE_CHECKING:
    from detente.engine.spark import Spark

ENGINES = ("duckdb", "spark")
#: Memory for DuckDB's queries: a laptop has it, and a process then stays below 2 GB.
MEMORY = "1300MB"


def connect(name: str = "duckdb", master: str | None = None, threads: int | None = None) -> Engine:
    """An engine by name.

    Parameters
    ----------
    name
        ``duckdb``, or ``spark`` (``pip install 'detente[spark]'``, Java 17).
    master
        Spark's master; this machine when ``None``.
    threads
        Of DuckDB; its own choice when ``None``.

    Raises
    ------
    InputError
        No such engine, or a master for DuckDB.
    SparkError
        Spark cannot be started.
    """
    check(name, master)
    if name == "spark":
        return spark(master)
    from detente.engine import duckdb

    return duckdb.connect(threads=threads, memory=MEMORY)


def check(name: str, master: str | None = None) -> None:
    """Stop at an engine nobody has, or a master for one that has none."""
    if name not in ENGINES:
        raise InputError("--engine", repr(name), " or ".join(ENGINES))
    if name == "duckdb" and master is not None:
        raise InputError(
            "--spark-master", repr(master), "no master with DuckDB", "add --engine spark"
        )


def spark(master: str | None = None) -> Spark:
    """A Spark engine, with Spark imported only now."""
    from detente.engine import spark as engine

    return engine.connect(master)


def put(target: Path, write: Callable[[Path], None]) -> None:
    """Make a file or folder whole or not at all: under a name beside it, then renamed.

    Parameters
    ----------
    target
        The final name.
    write
        Makes it under the name it is given.

    Raises
    ------
    DetenteError
        The disk is full, or the folder cannot be written; nothing is left behind then.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}{target.suffix}")
    try:
        write(part)
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        os.replace(part, target)
    except DetenteError:
        raise
    except Exception as error:  # each engine raises its own kinds
        raise explained(target, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)


def explained(target: Path, error: Exception) -> DetenteError:
    """A failed write as a message."""
    words = str(error).splitlines()[0] if str(error) else type(error).__name__
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ENOSPC or "No space left" in str(error) or "disk is full" in words:
        return DetenteError(
            target, "the disk is full; nothing was written under this name",
            "room for the result", "make room, or choose another folder with -o; then run again",
        )  # fmt: skip
    if number in (errno.EROFS, errno.EACCES) or "Read-only" in words or "Permission" in words:
        return DetenteError(
            target, f"cannot be written ({words})", "a folder you may write to",
            "choose another with -o",
        )  # fmt: skip
    return DetenteError(target, f"cannot be written ({words})", "", "run the command again")
