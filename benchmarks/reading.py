"""Speed and memory of `detente code` next to bare spaCy, on the same sentences, in one run.

    python benchmarks/reading.py [--sentences 10000] [--per-document 5] [--rounds 3]
    python benchmarks/reading.py --flat [--sentences 100000]     memory along one long job
    python benchmarks/reading.py --workers 2                     one process against two

Both are whole processes on one core, in turns; the ratio of their medians is the figure to
quote: of the time on the clock, and of processor time, which a busy machine disturbs less.
The sentences are those of training/text, repeated in a seeded order.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BARE = """
import json, sys, spacy
from detente.read.parse import _MODELS
nlp = spacy.load(next(name for name in _MODELS if spacy.util.is_package(name)))
with open(sys.argv[1], encoding="utf-8") as lines:
    texts = (json.loads(line)["text"] for line in lines)
    print(sum(1 for doc in nlp.pipe(texts) for _ in doc.sents))
"""


def write_input(path: Path, sentences: int, per_document: int) -> None:
    """JSONL documents of so many sentences each."""
    rows = {
        json.loads(line)["text"]
        for file in sorted((ROOT / "training" / "text").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    }
    pool = sorted(rows)
    rng = random.Random(1)
    chosen = [rng.choice(pool) for _ in range(sentences)]
    with path.open("w", encoding="utf-8") as out:
        for start in range(0, sentences, per_document):
            text = " ".join(chosen[start : start + per_document])
            row = {"id": f"d{start}", "text": text, "date": "2019-05-01"}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def timed(command: list[str], cores: str = "0") -> tuple[float, float, float]:
    """Seconds on the clock, seconds of processor and peak memory (MiB) of a whole process."""
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    start = time.perf_counter()
    done = subprocess.Popen(["taskset", "-c", cores, *command], stdout=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(done.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    spent = used.ru_utime + used.ru_stime
    return time.perf_counter() - start, spent, used.ru_maxrss / 1024


def code(source: Path, out: Path, workers: int = 1) -> list[str]:
    """The command that codes a file."""
    run = [sys.executable, "-m", "detente.cli", "code", str(source), "-o", str(out), "-q"]
    return [*run, "--workers", str(workers)]


def flat(source: Path, out: Path, sentences: int, per_document: int) -> None:
    """Resident memory at every tenth of a job, and its peak."""
    process = subprocess.Popen(code(source, out))
    state, status = Path(f"{out}.part.json"), Path(f"/proc/{process.pid}/status")
    told = 0
    while process.poll() is None:
        time.sleep(0.5)
        try:
            done = json.loads(state.read_text())["documents"] * per_document
            rows = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except (OSError, ValueError):
            continue  # not begun, or just over
        if done * 10 // sentences > told:
            told = done * 10 // sentences
            now, peak = (int(rows[key].split()[0]) / 1024 for key in ("VmRSS", "VmHWM"))
            print(f"{done:7} sentences  {now:5.0f} MiB now  {peak:5.0f} MiB peak", flush=True)
    if process.returncode:
        raise SystemExit("detente code failed")


def in_turns(commands: dict[str, list[str]], out: Path, rounds: int, cores: str, n: int) -> None:
    """Time commands in turns; print a row each and the ratio of the first to the last."""
    seen: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            out.unlink(missing_ok=True)
            seen[name].append(timed(command, cores))
    clock, spent = {}, {}
    for name, runs in seen.items():
        clock[name] = statistics.median(run[0] for run in runs)
        spent[name] = statistics.median(run[1] for run in runs)
        print(
            f"{name:16} {clock[name]:7.1f} s  {n / clock[name]:6.0f} sentences/s  "
            f"{spent[name]:7.1f} s of processor  peak {max(run[2] for run in runs):5.0f} MiB"
        )
    first, last = next(iter(commands)), list(commands)[-1]
    print(
        f"speed of {last} / {first}: {clock[first] / clock[last]:.2f} by the clock, "
        f"{spent[first] / spent[last]:.2f} by processor time"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int)
    parser.add_argument("--per-document", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flat", action="store_true", help="memory along one job")
    parser.add_argument("--workers", type=int, default=1, help="against one process")
    given = parser.parse_args()
    sentences = given.sentences or (100_000 if given.flat else 10_000)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        write_input(source, sentences, given.per_document)
        if given.flat:
            flat(source, out, sentences, given.per_document)
            return
        bare = [sys.executable, "-c", BARE, str(source)]
        commands = {"bare spaCy": bare, "detente code": code(source, out)}
        cores = "0"
        if given.workers > 1:
            commands = {"one process": code(source, out)}
            commands[f"{given.workers} processes"] = code(source, out, given.workers)
            cores = f"0-{given.workers - 1}"
        in_turns(commands, out, given.rounds, cores, sentences)
        print(len(out.read_text(encoding="utf-8").splitlines()), "events")


if __name__ == "__main__":
    main()
