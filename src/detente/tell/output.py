"""``brief.json``: the findings for programs, in the fields of the command contract."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from detente.claims.check import Checked
from detente.tell.outlook import Outlook
from detente.tell.result import Brief
from detente.tell.verdicts import in_one_sentence, tally


def as_json(brief: Brief, command: str, version: str) -> str:
    """The findings as JSON text, keys in a fixed order: the same input gives the same bytes."""
    return json.dumps(as_dict(brief, command, version), ensure_ascii=False, indent=1) + "\n"


def as_dict(brief: Brief, command: str, version: str) -> dict[str, Any]:
    """``document``, ``summary``, ``statements``, ``events``, ``perceptions``, ``forecasts``, …

    Last comes ``provenance``.
    Positions count code points of ``document.text``.
    """
    reading, case = brief.reading, brief.casebook
    document = dataclasses.asdict(reading.document)
    document["dyad"] = list(reading.dyad)
    counts = tally(item.verdict.verdict for item in brief.findings if item.verdict)
    flat = {event.event_id: event.flat() for event in reading.coded}
    return {
        "document": document,
        "summary": {"answer": in_one_sentence(counts), "verdicts": counts},
        "statements": [_statement(item, flat, brief.outlook) for item in brief.checked],
        "events": list(flat.values()),
        "perceptions": [dataclasses.asdict(perception) for perception in reading.perceptions],
        "forecasts": [
            {**answer, "statements": list(asked.statements)}
            for asked in brief.outlook.asked
            for answer in asked.answers
        ],
        "provenance": {
            "detente": version,
            "command": command,
            "casebook": case.name,
            "tables": [
                {"table": t.name, "file": t.path.name, "rows": t.rows, "sha256": t.sha256}
                for t in case.tables.values()
            ],
        },
    }


def _statement(item: Checked, flat: dict[str, dict[str, Any]], outlook: Outlook) -> dict[str, Any]:
    statement, verdict = item.statement, item.verdict
    row: dict[str, Any] = {
        "id": statement.statement_id,
        "text": statement.text,
        "char_start": statement.char_start,
        "char_end": statement.char_end,
        "kind": statement.kind,
        "events": [flat[event_id] for event_id in statement.events if event_id in flat],
        "claim_id": item.claim.claim_id if item.claim else None,
        "verdict": verdict.verdict if verdict else None,
        "reason": item.reason,
        "evidence": [dataclasses.asdict(e) for e in verdict.evidence] if verdict else [],
        "forecast_ids": [one.question_id for one in outlook.of_statement(statement.statement_id)],
    }
    if verdict is not None:
        names = ("estimate", "lo90", "hi90", "p", "n", "null", "smallest_effect")
        row["test"] = {name: getattr(verdict, name) for name in names}
        row["specifications"] = list(verdict.specifications)
        row["caveats"] = list(verdict.caveats)
    return row
