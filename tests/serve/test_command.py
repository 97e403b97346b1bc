"""The command: it says where it is, ends cleanly, and explains what it cannot do."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.serve import guard, run

SERVE = [sys.executable, "-m", "detente.cli", "serve"]


def test_it_prints_its_address_answers_and_ends_on_ctrl_c(store: Path) -> None:
    command = [*SERVE, str(store), "--casebook", "india-pakistan", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        found = re.fullmatch(r"explorer: (http://127\.0\.0\.1:\d+/)\n", server.stdout.readline())
        assert found
        with urllib.request.urlopen(found[1], timeout=60) as answer:
            assert b"401 events" in answer.read()
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=60)
        assert (server.returncode, errors) == (0, "")
    finally:
        server.kill()


def test_a_port_in_use_is_named_with_status_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*SERVE, "--port", str(port)], capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 2
    assert f"--port {port}: in use by another program" in done.stderr
    assert "--port 0" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_no_store_is_named_with_status_2(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    command = [*SERVE, str(tmp_path / "a.csv"), "--port", "0", "-c", "india-pakistan"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "no column date, source_iso3, target_iso3, event_type" in done.stderr


def test_hosts() -> None:
    assert guard.is_local("127.0.0.1")
    assert guard.is_local("localhost")
    assert guard.is_local("::1")
    assert not guard.is_local("0.0.0.0")
    assert not guard.is_local("192.168.0.7")
    with pytest.raises(InputError, match="no address of this machine"):
        run.take("no-such-host.invalid", 0)


def test_help_needs_no_server() -> None:
    """``detente --help`` imports neither Starlette nor uvicorn nor DuckDB."""
    code = (
        "import sys; sys.argv = ['detente', '--help']\n"
        "from detente.cli import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "print(sorted(set(sys.modules) & {'starlette', 'uvicorn', 'duckdb', 'altair', 'detente.serve'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.endswith("[]\n"), done.stderr
    assert "serve" in done.stdout
