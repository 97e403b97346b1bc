"""Check the labelled sentences in training/text: `python training/check.py [FILE …]`.

Prints each broken line as FILE:LINE: what was found and what was expected, then the
counts by type; exits 1 when a line is broken.
"""

from __future__ import annotations

import collections
import json
import pathlib
import sys

MODES: dict[str, set[str]] = {
    "AGREE": set(),
    "CONSULT": {"visit", "third-party", "phone", "multilateral"},
    "SUPPORT": set(),
    "CONCEDE": set(),
    "COOPERATE": set(),
    "AID": {"asylum"},
    "RETREAT": {"release", "return", "ease", "access", "disarm", "ceasefire", "withdraw"},
    "REQUEST": {"assist", "change", "yield", "meet"},
    "ACCUSE": {"disapprove", "investigate", "allege"},
    "REJECT": {"assist", "change", "yield", "meet"},
    "THREATEN": {"relations", "restrict", "ban", "political", "expel", "violence", "territory"},
    "PROTEST": {"demo", "hunger", "boycott", "obstruct", "riot"},
    "MOBILIZE": {"police", "troops", "weapons"},
    "SANCTION": {"withdraw", "discontinue", "expel"},
    "COERCE": {"seize", "restrict", "ban", "curfew", "martial-law", "arrest", "deport"},
    "ASSAULT": {
        "abduct", "beat", "sexual", "torture", "suicide-attack", "explosives", "assassinate",
        "cleansing", "firearms", "heavy-weapons", "massacre", "unconventional", "destroy",
    },
    "NONE": set(),
}  # fmt: skip
FACTUALITY = {"happened", "ongoing", "denied", "planned", "demanded", "hypothetical", "asked"}
REGISTERS = {
    "wire", "essay", "communique", "state-media", "court", "protest", "battlefield", "ngo",
    "history", "social",
}  # fmt: skip
FIELDS = {"text", "source", "target", "type", "mode", "factuality", "register"}
HERE = pathlib.Path(__file__).parent


def problems(row: dict[str, str]) -> list[str]:
    """What is wrong with one labelled pair; an empty list when nothing is."""
    if set(row) != FIELDS:
        return [f"fields {sorted(row)}, expected {sorted(FIELDS)}"]
    out = [
        f"{field} {row[field]!r} is not a part of the text"
        for field in ("source", "target")
        if not row[field] or row[field] not in row["text"]
    ]
    if not out:
        s, t = row["text"].find(row["source"]), row["text"].find(row["target"])
        if s < t + len(row["target"]) and t < s + len(row["source"]):
            out.append("source and target overlap")
    if row["type"] not in MODES:
        out.append(f"type {row['type']!r}, expected one of {sorted(MODES)}")
    elif row["mode"] and row["mode"] not in MODES[row["type"]]:
        out.append(f"mode {row['mode']!r} of {row['type']}, expected {sorted(MODES[row['type']])}")
    if row["factuality"] not in FACTUALITY:
        out.append(f"factuality {row['factuality']!r}, expected one of {sorted(FACTUALITY)}")
    if row["register"] not in REGISTERS:
        out.append(f"register {row['register']!r}, expected one of {sorted(REGISTERS)}")
    return out


def main(paths: list[pathlib.Path]) -> int:
    """Check every file; return 1 when a line is broken or a pair is there twice."""
    seen: dict[tuple[str, str, str], str] = {}
    counts: collections.Counter[str] = collections.Counter()
    broken = 0
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{path.name}:{number}"
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                print(f"{where}: not JSON ({error})")
                broken += 1
                continue
            found = problems(row)
            if not found:
                key = (row["text"], row["source"], row["target"])
                if key in seen:
                    found = [f"the same pair stands in {seen[key]}"]
                seen[key] = where
                counts[row["type"]] += 1
            for what in found:
                print(f"{where}: {what}")
            broken += bool(found)
    texts = len({key[0] for key in seen})
    print(f"{sum(counts.values())} pairs in {texts} sentences, {broken} broken lines")
    print(", ".join(f"{kind} {number}" for kind, number in counts.most_common()))
    return 1 if broken else 0


if __name__ == "__main__":
    named = [pathlib.Path(name) for name in sys.argv[1:]]
    sys.exit(main(named or sorted((HERE / "text").glob("*.jsonl"))))
