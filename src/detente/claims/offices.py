"""Offices and ranks as a text names them: one list, for who is meant and for who is counted."""

from __future__ import annotations

import re

#: A word for an office, and its rank in a casebook's table of offices; ``""`` where the word
#: ("a senior official") tells no rank of that table. The first that is found counts.
_OFFICES = (
    (r"foreign (?:minister|secretary)", "foreign-minister"),
    (r"head of government|heads of government", "head-of-government"),
    (r"head of state|heads of state", "head-of-state"),
    (r"prime minister|premier|chancellor", "head-of-government"),
    (r"(?<!vice )(?<!vice-)(?<!former )president", "head-of-state"),
    (r"president|leader|minister|official|envoy|ambassador|head|chairman|general|secretary|member"
     r"|delegation|diplomat|chief|king|senior|top|high[- ](?:ranking|level)", ""),
)  # fmt: skip
_RANKS = [(re.compile(rf"(?i)\b(?:{words})s?\b"), rank) for words, rank in _OFFICES]


def rank_said(name: str) -> str:
    """Rank of the office by which somebody is named ("an Indian prime minister"), or ``""``."""
    return next((rank for words, rank in _RANKS if rank and words.search(name)), "")


def names_office(text: str, start: int = 0) -> bool:
    """Whether a text names any office or rank from ``start`` on: "the last premier to visit"."""
    return any(words.search(text, start) for words, _ in _RANKS)
