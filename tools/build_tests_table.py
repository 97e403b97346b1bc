"""Build `tests.csv`, North Korea's missile, satellite and nuclear tests by local day.

Two lists go in, and they count by different rules:

* CNS (James Martin Center / NTI): one row per missile, ballistic missiles and space launchers
  only, dated in UTC where it gives a time and locally (mostly) where it gives none;
* CSIS (Beyond Parallel): one row per event, cruise and air-defence missiles too, dated locally
  (mostly), sometimes by the day in Washington or the day of the report.

One row per local day and kind comes out. Local time is Korea time: UTC+9, and UTC+8:30 from
2015-08-15 to 2018-05-04. What the lists print and what really was the local day differ in a few
rows; those were checked one by one and stand in the tables below, each with its reason.

    python tools/build_tests_table.py CNS.csv CSIS.csv -o tests.csv

Without `-o` nothing is written. What differs between the lists is printed either way.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

LOCAL = "CNS prints this launch's local day together with its UTC time"
TWELVE = "CNS prints the local time's hour as UTC, twelve hours late; the day is right"
# (printed date, printed time) -> (local date, UTC date, what is wrong with the print)
CNS_FIXES = {
    ("1984-04-09", "unknown"): ("1984-04-09~", "", "CNS warns that these days are estimates."),
    ("2019-09-09", "unknown"): ("2019-09-10", "2019-09-09", ""),
    ("2009-07-05", "unknown"): ("2009-07-04", "", "CNS prints 5 July; it was Saturday 4 July."),
    ("2015-03-01", "unknown"): ("2015-03-02", "2015-03-01", "CNS prints the UTC day."),
    ("2016-02-07", "12:29 (UTC)"): ("2016-02-07", "2016-02-07", f"{TWELVE}."),
    ("2016-04-15", "20:33 (UTC)"): ("2016-04-15", "2016-04-14", f"{LOCAL}."),
    ("2017-05-14", "20:28 (UTC)"): ("2017-05-14", "2017-05-13", f"{LOCAL}."),
    ("2017-07-04", "12:40 (UTC)"): ("2017-07-04", "2017-07-04", f"{TWELVE}."),
}
MONTH = "CSIS writes the first of the month where the day is not known."
CAPITAL = "CSIS prints the day in Washington."
REPORT = "CSIS prints the day of the report."
# date printed by CSIS -> (local date, why)
CSIS_DATES = {
    **{f"{m}-01": (m, MONTH) for m in ("1984-09", "1990-05", "1990-06", "1991-07", "1992-06")},
    "1984-04-01": ("1984-04-09~", MONTH),
    "2006-03-07": ("2006-03-08", CAPITAL),
    "2006-07-04": ("2006-07-05", CAPITAL),
    "2011-06-08": ("2011-06-01~", REPORT + " The press put it in the middle of the week before."),
    "2015-03-13": ("2015-03-12", REPORT),
    "2019-08-05": ("2019-08-06", CAPITAL),
    "2020-03-06": ("2020-03-09", "CSIS prints 6 March over a text that says 9 March."),
    "2020-07-06": ("2020-07-06", "CSIS's text says 7 July, its date and the press 6 July."),
    "2023-05-30": ("2023-05-31", CAPITAL),
    "2023-07-18": ("2023-07-19", CAPITAL),
    "2023-08-23": ("2023-08-24", CAPITAL),
    "2023-09-01": ("2023-09-02", CAPITAL),
    "2024-11-04": ("2024-11-05", CAPITAL),
    "2025-04-30": ("2025-04-28", REPORT + " Ship-to-ship weapons were fired on 29 April too."),
    "2025-10-29": ("2025-10-28", REPORT),
    "2025-11-06": ("2025-11-07", CAPITAL),
    "2026-03-11": ("2026-03-10", REPORT),
}
CSIS_SKIP = {
    ("2016-04-06", "Submarine Launched Ballistic Missile Launch"): "stopped before a launch",
    ("2022-12-18", "Satellite Launch"): "the missile test of that day, as North Korea explained it",
}
# "Other" provocations in CSIS that are launches of short-range ballistic missiles (KN-25)
CSIS_ALSO = {"2023-01-01", "2024-03-18"}
# What was fired on the days that only CSIS has, by the date CSIS prints.
FIRED = {
    "a Scud-B missile of an improved type": "1985-06-07",
    "an anti-ship cruise missile": (
        "1994-05-31 1994-06-02 1995-03-31 2003-02-24 2003-03-10 2003-10-20 2015-02-07 2020-07-06"
    ),
    "an AG-1 anti-ship cruise missile": "1997-05-23",
    "a short-range missile": "2005-05-01 2009-05-25",
    "short-range missiles": "2006-03-07 2009-05-27 2014-03-04",
    "anti-ship cruise missiles": (
        "2007-05-25 2007-06-07 2008-03-28 2008-05-30 2008-10-07 2009-07-02 2012-03-29 "
        "2015-06-14 2017-06-08"
    ),
    "KN-02 short-range ballistic missiles": "2007-06-27 2009-10-12 2013-03-15",
    "anti-ship and surface-to-air missiles": "2009-05-26",
    "a surface-to-air missile": "2009-05-29 2021-09-30",
    "a KN-06 surface-to-air missile": "2011-06-08 2017-05-27",
    "short-range FROG rockets": "2014-03-16 2014-03-22 2014-03-23",
    "short-range rockets": "2014-07-02",
    "surface-to-air missiles": "2015-03-13 2016-04-01 2025-03-20 2025-08-23 2025-12-24",
    "short-range projectiles": "2016-03-03 2016-03-21",
    "a short-range projectile": "2016-03-29",
    "cruise missiles": (
        "2020-04-14 2021-03-21 2022-01-25 2022-08-17 2023-03-12 2023-03-22 2023-07-22 2023-09-01 "
        "2024-01-24 2024-01-28 2024-02-02 2024-02-14 2025-01-25 2025-02-26 2025-05-22 "
        "2025-10-29 2026-03-04 2026-03-11 2026-04-12 2026-07-03"
    ),
    "long-range cruise missiles": "2021-09-11 2021-09-12 2022-10-12 2025-12-28",
    "four short-range ballistic missiles": "2022-11-05",
    "a KN-25 short-range ballistic missile": "2023-01-01",
    "Hwasal-2 cruise missiles": "2023-02-23 2024-01-30",
    "cruise and surface-to-air missiles": "2024-04-19 2025-04-30",
    "short-range ballistic missiles": (
        "2024-05-17 2026-05-26 2026-06-25 2026-08-06 2026-08-12 2026-08-20"
    ),
}
FIRED_ON = {day: what for what, days in FIRED.items() for day in days.split()}
FIRED_FROM = {
    "South Hamgyong": "2003-03-10 2016-04-01",
    "Sinsang-ri": "2009-07-02",
    "North Pyongan": "2011-06-08 2012-03-29",
    "Wonsan": (
        "2014-03-04 2014-03-16 2014-03-22 2014-03-23 2014-07-02 2015-06-14 "
        "2016-03-03 2016-03-29 2017-06-08 2024-02-14 2024-05-17"
    ),
    "a ship in the East Sea": "2015-02-07 2020-07-06",
    "Sondok": "2015-03-13 2025-05-22",
    "Hamhung": "2016-03-21 2023-03-22",
    "Munchon and Wonsan": "2020-04-14",
    "Onchon": "2021-03-21 2022-08-17",
    "Tongrim": "2022-11-05",
    "Kim Chaek": "2023-02-23",
    "a submarine": "2023-03-12",
    "Sinpo": "2024-01-28",
    "the destroyer Choe Hyon": "2025-04-30 2026-03-11",
    "Sunan": "2025-12-28",
}
SITE_ON = {day: site for site, days in FIRED_FROM.items() for day in days.split()}
# Days of CSIS alone that press reports of the day bear out, and those that nothing else does.
CHECKED = (
    "2003-03-10 2006-03-07 2009-10-12 2015-03-13 2017-06-08 2020-07-06 2022-01-25 "
    "2022-11-05 2023-01-01 2024-05-17 2025-10-29 2025-12-28 2026-03-11"
)
UNCHECKED = (
    "1985-06-07 1995-03-31 1997-05-23 2009-05-27 2011-06-08 2015-02-07 2017-05-27 "
    "2026-03-04 2026-04-12 2026-05-26 2026-06-25 2026-07-03 2026-08-06 2026-08-12 "
    "2026-08-20"
)
ORBIT = "1998-08-31 2009-04-05 2012-04-13 2012-12-12 2016-02-07 2023-05-31 2023-08-24 2023-11-21"
SATELLITE_DAYS = {*ORBIT.split(), "2024-05-27"}
PLACES = {
    "Tonghae": "Tonghae (Musudan-ri)",
    "Sohae": "Sohae (Tongchang-ri)",
    "Hodo Peninsula": "the Hodo peninsula",
    "Wonsan Kalma": "Wonsan",
    "South Wonsan": "Wonsan",
    "Sinpo": "waters off Sinpo",
    "North Kusong": "Kusong",
    "Pyongyang": "Pyongyang airport (Sunan)",
    "Sunan": "Pyongyang airport (Sunan)",
    "Wast Sunan": "Pyongyang airport (Sunan)",
    "East Pyongyang": "Pyongyang",
    "Pyongsong Field": "Pyongsong",
    "Yonghung Bay": "waters off Wonsan",
    "Taechon Reservoir": "a reservoir at Taechon",
    "Taegwan County": "Taegwan",
}
SITE_TYPE = (
    r" (Satellite Launching (Ground|Station)|Missile Base|(International )?Airport|Airbase|"
    r"Airfield|Shipyard|Testing Ground|Arms Plant|missle test site( #\d)?)$"
)
SYSTEMS = {
    "Unha": "Unha (Taepodong-2)",
    "New IRBM 2022": "Unknown",
    "Rail-mobile KN-23": "rail-mobile KN-23",
    "Silo-based KN-23": "silo-based KN-23",
}
MISSILE_CLASS = {
    "SRBM": "short-range ballistic missile",
    "MRBM": "medium-range ballistic missile",
    "IRBM": "intermediate-range ballistic missile",
    "ICBM": "intercontinental ballistic missile",
    "SLBM": "submarine-launched ballistic missile",
    "HGV": "hypersonic missile",
}
SURE = {"2017-11-29", "2019-05-04", "2020-03-29", "2023-11-22"}
# Launches that CNS counts although they were not of ballistic missiles, by local date.
NOT_BALLISTIC = {"2019-04-17": "tactical guided weapon"}
DOUBTFUL = {"1984-04-09~", "1984-09", "1986-05"}
NUCLEAR = {
    "2006-10-09": "first",
    "2009-05-25": "second",
    "2013-02-12": "third",
    "2016-01-06": "fourth",
    "2016-09-09": "fifth",
    "2017-09-03": "sixth",
}
CLAIMED = "North Korea said that the satellite reached orbit; no one else saw one."
ROCKET = "Unguided rockets, which stricter counts of missile tests leave out."
NOTES = {
    "1986-05": "CNS calls this test doubtful.",
    "1998-08-31": CLAIMED,
    "2006-07-05": "Seven missiles with a Taepodong-2, which CNS lists as a space launcher (Unha).",
    "2006-10-09": "The yield was under a kiloton, often called a partial failure.",
    "2009-04-05": CLAIMED,
    **dict.fromkeys(("2014-03-16", "2014-03-22", "2014-03-23"), ROCKET),
    **dict.fromkeys(("2014-06-26", "2014-08-14", "2014-09-06"), "CSIS speaks of three missiles."),
    "2016-01-06": "North Korea spoke of a hydrogen bomb; others doubted it.",
    "2016-09-05": "On the second day of the G20 summit in Hangzhou.",
    "2017-03-06": "Four missiles flew; CNS counts a fifth that failed.",
    "2017-07-04": "Launched in the morning, about 9:40 in Seoul.",
    "2017-07-28": "Launched late in the evening, about 23:41 in Seoul.",
    "2017-09-03": "The strongest of the six; North Korea spoke of a hydrogen bomb.",
    "2017-11-29": "Launched about 3:17 in Seoul; CSIS's list lacks it.",
    "2019-04-17": (
        "CNS counts it, without a type; the acting American defence secretary said on "
        "18 April 2019 that it was no ballistic missile."
    ),
    "2022-02-27": "Later assessed as a test of parts of the Hwasong-17 system.",
    "2022-03-05": "Later assessed as a test of parts of the Hwasong-17 system.",
    "2022-03-24": "North Korea called it a Hwasong-17; CNS, as Seoul, a Hwasong-15.",
    "2022-11-02": "CSIS speaks of about 25 missiles of all kinds; CNS counts seven ballistic ones.",
    "2022-11-03": "The first missile was an intercontinental one that failed.",
    "2024-11-05": "CSIS speaks of at least seven missiles.",
}


HEADER = (
    "id,date,source,target,event_type,mode,kind,title,terms,people,place,cite,cite_where,"
    "confidence,note,date_utc,system,outcome,site,launches,in_cns,in_csis"
)
HALF_HOUR_ZONE = (date(2015, 8, 15), date(2018, 5, 4))
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
NOT_A_TEST = ("Artillery Fire", "Multiple L", "Rocket Engine Test", "Joint Missile Test")


@dataclass
class Day:
    """Everything the two lists say about one local day and kind."""

    date: str
    kind: str
    cns: list[dict[str, str]] = field(default_factory=list)
    csis: list[dict[str, str]] = field(default_factory=list)
    utc: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def to_local(moment: datetime) -> datetime:
    """Turn a UTC moment into North Korean local time, by the offset in force that day."""
    half = HALF_HOUR_ZONE[0] <= moment.date() <= HALF_HOUR_ZONE[1]
    return moment + timedelta(hours=8.5 if half else 9)


def cns_dates(row: dict[str, str]) -> tuple[str, str, str]:
    """Return (local date, UTC date or '', note) of a CNS row."""
    printed, time = row["date"], row["time_utc_or_local"]
    if (printed, time) in CNS_FIXES:
        return CNS_FIXES[printed, time]
    match = re.fullmatch(r"(\d\d):(\d\d) \(UTC\)", time)
    if not match:
        return printed, "", ""
    moment = datetime.fromisoformat(printed).replace(
        hour=int(match[1]), minute=int(match[2]), tzinfo=UTC
    )
    return to_local(moment).date().isoformat(), printed, ""


def kind_of(row: dict[str, str], local: str) -> str:
    """Tell nuclear tests, satellite launches and missile tests apart."""
    if row["kind"] == "nuclear":
        return "nuclear-test"
    return "satellite-launch" if local in SATELLITE_DAYS else "missile-test"


def read_cns(path: Path) -> dict[tuple[str, str], Day]:
    """Group the CNS rows by local day and kind."""
    days: dict[tuple[str, str], Day] = {}
    for row in csv.DictReader(path.open(encoding="utf-8", newline="")):
        local, utc, note = cns_dates(row)
        key = (local, kind_of(row, local))
        day = days.setdefault(key, Day(*key))
        if row["kind"] != "nuclear":  # the nuclear rows of that file come from CSIS
            day.cns.append(row)
        if utc:
            day.utc.add(utc)
        if note and note not in day.notes:
            day.notes.append(note)
    return days


def counts(row: dict[str, str], known: bool) -> bool:
    """Say whether a CSIS row is a missile, satellite or nuclear test; `known`: CNS has the day."""
    printed, event = row["date"], row["event"]
    if (printed, event) in CSIS_SKIP or printed < "1984":
        return False
    if printed in CSIS_ALSO or "Satellite" in event:
        return True
    provocation = row["type"] in ("Missile Provocation", "Nuclear Provocation")
    return provocation and (known or not event.startswith(NOT_A_TEST))


def add_csis(path: Path, days: dict[tuple[str, str], Day]) -> list[str]:
    """Add the CSIS rows to their days, new days where CNS has none. Return what was left out."""
    skipped = []
    for row in csv.DictReader(path.open(encoding="utf-8", newline="")):
        printed, event = row["date"], row["event"]
        local, note = CSIS_DATES.get(printed, (printed, ""))
        kinds = ["nuclear-test"] if "Nuclear Test" in event else []
        if not kinds or "missile" in event:
            kinds.append("satellite-launch" if local in SATELLITE_DAYS else "missile-test")
        if not counts(row, (local, kinds[-1]) in days):
            if row["type"] == "Missile Provocation" or (printed, event) in CSIS_SKIP:
                why = CSIS_SKIP.get((printed, event), "not a missile")
                skipped.append(f"{printed} {event} ({why})")
            continue
        for kind in kinds:
            day = days.setdefault((local, kind), Day(local, kind))
            day.csis.append(row)
            if note and note not in day.notes:
                day.notes.append(note)
    return skipped


def outcome_of(day: Day) -> str:
    """Sum the outcomes of a day up: any success is a success, all failed is a failure."""
    if day.kind == "nuclear-test":
        return "success"
    found = {row["outcome"] for row in day.cns}
    if "success" in found:
        return "success"
    return "failure" if found == {"failure"} else "unknown"


def systems_of(day: Day) -> list[str]:
    """Name the systems of a day in CNS's order of firing, or as stated for a CSIS-only day."""
    if day.kind == "nuclear-test":
        return []
    if not day.cns:
        return [FIRED_ON[row["date"]] for row in day.csis[:1] if row["date"] in FIRED_ON]
    names = [SYSTEMS.get(row["system"], row["system"]) for row in day.cns]
    return [name for name in dict.fromkeys(names) if name != "Unknown"]


def place_name(facility: str) -> str:
    """Turn CNS's name of a launch site into a place."""
    name = re.sub(SITE_TYPE, "", facility)
    return PLACES.get(name, name)


def sites_of(day: Day) -> list[str]:
    """Name the launch sites of a day."""
    if day.kind == "nuclear-test":
        return ["Punggye-ri"]
    if not day.cns:
        return [SITE_ON[row["date"]] for row in day.csis[:1] if row["date"] in SITE_ON]
    names = [place_name(row["facility"]) for row in day.cns]
    return [name for name in dict.fromkeys(names) if name != "Unknown"]


def singular(words: str) -> str:
    """'cruise missiles' and 'a cruise missile' -> 'cruise missile'."""
    return re.sub(r"^(an?|four) |(?<=[elt])s$", "", words)


def listed(words: list[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def phrase(day: Day) -> str:
    """Put what was fired into words: 'three Scud-C short-range ballistic missiles'."""
    systems = systems_of(day)
    classes = {MISSILE_CLASS.get(row["type"], "") for row in day.cns}
    n = len(day.cns)
    if not day.cns:
        return systems[0] if systems else "a missile"
    noun = classes.pop() if len(classes) == 1 else ""
    if len(systems) > 1:
        noun = "ballistic missile"
    noun = NOT_BALLISTIC.get(day.date, noun or "ballistic missile")
    count = NUMBERS[n] if n < len(NUMBERS) else str(n)
    if len(systems) == 1:
        words = f"{systems[0]} {noun}{'' if n == 1 else 's'}"
    else:
        words = f"{noun}{'' if n == 1 else 's'}"
        words += f" ({listed(systems)})" if systems else " of a type not identified"
    if n == 1:
        count = "an" if words[0].lower() in "aeiou" else "a"
    return f"{count} {words}"


def title_of(day: Day) -> str:
    """Write the sentence that says what happened."""
    sites = sites_of(day)
    place = " from " + listed(sites) if sites else ""
    if day.kind == "nuclear-test":
        return f"North Korea carries out its {NUCLEAR[day.date]} nuclear test, at {sites[0]}"
    if day.kind == "satellite-launch":
        end = {"failure": ", and the launch fails", "success": " and reaches orbit"}
        rocket = systems_of(day)[0] if systems_of(day) else "rocket"
        what = f"a satellite on {'an' if rocket[0] in 'AEIOU' else 'a'} {rocket}"
        what += "" if rocket == "rocket" else " rocket"
        return f"North Korea launches {what}{place}{end.get(outcome_of(day), '')}"
    if outcome_of(day) == "failure":
        return f"North Korea tries to launch {phrase(day)}{place}, without success"
    return f"North Korea launches {phrase(day)}{place}"


def terms_of(day: Day) -> str:
    """List the words by which a text would refer to the test."""
    base = {
        "missile-test": ["missile test", "missile launch", "missile"],
        "satellite-launch": ["satellite launch", "satellite", "rocket launch", "missile launch"],
        "nuclear-test": ["nuclear test", "nuclear weapon", "underground explosion", "punggye-ri"],
    }[day.kind]
    classes = [MISSILE_CLASS.get(row["type"], "") for row in day.cns]
    short = [row["type"].lower() for row in day.cns if row["type"] in ("ICBM", "IRBM", "SLBM")]
    names = re.split(r" ?[(;)]+", singular(";".join(systems_of(day))).lower())
    ballistic = ["ballistic missile"] if day.cns and day.kind == "missile-test" else []
    if day.date in NOT_BALLISTIC:
        ballistic = [NOT_BALLISTIC[day.date]]
    words = dict.fromkeys([*base, *ballistic, *classes, *short, *names])
    return "; ".join([word for word in words if word][:10])


def confidence_of(day: Day) -> str:
    """Both lists agree on the day: high. One list only: medium, or low where CSIS_ONLY says so."""
    if day.date in DOUBTFUL:
        return "low"
    if day.kind == "nuclear-test" or (day.cns and day.csis) or day.date in SURE:
        return "high"
    if day.cns:
        return "medium"
    printed = day.csis[0]["date"]
    return "high" if printed in CHECKED else "low" if printed in UNCHECKED else "medium"


def to_row(day: Day) -> dict[str, str]:
    """Turn a day into a row of tests.csv."""
    notes = list(day.notes)
    failed = sum(row["outcome"] == "failure" for row in day.cns)
    if failed and outcome_of(day) == "success":
        notes.append(f"{failed} of {len(day.cns)} launches failed according to CNS.")
    if day.cns and not systems_of(day) and day.csis:
        notes.append(f"Typed by CSIS as: {day.csis[0]['event']}.")
    notes += [NOTES[day.date]] if day.date in NOTES else []
    facilities = dict.fromkeys(row["facility"] for row in day.cns)
    in_cns = ";".join(sorted({row["date"] for row in day.cns}))
    in_csis = ";".join(sorted({row["date"] for row in day.csis}))
    utc = sorted(day.utc) or ([day.date] if day.kind == "nuclear-test" else [])
    where = [f"CNS entry of {in_cns}"] if in_cns else []
    where += [f"CSIS entry of {in_csis}"] if in_csis else []
    return {
        "id": f"test-{day.date.rstrip('~')}-{day.kind.split('-')[0]}",
        "date": day.date,
        "source": "PRK",
        "event_type": "MOBILIZE",
        "mode": "weapons",
        "kind": day.kind,
        "title": title_of(day),
        "terms": terms_of(day),
        "place": ";".join(sites_of(day)),
        "cite": "cns-missile-db" if day.cns else "csis-provocations",
        "cite_where": "; ".join(where),
        "confidence": confidence_of(day),
        "note": " ".join(notes),
        "date_utc": "/".join(dict.fromkeys([utc[0], utc[-1]])) if utc else "",
        "system": ";".join(singular(name) for name in systems_of(day))
        or ("unknown" if day.kind == "missile-test" else ""),
        "outcome": outcome_of(day),
        "site": ";".join([name for name in facilities if name != "Unknown"] or sites_of(day)),
        "launches": str(len(day.cns)) if day.cns else "",
        "in_cns": in_cns,
        "in_csis": in_csis,
    }


def report(rows: list[dict[str, str]], skipped: list[str]) -> None:
    """Print what differs between the two lists and the local calendar."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for name in ("cns", "csis"):
            printed = row[f"in_{name}"]
            if not printed and not (name == "cns" and row["kind"] == "nuclear-test"):
                groups[f"not in {name.upper()}"].append(row["date"])
            elif printed and printed != row["date"]:
                groups[f"{name.upper()} prints another day"].append(f"{row['date']} ({printed})")
    for title, items in sorted(groups.items()):
        print(f"{title}: {len(items)}\n  " + ", ".join(items))
    print(f"CSIS rows left out: {len(skipped)}\n  " + "\n  ".join(skipped))
    print(f"{len(rows)} rows: {dict(Counter(row['kind'] for row in rows))}")


def main() -> None:
    """Read the two lists, print what differs, write the table if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cns", type=Path, help="CNS missile tests, one row per missile")
    parser.add_argument("csis", type=Path, help="CSIS provocations, one row per event")
    parser.add_argument("-o", "--output", type=Path, help="tests.csv to write")
    args = parser.parse_args()
    days = read_cns(args.cns)
    skipped = add_csis(args.csis, days)
    rows = [to_row(day) for _, day in sorted(days.items())]
    report(rows, skipped)
    if args.output:
        with args.output.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, HEADER.split(","), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
