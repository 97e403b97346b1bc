"""Speed and memory of `detente code` next to bare spaCy, on the same sentences, in one run.

    python benchmarks/reading.py [--sentences 10000] [--per-document 5] [--rounds 3]

Both are whole processes on one core, in turns; the ratio of their medians is the figure to
quote. The sentences are those of training/text, repeated in a seeded order.
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


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory (MiB) of a whole process on one core."""
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    start = time.perf_counter()
    done = subprocess.Popen(["taskset", "-c", "0", *command], stdout=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(done.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=10_000)
    parser.add_argument("--per-document", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        write_input(source, given.sentences, given.per_document)
        commands = {
            "bare spaCy": [sys.executable, "-c", BARE, str(source)],
            "detente code": [
                sys.executable,
                "-m",
                "detente.cli",
                "code",
                str(source),
                "-o",
                str(out),
                "-q",
            ],
        }
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(given.rounds):
            for name, command in commands.items():
                out.unlink(missing_ok=True)
                seen[name].append(timed(command))
        events = len(out.read_text(encoding="utf-8").splitlines())
    medians = {}
    for name, runs in seen.items():
        medians[name] = statistics.median(seconds for seconds, _ in runs)
        peak = max(memory for _, memory in runs)
        rate = given.sentences / medians[name]
        print(f"{name:14} {medians[name]:7.1f} s  {rate:7.0f} sentences/s  peak {peak:5.0f} MiB")
    ratio = medians["bare spaCy"] / medians["detente code"]
    print(f"{events} events; speed of detente code / bare spaCy: {ratio:.2f}")


if __name__ == "__main__":
    main()
