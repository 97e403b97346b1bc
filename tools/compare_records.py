"""Compare a casebook with outside records of the same things and print every disagreement.

    python tools/compare_records.py FOLDER [--casebook china-north-korea] [-o OUT.csv]

FOLDER holds the outside records under the names that the modules of ``tools/compare`` state.
One line is printed per disagreement: comparison, key, what the casebook has, what the other
has, kind, and the reason where a rule gives one; then the totals of each comparison. The exit
status is 0 however much disagrees, and 2 where a file or a column is missing.
``docs/disagreements.md`` says who is right in the cases that matter.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from compare import council, inside, offices, series, tests_lists, tests_rules, visits
from compare.common import KINDS, Compared, Disagreement
from detente.errors import DetenteError, InputError
from detente.record import casebook
from detente.record.casebook import Casebook

#: Every comparison, in the order of the output.
COMPARERS: tuple[Callable[[Casebook, Path], Compared], ...] = (
    tests_lists.against_cns,
    tests_lists.against_csis,
    tests_rules.lists,
    tests_rules.rules,
    visits.against_leaders,
    visits.against_yearly,
    series.visits_yearly,
    series.trade,
    series.aid,
    series.unga,
    council.meetings,
    inside.visits_and_acts,
    inside.records_and_calendar,
    offices.visitors,
    offices.titles,
    offices.after_death,
)
_COLUMNS = [field.name for field in dataclasses.fields(Disagreement)]


def totals(outcomes: Sequence[Compared]) -> list[str]:
    """Spell out, per comparison, how much was compared and how much of each kind differs."""
    lines = []
    for outcome in outcomes:
        kinds = Counter(item.kind for item in outcome.found)
        parts = [f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind]]
        line = f"{outcome.table}: {outcome.entries} compared, {len(outcome.found)} disagreements"
        lines.append(f"{line} ({', '.join(parts)})" if parts else line)
        lines += [f"  {fact}" for fact in outcome.facts]
    return lines


def write(path: Path, outcomes: Sequence[Compared]) -> None:
    """Write all disagreements as CSV.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(
                dataclasses.asdict(item) for outcome in outcomes for item in outcome.found
            )
    except OSError as error:
        raise InputError(path, f"cannot be written ({error.strerror})", "a file name in a folder "
                         "that exists", "name another file with --output") from error  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run all comparisons; give back the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of the outside records")
    parser.add_argument("--casebook", default=casebook.DEFAULT, help="name or folder")
    parser.add_argument("-o", "--output", type=Path, help="CSV of the disagreements to write")
    args = parser.parse_args(argv)
    try:
        case = casebook.load(args.casebook)
        outcomes = [compare(case, args.folder) for compare in COMPARERS]
        if args.output:
            write(args.output, outcomes)
    except DetenteError as error:
        print(error, file=sys.stderr)
        return 2
    for outcome in outcomes:
        for item in outcome.found:
            print(item.line())
    print("\nTotals")
    print("\n".join(totals(outcomes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
