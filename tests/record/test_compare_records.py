"""The comparison of the casebook with outside records finds what was planted, and only that."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "records"
sys.path.insert(0, str(ROOT / "tools"))

import compare_records  # noqa: E402
from compare import council, inside, offices, series, tests_lists, tests_rules, visits  # noqa: E402
from compare.common import (  # noqa: E402
    A_DAY_OFF,
    DATE,
    MISSING_HERE,
    MISSING_THERE,
    RULE,
    VALUE,
    Compared,
    read_table,
)
from detente.errors import CasebookError, InputError  # noqa: E402
from detente.read.actors import Name  # noqa: E402
from detente.record import casebook  # noqa: E402
from detente.record.casebook import Casebook, Occasion, Record, Table  # noqa: E402


def record(table: str, date: str, kind: str = "visit", **more: object) -> Record:
    """A record with the fields that a comparison reads; the rest is filled in."""
    extra = more.pop("extra", {})
    values: dict[str, object] = {
        "record_id": f"{table}-{date}",
        "sources": (),
        "targets": (),
        "title": "",
        "terms": (),
        "people": (),
        "place": "",
        "note": "",
    } | more
    return Record(
        table=table, date=date, kind=kind, event_type="", mode="", cite="", cite_where="",
        confidence="high", extra=extra, **values,
    )  # fmt: skip


def case_of(
    records: Sequence[Record] = (),
    people: Sequence[Name] = (),
    occasions: Sequence[Occasion] = (),
    **rows: list[dict[str, str]],
) -> Casebook:
    """A casebook of these records and series; it has the tables of records even if empty."""
    names = ["tests", "visits", "votes", "acts", *rows]
    tables = {
        name: Table(name, Path(f"{name}.csv"), "records", "", None, (), 1, "") for name in names
    }
    return Casebook(
        "made-up", "", Path("case"), ("CHN", "PRK"), tables, tuple(records), tuple(occasions),
        tuple(people), rows, {}, (),
    )  # fmt: skip


def table(folder: Path, name: str, columns: str, *rows: str) -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns.split(","))
        writer.writerows([row.split("|") for row in rows])
    return folder


def said(outcome: Compared) -> list[tuple[str, str]]:
    return [(item.key, item.kind) for item in outcome.found]


# --- tests -------------------------------------------------------------------------------------


def test_row(date: str, in_cns: str, in_csis: str, **more: str) -> Record:
    title = more.pop("title", "North Korea launches a Scud-C short-range ballistic missile")
    kind = more.pop("kind", "missile-test")
    note = more.pop("note", "")
    extra = {
        "in_cns": in_cns, "in_csis": in_csis, "system": "Scud-C", "outcome": "success",
        "launches": "1" if in_cns else "", "date_utc": "",
    } | more  # fmt: skip
    return record(
        "tests", date, kind, title=title, note=note, extra=extra, record_id=f"{kind}-{date}"
    )


test_row.__test__ = False  # type: ignore[attr-defined]  # a helper, though its name begins so


def cns(folder: Path, *rows: str) -> Path:
    return table(folder, tests_lists.CNS_FILE, "date,time_utc_or_local,kind,system,outcome", *rows)


def csis(folder: Path, *rows: str) -> Path:
    return table(folder, tests_lists.CSIS_FILE, "date,type,event", *rows)


def test_cns_utc_day_is_told_from_a_wrong_day(tmp_path: Path) -> None:
    """An evening in UTC is the next morning in Korea; a day off without a time is not explained."""
    cns(
        tmp_path,
        "2017-05-28|20:40 (UTC)|missile|Scud-C|success",
        "2018-03-01|15:10 (UTC)|missile|Scud-C|success",  # 23:40 at UTC+8:30: the same day
        "2019-03-01|15:10 (UTC)|missile|Scud-C|success",  # 00:10 at UTC+9: the next
        "2020-01-05|unknown|missile|Scud-C|success",
        "2020-02-01|20:00 (UTC)|missile|Scud-C|success",
    )
    rows = [
        test_row("2017-05-29", "2017-05-28", ""),
        test_row("2018-03-01", "2018-03-01", ""),
        test_row("2019-03-02", "2019-03-01", ""),
        test_row("2020-01-04", "2020-01-05", "", note="It was a Saturday."),
        test_row("2020-02-01", "2020-02-01", ""),
    ]
    found = tests_lists.against_cns(case_of(rows), tmp_path).found
    assert [(item.key, item.kind) for item in found] == [
        ("2017-05-29", A_DAY_OFF),
        ("2019-03-02", A_DAY_OFF),
        ("2020-01-04", A_DAY_OFF),
        ("2020-02-01", A_DAY_OFF),
    ]
    assert "UTC: 20:40" in found[0].why
    assert "UTC: 15:10" in found[1].why
    assert found[2].why == "the casebook notes: It was a Saturday."
    assert "takes the day as local" in found[3].why


def test_cns_counts_systems_and_outcomes(tmp_path: Path) -> None:
    cns(
        tmp_path,
        "2014-06-29|unknown|missile|Scud-C|success",
        "2014-06-29|unknown|missile|Nodong|failure",
        "2016-01-01|unknown|missile|Unha|failure",
        "2016-02-02|unknown|missile|Unknown|unknown",
    )
    rows = [
        test_row("2014-06-29", "2014-06-29", ""),
        test_row("2016-01-01", "2016-01-01", "", system="Unha (Taepodong-2)"),
        test_row("2016-02-02", "2016-02-02", "", system="unknown", outcome="unknown"),
    ]
    found = tests_lists.against_cns(case_of(rows), tmp_path).found
    assert [(item.key, item.here, item.there) for item in found] == [
        ("2014-06-29", "launches: 1", "launches: 2"),
        ("2014-06-29", "system: Scud-C", "system: Scud-C, Nodong"),
        ("2016-01-01", "outcome: success", "outcome: failure"),
    ]


def test_cns_missing_and_what_its_rule_leaves_out(tmp_path: Path) -> None:
    cns(
        tmp_path,
        "2019-01-01|unknown|missile|KN-23|success",
        "2006-10-09||nuclear||",
        "2020-01-01|unknown|missile|Scud-C|success",
    )
    rows = [
        test_row("2006-10-09", "", "", kind="nuclear-test"),
        test_row("2019-05-05", "", "", title="North Korea launches cruise missiles"),
        test_row("2019-06-06", "", ""),
        test_row("2019-07-07", "2019-07-07", ""),
        test_row("2020-01-01", "2020-01-01", ""),
        test_row("2021-01-01", "", ""),
    ]
    outcome = tests_lists.against_cns(case_of(rows), tmp_path)
    assert said(outcome) == [
        ("2019-01-01", MISSING_HERE),
        ("2019-05-05", RULE),
        ("2019-06-06", MISSING_THERE),
        ("2019-07-07", MISSING_THERE),
        ("2019-07-07", VALUE),  # in_cns names a date that the list does not have
        ("2021-01-01", RULE),
    ]
    assert outcome.entries == 7
    assert outcome.found[-1].why == tests_lists.AFTER_END


def test_csis_months_days_classes_and_rules(tmp_path: Path) -> None:
    csis(
        tmp_path,
        "1984-09-01|Missile Provocation|Short-range Ballistic Missile Launch",
        "1958-02-16|Missile Provocation|Anti-Ship Cruise Missile Launch",
        "2006-03-07|Missile Provocation|Short-range Ballistic Missile Launch",
        "2010-01-01|Missile Provocation|Medium-range Ballistic Missile Launch",
        "2011-01-01|Missile Provocation|Artillery Fire",
        "2012-01-01|Missile Provocation|Short-range Ballistic Missile Launch",
        "2013-01-01|Other Provocation|Artillery Fire",
        "2009-05-25|Nuclear Provocation|Nuclear Test / Short-range missile launch",
        "2010-05-05|Other Provocation|Land Mine Explosion",
    )
    rows = [
        test_row("1984-09", "", "1984-09-01"),
        test_row("2006-03-08", "", "2006-03-07", note="Washington's day."),
        test_row("2009-05-25", "", "2009-05-25", kind="nuclear-test", title="a nuclear test"),
        test_row("2009-05-25", "", "2009-05-25", title="a short-range missile"),
        test_row("2010-01-01", "2010-01-01", "2010-01-01"),
        test_row("2013-01-01", "", "2013-01-01"),
        test_row("2017-11-29", "", ""),
    ]
    outcome = tests_lists.against_csis(case_of(rows), tmp_path)
    assert said(outcome) == [
        ("1958-02-16", RULE),
        ("1984-09", DATE),
        ("2006-03-08", A_DAY_OFF),
        ("2010-01-01", VALUE),
        ("2011-01-01", RULE),
        ("2012-01-01", MISSING_HERE),
        ("2013-01-01", RULE),
        ("2017-11-29", MISSING_THERE),
    ]
    assert "begins in 1984" in outcome.found[0].why
    assert "first of the month" in outcome.found[1].why


def test_the_lists_against_each_other(tmp_path: Path) -> None:
    """A day apart is counted once, and never taken from the neighbouring launch."""
    cns(
        tmp_path,
        "2016-04-27|21:33 (UTC)|missile|Musudan|failure",  # 28 April in Korea
        "2016-04-28|10:24 (UTC)|missile|Musudan|failure",
        "2017-11-28|18:18 (UTC)|missile|Hwasong-15|success",
        "2013-11-21|unknown|missile|Unha|success",
        "2013-11-22|unknown|missile|Scud-C|failure",  # not the launch of the day before
        "2017-09-03||nuclear||",
    )
    csis(
        tmp_path,
        "2016-04-28|Missile Provocation|Intermediate-range Ballistic Missile Launch",
        "2013-11-21|Other Provocation|Satellite Launch",
        "2017-09-03|Nuclear Provocation|Nuclear Test",
        "2017-06-08|Missile Provocation|Anti-Ship Cruise Missile Launch",
        "2017-07-04|Missile Provocation|Intercontinental Ballistic Missile",
        "2011-01-01|Missile Provocation|Short-range Ballistic Missile Launch",
    )
    outcome = tests_rules.lists(case_of(), tmp_path)
    assert said(outcome) == [
        ("2013-11-22", MISSING_THERE),
        ("2016-04-27", A_DAY_OFF),
        ("2017-11-28", MISSING_THERE),
        ("2011-01-01", MISSING_HERE),
        ("2017-06-08", RULE),
        ("2017-07-04", MISSING_HERE),
    ]
    assert outcome.facts[0].startswith("2012–2017: 5 launch days in CNS as printed; 1 stand")
    assert "2 not there (2013-11-22, 2017-11-28)" in outcome.facts[0]


def test_the_two_rules_per_year(tmp_path: Path) -> None:
    rows = [
        test_row("2014-01-01", "2014-01-01", "2014-01-01"),
        test_row("2015-02-02", "2015-02-02", "2015-02-02"),
        test_row("2015-03-03", "", "2015-03-03"),
        test_row("2015-04-04", "2015-04-04", ""),
        test_row("2016-01-06", "", "2016-01-06", kind="nuclear-test"),
    ]
    outcome = tests_rules.rules(case_of(rows), tmp_path)
    assert said(outcome) == [("2015", RULE)]
    assert outcome.found[0].why == "only CNS: 04-04; only CSIS: 03-03"
    assert "3 days under CNS, 3 under CSIS, 2 under both" in outcome.facts[0]


# --- visits ------------------------------------------------------------------------------------


def trip(date: str, visitor: str, level: str = "head", **more: object) -> Record:
    values: dict[str, object] = {"sources": ("CHN",), "targets": ("PRK",), "people": (visitor,)}
    values |= {"record_id": f"visit-{date}-{visitor}"} | more
    city = "Pyongyang" if values["targets"] == ("PRK",) else "Beijing"
    extra = {"visitor": visitor, "office": "", "level": level, "host_city": city}
    return record("visits", date, **values, extra=extra)


def office(person: str, rank: str, start: str, end: str = "", state: str = "CHN") -> Name:
    return Name(person, "person", state, person=person, start=start, end=end, rank=rank)


def test_leaders_by_year_person_and_title(tmp_path: Path) -> None:
    table(
        tmp_path, visits.LEADERS_FILE, "Year,Name,Level,Country",
        "1978|Hua Guofeng|Premier|Korea, North", "1989|Zhao Ziyang|Premier|Korea, North",
        "2014|Xi Jinping|President|Korea, South", "2015|Xi Jinping|President|Korea, South",
    )  # fmt: skip
    rows = [
        trip("1978-05", "Hua Guofeng"),
        trip("1989-04", "Zhao Ziyang"),
        trip("1991-05", "Li Peng", "premier"),
        trip("2008-06", "Xi Jinping", "standing-committee"),
        trip("2014-07-03", "Xi Jinping", targets=("KOR",)),
        trip("2015-09-03", "Park Geun-hye", sources=("KOR",), targets=("CHN",)),
        trip("2026-06-08", "Xi Jinping"),  # after the list's years
    ]
    people = [
        office("Hua Guofeng", "head-of-government", "1976-02-02", "1980-09-10"),
        office("Zhao Ziyang", "head-of-government", "1980-09-10", "1987-11-24"),
        office("Xi Jinping", "head-of-state", "2013-03-14"),
    ]
    outcome = visits.against_leaders(case_of(rows, people), tmp_path)
    assert said(outcome) == [
        ("1989-04", VALUE),
        ("1991-05", MISSING_THERE),
        ("2008", RULE),
        ("2015", MISSING_HERE),
    ]
    assert "1980-09-10/1987-11-24" in outcome.found[0].why
    assert "nearest trip here: 2014-07-03" in outcome.found[3].why
    assert "Park Geun-hye to China" in outcome.found[3].why


def test_yearly_counts_use_both_directions_of_the_pair(tmp_path: Path) -> None:
    table(tmp_path, visits.YEARLY_FILE, "year,total_elite_visits", "2004|1.0", "2005|3", "2006|",
          "2007|1")  # fmt: skip
    rows = [
        trip("2004-01", "A"),
        trip("2004-04", "B", sources=("PRK",), targets=("CHN",)),
        trip("2005-05", "C"),
        trip("2005-11", "D", targets=("KOR",)),  # not the pair
        trip("2006-01", "E"),
        trip("2007-01", "F"),
    ]
    outcome = visits.against_yearly(case_of(rows), tmp_path)
    assert said(outcome) == [("2004", VALUE), ("2005", RULE)]
    assert outcome.found[0].here == "2 (1 from China, 1 from North Korea; head 2)"
    assert outcome.entries == 3
    assert outcome.facts == ("all years: 4 visits here, 5 there",)


# --- series ------------------------------------------------------------------------------------


def test_series_differ_or_miss_a_year(tmp_path: Path) -> None:
    table(tmp_path, series.YEARLY_FILE, "year,china_prk_trade_usd", "2000|10.4", "2001|20",
          "2002|30", "2003|")  # fmt: skip
    rows = [
        {"year": "2000", "china_prk_trade_usd": "10"},
        {"year": "2001", "china_prk_trade_usd": "21"},
        {"year": "2003", "china_prk_trade_usd": "40"},
        {"year": "2009", "china_prk_trade_usd": "90"},
    ]
    outcome = series.trade(case_of(trade=rows), tmp_path)
    assert said(outcome) == [
        ("2001", VALUE),
        ("2002", MISSING_HERE),
        ("2003", MISSING_THERE),
        ("2009", MISSING_THERE),
    ]


def test_roll_calls_are_counted_anew(tmp_path: Path) -> None:
    table(
        tmp_path, series.VOTES_FILE, "rcid,date,vote_chn,vote_prk",
        "1|1991-10-01|yes|yes", "2|1991-10-02|abstain|yes", "3|1992-01-01|no|no",
        "4|1992-01-02|absent|no", "5|1993-01-01|yes|yes", "5|1993-01-01|yes|no",
        "6|2020-01-01|yes|yes", "7|1995-01-01|yes|yes",
    )  # fmt: skip
    good = {"rule": "one vote of January 2020 left out"}
    rows = [
        {"year": "1991", "n_votes": "2", "agree": "1", "share": "0.5000", **good},
        {"year": "1992", "n_votes": "2", "agree": "1", "share": "0.5000", **good},
        {"year": "1993", "n_votes": "2", "agree": "1", "share": "0.6000", **good},
        {"year": "1994", "n_votes": "1", "agree": "1", "share": "1.0000", **good},
    ]
    outcome = series.unga(case_of(unga_agreement=rows), tmp_path)
    assert said(outcome) == [
        ("1992", VALUE),  # counts an absence
        ("1993", VALUE),  # a share that its own counts do not give
        ("1994", MISSING_THERE),
        ("1995", MISSING_HERE),
        ("2020", RULE),
    ]
    assert outcome.facts == (
        "8 roll calls; 1 left out because one of the two did not vote; 1 listed twice",
    )


# --- Security Council --------------------------------------------------------------------------


def vote(date: str, number: str, count: str = "", china: str = "yes") -> Record:
    parts = count.split("-") if count else ["", "", ""]
    names = ("in_favour", "against", "abstaining")
    extra = dict(zip(names, parts, strict=True)) | {"resolution": number, "chn_vote": china}
    return record("votes", date, "un-resolution", extra=extra, record_id=number)


def test_council_numbers_days_and_votes(tmp_path: Path) -> None:
    table(
        tmp_path, council.FILE, "year,date,topics,result",
        "1993|11 May |a|S/RES/825 (1993) 13-0-2", "2006|14 October|b|S/RES/1718 (2006) 15-0-0",
        "2014|5 March|c|S/RES/2141(2014) 15-0-0", "2017|29 August|d|S/PRST/2017/16",
        "2017|28 April|e|--", "2016|2 March|f|S/RES/2270 (2016) 15-0-0",
    )  # fmt: skip
    rows = [
        vote("1993-05-11", "S/RES/825 (1993)", "14-0-1", "abstain"),
        vote("2006-10-15", "S/RES/1718 (2006)", "15-0-0"),
        vote("2012-04-16", "S/PRST/2012/13"),
        vote("2014-03-05", "S/RES/2141 (2014)", "15-0-0", "abstain"),
        vote("2017-08-29", "S/PRST/2017/16"),
        vote("2024-03-28", "draft"),
    ]
    outcome = council.meetings(case_of(rows), tmp_path)
    assert said(outcome) == [
        ("1993-05-11", VALUE),
        ("2006-10-15", A_DAY_OFF),
        ("2012-04-16", MISSING_THERE),
        ("2014-03-05", VALUE),  # unanimous, and yet no yes of China
        ("2016-03-02", MISSING_HERE),
        ("2017-04-28", RULE),
    ]
    assert outcome.facts == ("1 rows here lie outside the list's years 1993–2017",)


# --- within the casebook -----------------------------------------------------------------------


def test_acts_that_need_a_visit(tmp_path: Path) -> None:
    def act(date: str, kind: str, *people: str, place: str = "Pyongyang") -> Record:
        return record("acts", date, kind, people=people, place=place)

    rows = [
        trip("2009-10-04/2009-10-06", "Wen Jiabao"),
        trip("1969-10", "Li Xiannian"),
        trip("2001-09-03/2001-09-05", "Jiang Zemin"),
        trip("2001-09-05/2001-09-06", "Jiang Zemin", record_id="visit-again"),
        trip("1984-05", "Kim Il Sung", sources=("PRK",), targets=("CHN",)),
        act("2009-10-05", "agreement", "Wen Jiabao", "Dai Bingguo"),  # beside the visitor
        act("2009-10-08", "talks", "Wen Jiabao"),
        act("1969-09-30", "visit", "Li Xiannian"),
        act("1971-07-15", "meeting", "Zhou Enlai", "Kim Il Sung"),
        act("2009-10-09", "letter", "Wen Jiabao"),  # nobody need be there
        act("1957-11", "meeting", "Zhou Enlai", place="Moscow"),
    ]
    people = [
        office("Zhou Enlai", "head-of-government", "1949"),
        office("Dai Bingguo", "envoy", "2008"),
        office("Kim Il Sung", "head-of-party", "1949", state="PRK"),
    ]
    outcome = inside.visits_and_acts(case_of(rows, people), tmp_path)
    assert said(outcome) == [
        ("1969-09-30", DATE),
        ("1971-07-15", MISSING_HERE),
        ("2001-09-03/2001-09-05", VALUE),
        ("2009-10-08", DATE),
    ]


def test_one_event_two_days_in_the_calendar(tmp_path: Path) -> None:
    def occasion(name: str, kind: str, day: str, host: str, place: str) -> Occasion:
        date = dt.date.fromisoformat(day)
        return Occasion(name, "calendar", name, ("APEC",) if "APEC" in name else (), (), host,
                        place, date, date, kind, "", "", "high", "")  # fmt: skip

    occasions = [
        occasion("Parade in Beijing", "parade", "2015-09-03", "CHN", "Beijing"),
        occasion("APEC leaders' meeting", "summit", "2001-10-20", "CHN", "Shanghai"),
        occasion("Vote on the Games", "games-vote", "1993-09-23", "MCO", "Monaco"),
    ]
    rows = [
        record("acts", "2015-09-02", "parade", place="Beijing"),
        record("acts", "2015-09-03", "parade", place="Beijing", record_id="right"),
        record("acts", "2015-10-10", "parade", place="Beijing", record_id="another parade"),
        record("acts", "1993-09-23", "ioc-vote", place="Monte Carlo"),
        trip("2001-10-19", "Kim Dae-jung", sources=("KOR",), targets=("CHN",), terms=("apec",)),
        trip("2001-10-18", "Ban Ki-moon", sources=("KOR",), targets=("CHN",)),
    ]
    outcome = inside.records_and_calendar(case_of(rows, occasions=occasions), tmp_path)
    assert said(outcome) == [("2015-09-02", A_DAY_OFF), ("2001-10-19", DATE)]
    assert outcome.entries == 3


def test_visitors_hold_the_office_of_the_level(tmp_path: Path) -> None:
    rows = [
        trip("1978-09", "Deng Xiaoping"),
        trip("2009-10", "Wen Jiabao", "premier"),
        trip("2003-07", "Somebody", "envoy"),
        trip("2004-07", "Nobody Known", "premier"),
        trip("2005-07", "A General", "other-senior"),
    ]
    people = [
        office("Deng Xiaoping", "head-of-party", "1980-09-10", "1997-02-19"),
        office("Wen Jiabao", "head-of-government", "2003-03-16", "2013-03-15"),
    ]
    outcome = offices.visitors(case_of(rows, people), tmp_path)
    assert said(outcome) == [("1978-09", VALUE), ("2004-07", MISSING_HERE)]
    assert outcome.facts == ("1 visitors below foreign minister are not in the table of offices",)


def test_titles_in_sentences(tmp_path: Path) -> None:
    rows = [
        record("acts", "2009-10-04", title="Premier Wen Jiabao visits Pyongyang"),
        record("acts", "2014-01-01", title="Premier Wen Jiabao writes a letter"),
        record("acts", "2006-07-10", title="Vice Foreign Minister Wu Dawei goes to Pyongyang"),
        record("acts", "2012-01-01", title="Vice-President Xi Jinping speaks"),
        record("acts", "2014-02-02", title="Vice-President Xi Jinping speaks"),
    ]
    people = [
        office("Wen Jiabao", "head-of-government", "2003-03-16", "2013-03-15"),
        office("Wu Dawei", "envoy", "2004"),
        office("Xi Jinping", "deputy", "2008-03", "2013-03-14"),
        office("Xi Jinping", "head-of-state", "2013-03-14"),
    ]
    outcome = offices.titles(case_of(rows, people), tmp_path)
    assert said(outcome) == [("2014-01-01", VALUE), ("2014-02-02", VALUE)]
    assert outcome.entries == 4


def test_the_dead_do_not_travel(tmp_path: Path) -> None:
    rows = [
        record("acts", "2013-12-12", "execution", people=("Jang Song Thaek", "Kim Jong Un")),
        record("acts", "2012-08-17", "advice", people=("Jang Song Thaek",)),
        record("acts", "2014-02-12", "visit", people=("Jang Song Thaek",)),
        record("acts", "2014-03-01", "statement", people=("Jang Song Thaek",)),
        record("acts", "2014-04-01", "visit", people=("Kim Jong Un",)),
    ]
    outcome = offices.after_death(case_of(rows), tmp_path)
    assert said(outcome) == [("2014-02-12", VALUE)]


# --- errors ------------------------------------------------------------------------------------


def test_a_missing_file_column_or_cell_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"votes\.csv.*no such file"):
        read_table(tmp_path, "votes.csv", ("year",))
    table(tmp_path, "votes.csv", "year,sum", "2000|1")
    with pytest.raises(InputError, match=r"votes\.csv:1: no column month"):
        read_table(tmp_path, "votes.csv", ("year", "month"))
    table(tmp_path, "votes.csv", "year,sum", "2000|1", "2001")
    with pytest.raises(InputError, match=r"votes\.csv:3: the row ends before the column sum"):
        read_table(tmp_path, "votes.csv", ("year", "sum"))
    table(tmp_path, "votes.csv", "year,sum")
    with pytest.raises(InputError, match="no rows"):
        read_table(tmp_path, "votes.csv", ("year", "sum"))
    (tmp_path / "votes.csv").write_bytes(b"year,sum\n2000,\xe9\n")
    with pytest.raises(InputError, match="not UTF-8"):
        read_table(tmp_path, "votes.csv", ("year", "sum"))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("28 Nov 2017|unknown|missile|Scud-C|success", r"column date: '28 Nov 2017'"),
        ("2017-13-01|unknown|missile|Scud-C|success", r"column date: '2017-13-01'"),
        ("2017-01-01|29:61 (UTC)|missile|Scud-C|success", r"'29:61 \(UTC\)'"),
    ],
)
def test_a_date_or_time_that_is_none_is_named(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        tests_lists.against_cns(case_of(), cns(tmp_path, row))


def test_other_cells_that_cannot_be_read(tmp_path: Path) -> None:
    table(tmp_path, visits.LEADERS_FILE, "Year,Name,Level,Country", "2014|Xi|King|Korea, South")
    with pytest.raises(InputError, match="column Level: 'King'"):
        visits.against_leaders(case_of(), tmp_path)
    table(tmp_path, visits.YEARLY_FILE, "year,total_elite_visits", "2004|many")
    with pytest.raises(InputError, match="'many'"):
        visits.against_yearly(case_of(), tmp_path)
    table(tmp_path, council.FILE, "year,date,topics,result", "2004|Easter|a|--")
    with pytest.raises(InputError, match="'Easter 2004'"):
        council.meetings(case_of(), tmp_path)
    table(tmp_path, series.VOTES_FILE, "rcid,date,vote_chn,vote_prk", "1|1991-10-01|aye|yes")
    with pytest.raises(InputError, match="column vote_chn: 'aye'"):
        series.unga(case_of(unga_agreement=[]), tmp_path)


def test_a_casebook_without_the_table_or_column(tmp_path: Path) -> None:
    with pytest.raises(CasebookError, match="has no table trade"):
        series.trade(case_of(), table(tmp_path, series.YEARLY_FILE, "year,china_prk_trade_usd",
                                      "2000|1"))  # fmt: skip
    cns(tmp_path, "2017-01-01|unknown|missile|Scud-C|success")
    bare = record("tests", "2017-01-01", "missile-test", extra={"in_cns": ""})
    with pytest.raises(CasebookError, match="no column in_csis"):
        tests_lists.against_cns(case_of([bare]), tmp_path)


def test_the_command_ends_with_2_on_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare_records.main([str(tmp_path)]) == 2
    assert "no such file" in capsys.readouterr().err
    assert compare_records.main([str(tmp_path), "--casebook", str(tmp_path)]) == 2
    assert "no casebook here" in capsys.readouterr().err


# --- the shipped casebook and the lists at hand --------------------------------------------------

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the outside records lie outside the project, in {SHARED}"
)


@needs_shared
def test_the_lists_at_hand_give_the_figures_of_the_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    assert compare_records.main([str(SHARED), "-o", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (
        "  2012–2017: 54 launch days in CNS as printed; 19 stand a day apart in CSIS, "
        "1 not there (2017-11-28)"
    ) in lines
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert list(rows[0]) == ["table", "key", "here", "there", "kind", "why"]
    assert len(rows) == lines.index("") == sum(" | " in line for line in lines)
    by_key = {(row["table"], row["key"], row["kind"]) for row in rows}
    assert ("tests / CSIS", "2017-11-29", MISSING_THERE) in by_key
    assert ("tests / CNS", "2017-11-29", A_DAY_OFF) in by_key
    leaders = [
        row for row in rows if row["table"] == visits.LEADERS and "Xi Jinping" in row["there"]
    ]
    assert {row["key"] for row in leaders} == {"2015", "2018"}
    assert not any(row["table"].startswith(("trade /", "aid /", "visits_yearly /"))
                   for row in rows)  # fmt: skip


@needs_shared
def test_a_planted_error_in_the_shipped_casebook_is_found() -> None:
    case = casebook.load()
    moved = [
        record("tests", "2017-11-30", r.kind, title=r.title, extra=r.extra, record_id=r.record_id)
        if r.record_id == "test-2017-11-29-missile"
        else r
        for r in case.records
    ]
    wrong = dataclasses.replace(case, records=tuple(moved))
    found = tests_lists.against_cns(wrong, SHARED).found
    assert ("2017-11-30", DATE) in [(item.key, item.kind) for item in found]
