"""Print the tables of the datasheet: `python training/counts.py`."""

from __future__ import annotations

import collections
import json
import pathlib

TEXT = pathlib.Path(__file__).parent / "text"


def main() -> None:
    """Counts by type and mode, factuality, register and file, as Markdown."""
    rows = []
    for path in sorted(TEXT.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        rows += [json.loads(line) | {"file": path.name} for line in lines]
    texts = {row["text"] for row in rows}
    words = sorted(len(text.split()) for text in texts)
    print(
        f"{len(rows)} pairs in {len(texts)} sentences; median length {words[len(words) // 2]} words\n"
    )
    for field in ("file", "factuality", "register"):
        counts = collections.Counter(row[field] for row in rows)
        print(f"{field}: " + ", ".join(f"{k} {n}" for k, n in counts.most_common()) + "\n")
    print("| type | pairs | modes |\n|---|---|---|")
    types = collections.Counter(row["type"] for row in rows)
    for kind, number in types.most_common():
        modes = collections.Counter(row["mode"] for row in rows if row["type"] == kind)
        parts = ", ".join(f"{mode or 'none given'} {n}" for mode, n in modes.most_common())
        print(f"| {kind} | {number} | {parts if len(modes) > 1 else ''} |")


if __name__ == "__main__":
    main()
