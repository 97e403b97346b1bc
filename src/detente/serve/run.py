"""Start the explorer: open what it shows, take a port, say where it is, end on Ctrl-C."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from detente.errors import InputError
from detente.record.casebook import load
from detente.serve import app, guard, sidecar, verdicts
from detente.serve.jobs import Jobs
from detente.serve.site import Site
from detente.serve.table import from_casebook, open_table


def site(
    store: Path | None,
    casebook: str,
    version: str,
    progress: Callable[[str], None] = lambda _: None,
    index: bool = True,
    warn: Callable[[str], None] = lambda _: None,
) -> Site:
    """What the explorer is to show.

    Parameters
    ----------
    store
        A store, Parquet, CSV or JSONL file; the casebook's acts when ``None``.
    casebook
        A shipped casebook's name, or a folder.
    progress, warn
        Told what is being done, and what cannot be.
    index
        Whether an index of words may be made for a large file that has none.

    Raises
    ------
    DetenteError
        Either cannot be read.
    """
    progress("reading the casebook")
    case = load(casebook)
    progress("opening the events")
    table = open_table(store) if store is not None else from_casebook(case)
    table, why = sidecar.attach(table, index, progress)
    if why:
        warn(f"no index of words ({why}): a search of all dyads reads every sentence")
    claims = tuple(verdicts.testable(case))
    return Site(table, case, claims, Jobs(), Jobs(), version)


def take(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises
    ------
    InputError
        The port is in use, needs rights that are not there, or the host is not this machine's.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise InputError(f"--host {host}", "no address of this machine", "127.0.0.1") from error
    made = socket.socket(found[0], socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(found[4])
        made.listen(128)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError(f"--port {port}", "in use by another program", "a free port",
                             f"try --port {port + 1}, or --port 0 for any free one") from error  # fmt: skip
        if error.errno == errno.EACCES:
            raise InputError(f"--port {port}", "not yours to use", "a port from 1024") from error
        raise InputError(f"--host {host}", f"cannot be used ({error.strerror})", "127.0.0.1",
                         "leave --host out to stay on this machine") from error  # fmt: skip
    return made


def address(listening: socket.socket) -> str:
    """What to type into a browser."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def serve(shown: Site, listening: socket.socket, host: str, browser: bool = False) -> None:
    """Answer until Ctrl-C."""
    made = app.make(shown, guard.own_names(host))
    config = uvicorn.Config(
        made, log_level="warning", access_log=False, server_header=False, lifespan="off",
        timeout_graceful_shutdown=2, h11_max_incomplete_event_size=128 * 1024,
    )  # fmt: skip
    if browser:
        threading.Timer(0.5, webbrowser.open, [address(listening)]).start()
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # how uvicorn passes Ctrl-C on once it has ended
        pass
    finally:
        listening.close()
        if not shown.close():  # a test that runs on must not hold up Ctrl-C
            sys.stdout.flush()
            os._exit(0)
