"""The rules behind :mod:`detente.read.dates`: what each date expression looks like, and means.

A rule that counts from the date last named gives a step (``+3m``), one that wants a year
``XXXX-05``; both are resolved in the text they stand in.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable

from detente.schema import bounds

MONTHS = (
    "january february march april may june july august september october november december"
).split()
_SHORT = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_NUMBERS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "a few": 3, "several": 4, "a couple of": 2, "a dozen": 12,
    **{word: 11 + n for n, word in enumerate(
        "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split())},
}  # fmt: skip
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMBERS |= {
    f"{tens}{rest}": 10 * n + (_NUMBERS[rest[1:]] if rest else 0)
    for n, tens in enumerate(_TENS, 2)
    for rest in ("", *(f"-{unit}" for unit in list(_NUMBERS)[1:10]))
}
_VAGUE = frozenset({"a few", "several", "a couple of"})
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
#: Months and years an "early", "mid" or "late" period covers, counted from its start.
_MONTH_PARTS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_YEAR_PARTS = {"early": (0, 3), "mid": (4, 6), "late": (6, 9)}

_M = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_Y = r"(?P<year>1[6-9]\d\d|20\d\d)"
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_PART = r"(?P<part>early|mid|late|the beginning of|the start of|the middle of|the end of)"
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
#: What a rule with such a part cannot do without in a text.
NEEDS = {
    _M: re.compile(rf"\b{_M}", re.IGNORECASE),
    _Y: re.compile(rf"\b{_Y}"),
    _N: re.compile(r"\b(?:ago|later)\b", re.IGNORECASE),
}


@dataclasses.dataclass(slots=True)
class Context:
    """What expressions count from: the document's date, and the year named before."""

    today: dt.date | None
    year: int | None = None
    today_low: dt.date | None = None
    today_high: dt.date | None = None


#: Pattern, what it means, what it counts from; and its parts of ``NEEDS``.
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Context], str | None], str, frozenset[str]]


def year_before(edtf: str, context: Context) -> int | None:
    """The latest year in which that month and day had come by the document's date."""
    if not context.today_high or not context.today_low:
        return None
    year = context.today_high.year
    if bounds(f"{year}{edtf[4:]}")[0] > context.today_high:
        year -= 1
    return year


def _month(match: re.Match[str]) -> int:
    return _SHORT[match["month"][:3].lower()]


def _full(match: re.Match[str], _: Context) -> str:
    return f"{match['year']}-{_month(match):02}-{int(match['day']):02}"


def _range_of_days(match: re.Match[str], _: Context) -> str:
    first = f"{match['year']}-{_month(match):02}-{int(match['day']):02}"
    return f"{first}/{match['year']}-{_month(match):02}-{int(match['day2']):02}"


def _two_days(match: re.Match[str], context: Context) -> str:
    """ "29 and 30 January 2024": a span; of two days apart only the second has a year beside it."""
    span = _range_of_days(match, context)
    apart = int(match["day2"]) != int(match["day"]) + 1
    return span.split("/")[1] if apart else span


def _month_year(match: re.Match[str], _: Context) -> str:
    return f"{match['year']}-{_month(match):02}"


def _month_range(match: re.Match[str], _: Context) -> str:
    second = _SHORT[match["month2"][:3].lower()]
    first_year = match["year1"] or match["year"]
    return f"{first_year}-{_month(match):02}/{match['year']}-{second:02}"


def _between(match: re.Match[str], _: Context) -> str | None:
    """ "between 3 May 2010 and 5 August 2011", days and the first year where they are given."""
    ends = []
    for day, month, year in (
        (match["day"] or "", match["month"], match["year1"] or match["year"]),
        (match["day2"] or "", match["month2"], match["year"]),
    ):
        ends.append(f"{year}-{_SHORT[month[:3].lower()]:02}" + (f"-{int(day):02}" if day else ""))
    return "/".join(ends) if ends[0] <= ends[1] else None


def _day_month(match: re.Match[str], _: Context) -> str:
    return f"XXXX-{_month(match):02}-{int(match['day']):02}"


def _bare_month(match: re.Match[str], _: Context) -> str:
    return f"XXXX-{_month(match):02}"


def _part(match: re.Match[str]) -> str:
    word = match["part"].lower()
    return {"the beginning of": "early", "the start of": "early", "the middle of": "mid",
            "the end of": "late"}.get(word, word)  # fmt: skip


def _part_of_decade(match: re.Match[str], _: Context) -> str:
    start, (first, last) = int(match["decade"]), _YEAR_PARTS[_part(match)]
    return f"{start + first}/{start + last}"


#: Days that an "early", "mid" or "late" part of a month covers.
_DAY_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_DECADE_NAMES = "twenties thirties forties fifties sixties seventies eighties nineties".split()


def _part_of_month(match: re.Match[str], _: Context) -> str:
    first, last = _DAY_PARTS[_part(match)]
    month, year = _month(match), match["year"]
    last = min(last, bounds(f"{year or 2001}-{month:02}")[1].day)
    if not year:  # two days of a month whose year comes from the text: kept to the month
        return f"XXXX-{month:02}"
    return f"{year}-{month:02}-{first:02}/{year}-{month:02}-{last:02}"


def _share_of_year(match: re.Match[str], _: Context) -> str:
    months = 6 if match["share"].lower() == "half" else 3
    number = _ORDINALS.get(match["which"].lower(), 12 // months)  # "last"
    if number * months > 12:
        raise ValueError(match.group())
    return f"{match['year']}-{(number - 1) * months + 1:02}/{match['year']}-{number * months:02}"


def _slashed(match: re.Match[str], _: Context) -> str:
    """12/31/1999 and 31/12/1999; where both could be the month, only the year is sure."""
    one, two, year = int(match["one"]), int(match["two"]), match["year"]
    if one <= 12 and two <= 12 and one != two:
        return year
    month, day = (one, two) if one <= 12 else (two, one)
    return f"{year}-{month:02}-{day:02}"


def _weekend(match: re.Match[str], context: Context) -> str | None:
    """The Saturday and Sunday last past."""
    if not context.today:
        return None
    sunday = context.today - dt.timedelta(context.today.weekday() + 1)
    return f"{sunday - dt.timedelta(1)}/{sunday}"


def _part_of_year(match: re.Match[str], _: Context) -> str:
    first, last = _MONTH_PARTS[_part(match)]
    return f"{match['year']}-{first:02}/{match['year']}-{last:02}"


def _years(match: re.Match[str], _: Context) -> str | None:
    first, second = match["year"], match["year2"]
    second = first[: 4 - len(second)] + second
    return f"{first}/{second}" if int(first) <= int(second) <= int(first) + 120 else None


def _season(match: re.Match[str], _: Context) -> str:
    return f"{match['year']}-{_SEASONS[match['season'].lower()]}"


def _days_away(days: int) -> Callable[[re.Match[str], Context], str | None]:
    def resolve(_: re.Match[str], context: Context) -> str | None:
        return str(context.today + dt.timedelta(days)) if context.today else None

    return resolve


def _unit_away(match: re.Match[str], context: Context) -> str | None:
    step = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}
    return _shift(context, match["unit"].lower(), step[match["which"].lower()])


def _number(match: re.Match[str]) -> int:
    word = match["n"].lower()
    return int(word) if word.isdigit() else _NUMBERS[word]


def _units_ago(match: re.Match[str], context: Context) -> str | None:
    edtf = _shift(context, match["unit"].lower().rstrip("s"), -_number(match))
    vague = match["n"].lower() in _VAGUE
    return f"{edtf}~" if edtf and vague and "/" not in edtf else edtf


def _years_ago_now(match: re.Match[str], context: Context) -> str | None:
    """ "Sixty years ago today", "… this week": the day, week or month as many years before."""
    number, unit = _number(match), (match["unit"] or "day").lower()
    if unit == "month":
        return _shift(context, "month", -12 * number)
    if not context.today:
        return None
    then = context.today.replace(year=context.today.year - number)
    return _shift(Context(then, None, then, then), unit, 0)


def _units_later(match: re.Match[str], _: Context) -> str | None:
    """Marked with a plus: resolved once the dates before it are known."""
    if match["n"].lower() in _VAGUE:
        return None
    number, unit = _number(match), match["unit"].lower()
    return f"+{7 * number}d" if unit.startswith("week") else f"+{number}{unit[0]}"


def _next_unit(match: re.Match[str], _: Context) -> str:
    unit = match["unit"].lower()
    return "+7d" if unit == "week" else f"+1{unit[0]}"


def _shift(context: Context, unit: str, step: int) -> str | None:
    low, high, today = context.today_low, context.today_high, context.today
    if not low or not high:
        return None
    if unit == "year" and low.year == high.year:
        return str(low.year + step)
    if unit == "decade":
        return f"{(low.year + 10 * step) // 10}X"
    if unit == "month" and (low.year, low.month) == (high.year, high.month):
        month = low.year * 12 + low.month - 1 + step
        return f"{month // 12}-{month % 12 + 1:02}"
    if unit == "week" and today:
        monday = today - dt.timedelta(today.weekday()) + dt.timedelta(7 * step)
        return f"{monday}/{monday + dt.timedelta(6)}"
    if unit == "day" and today:
        return str(today + dt.timedelta(step))
    return None


def _weekday(match: re.Match[str], context: Context) -> str | None:
    if not context.today:
        return None
    back = (context.today.weekday() - _WEEKDAYS.index(match["weekday"].lower())) % 7
    last = match.groupdict().get("last")
    return str(context.today - dt.timedelta(back or (7 if last else 0)))


def _last_month_name(match: re.Match[str], context: Context) -> str | None:
    if not context.today_high:
        return None
    return f"{year_before(f'XXXX-{_month(match):02}', context)}-{_month(match):02}"


def _rule(
    pattern: str,
    resolve: Callable[[re.Match[str], Context], str | None],
    basis: str = "absolute",
    flags: re.RegexFlag = re.IGNORECASE,
) -> _Rule:
    needs = frozenset(part for part in NEEDS if part in pattern)
    return re.compile(rf"\b{pattern}\b", flags), resolve, basis, needs


_DASH = r"\s?[-–—/]\s?"
_WEEKDAY = (
    r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
    r"(?:\s(?:morning|afternoon|evening|night)\b)?"
)
_UNIT = r"(?P<unit>day|week|month|year|decade)"
#: Tried in order; what an earlier rule has taken, a later one does not touch.
RULES: tuple[_Rule, ...] = (
    _rule(rf"{_Y}-(?P<m>0[1-9]|1[0-2])-(?P<d>[0-3]\d)", lambda m, c: m.group()),
    _rule(
        rf"(?:between|from)\s+(?:{_D}\s+)?{_M}(?:\s+(?P<year1>\d{{4}}))?\s+(?:and|to|until)\s+"
        rf"(?:{_D.replace('day', 'day2')}\s+)?{_M.replace('month', 'month2', 1)}\s+{_Y}",
        _between,
    ),
    _rule(rf"{_M}\s+{_D}{_DASH}(?P<day2>[0-3]?\d)(?:,|\s+of)?\s+{_Y}", _range_of_days),
    _rule(rf"{_D}{_DASH}(?P<day2>[0-3]?\d)\s+{_M},?\s+{_Y}", _range_of_days),
    _rule(rf"{_M}\s+{_D}\s+and\s+(?P<day2>[0-3]?\d)(?:,|\s+of)?\s+{_Y}", _two_days),
    _rule(rf"{_D}\s+and\s+(?P<day2>[0-3]?\d)\s+{_M},?\s+{_Y}", _two_days),
    _rule(rf"{_M}\s+{_D},?\s+(?:of\s+)?{_Y}", _full),
    _rule(rf"{_D}\s+(?:of\s+)?{_M},?\s+(?:of\s+)?{_Y}", _full),
    _rule(
        rf"(?:from\s+)?{_M}(?:\s+(?P<year1>\d{{4}}))?(?:{_DASH}|\s+to\s+)"
        rf"(?P<month2>{_M[len('(?P<month>'):-1]})\s+{_Y}",
        _month_range,
    ),
    _rule(rf"{_PART}(?:\s+|-){_M}(?:,|\s+of)?\s+{_Y}", _part_of_month),
    _rule(rf"{_M}(?:,|\s+of)?\s+{_Y}", _month_year),
    _rule(rf"(?P<one>[0-3]?\d)/(?P<two>[0-3]?\d)/{_Y}", _slashed),
    _rule(
        rf"(?:the\s+)?(?P<which>first|second|third|fourth|last)\s+(?P<share>half|quarter)\s+of\s+{_Y}",
        _share_of_year,
    ),
    _rule(
        rf"the\s+(?:nineteen[- ])?(?P<decade>{'|'.join(_DECADE_NAMES)})",
        lambda m, c: f"19{_DECADE_NAMES.index(m['decade'].lower()) + 2}X",
    ),
    _rule(r"the\s+day\s+before\s+yesterday", _days_away(-2), "document"),
    _rule(r"the\s+day\s+after\s+tomorrow", _days_away(2), "document"),
    _rule(r"(?:over|at|during)\s+the\s+weekend|last\s+weekend", _weekend, "document"),
    _rule(
        rf"(?:the\s+)?{_PART}(?:[-\s]+to[-\s]+\w+)?(?:\s+|-)(?:the\s+)?(?P<decade>1[6-9]\d0|20\d0)s",
        _part_of_decade,
    ),
    _rule(r"(?:the\s+)?(?P<decade>1[6-9]\d|20\d)0s", lambda m, c: f"{m['decade']}X"),
    _rule(rf"(?:the\s+)?(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?{_Y}", _season),
    _rule(rf"{_PART}(?:\s+|-){_Y}", _part_of_year),
    _rule(rf"(?:between|from)\s+{_Y}\s+(?:and|to)\s+(?P<year2>\d{{4}})", _years),
    _rule(rf"{_Y}{_DASH}(?P<year2>\d{{4}}|\d\d)", _years),
    _rule(rf"(?:around|about|circa|c\.)\s+{_Y}", lambda m, c: f"{m['year']}~"),
    _rule(r"the\s+following\s+(?P<unit>day|week|month|year)", _next_unit, "context"),
    _rule(
        rf"{_N}\s+years?\s+ago\s+(?:today|(?:on\s+)?this\s+(?P<unit>day|week|month))",
        _years_ago_now, "document",
    ),
    _rule(r"the\s+previous\s+day|(?:a\s+day\s+(?:earlier|before)|the\s+day\s+before)(?!\s+(?:the|yesterday))",
          lambda m, c: None, "context"),  # from the day last named
    _rule(r"yesterday", _days_away(-1), "document"),
    _rule(r"today", _days_away(0), "document"),
    _rule(r"tomorrow", _days_away(1), "document"),
    _rule(
        rf"(?:the\s+)?(?P<which>last|past|previous|this|next|coming)\s+{_UNIT}", _unit_away, "document"
    ),
    _rule(rf"{_N}\s+(?P<unit>days?|weeks?|months?|years?|decades?)\s+ago", _units_ago, "document"),
    _rule(rf"{_N}\s+(?P<unit>days?|weeks?|months?|years?)\s+later", _units_later, "context"),
    _rule(r"(?<=[Ss]ince )then", lambda m, c: "+0s", "context"),  # the date last named itself
    _rule(rf"last\s+{_M}", _last_month_name, "document"),
    _rule(rf"(?:on\s+|(?P<last>last)\s+){_WEEKDAY}", _weekday, "document"),
    _rule(r"last\s+night", _days_away(-1), "document"),
    # of news agencies: "said Tuesday", "in Paris Sunday night"; "Sunday Times" is a name
    _rule(
        r"(?<=[\w,] )(?<!\b[Ee]very )(?<!\b[Ee]ach )(?<!\b[Nn]ext )(?<!\b[Tt]his )(?<!\b[Tt]he )(?<!\ba )"
        r"(?<!\bBloody )(?<!\bBlack )(?<!\bGood )(?<!\bEaster )(?<!\bPalm )"
        rf"{_WEEKDAY}"
        r"(?= [a-z]|[.,;:)]|$)(?! (?:prayers?|sermons?|services?|mass|(?:to|through|until) \w+day)\b)",
        _weekday,
        "document",
        re.RegexFlag(0),
    ),
    _rule(rf"{_M}\s+{_D}(?!\s*(?:,\s*)?\d)", _day_month, "context", re.RegexFlag(0)),
    _rule(rf"{_D}\s+(?:of\s+)?{_M}", _day_month, "context", re.RegexFlag(0)),
    _rule(rf"(?<=[Tt]hat ){_M}", _bare_month, "context", re.RegexFlag(0)),
    _rule(rf"(?<=[Ii]n )(?:early |mid-|late )?{_M}", _bare_month, "context", re.RegexFlag(0)),
    # A bare number is a year only where English puts one: after a preposition, in brackets,
    # before a noun it dates ("the 2004 Games").
    _rule(rf"(?<![-–—/$£€.,\d])(?<![Rr]esolution ){_Y}"
          r"(?![-–—/%]|,\d|\.\d|\s+(?:people|troops|soldiers|dollars))",
          lambda m, c: m["year"]),
)  # fmt: skip
