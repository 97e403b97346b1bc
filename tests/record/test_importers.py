"""Published formats, and the traps in them, each on a few rows written for it."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.engine.duckdb import connect
from detente.errors import InputError
from detente.record.importers.run import Imported, import_files

ICEWS_HEAD = (
    "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tCAMEO Code\t"
    "Intensity\tTarget Name\tTarget Sectors\tTarget Country\tStory ID\tSentence Number\tPublisher\n"
)


def icews(*rows: tuple[str, str, str, str, str, str, str, str, str]) -> str:
    """Rows of id, date, source, sectors, country, code, target, sectors, country."""
    return ICEWS_HEAD + "".join(
        f"{i}\t{day}\t{s}\t{ss}\t{sc}\tText\t{code}\t1.0\t{t}\t{ts}\t{tc}\t77\t1\tPaper\n"
        for i, day, s, ss, sc, code, t, ts, tc in rows
    )


def gdelt1(width: int = 58, **fields: str) -> str:
    """A line of GDELT 1.0 with the given columns filled."""
    from detente.record.importers.gdelt import GDELT1

    return "\t".join(fields.get(name, "") for name in GDELT1.columns[:width]) + "\n"


def rows_of(path: Path) -> list[dict[str, Any]]:
    engine = connect()
    engine.read("events", path)
    columns = engine.columns("SELECT * FROM events ORDER BY row_no")
    engine.close()
    return [
        {
            name: None if value is np.ma.masked else value
            for name, value in zip(columns, row, strict=True)
        }
        for row in zip(*columns.values(), strict=True)
    ]


def load(tmp_path: Path, form: str, text: str | bytes, name: str = "given.tsv", **options: Any) -> tuple[Imported, list[dict[str, Any]]]:  # fmt: skip
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = import_files(form, [file], tmp_path / "out.parquet", **options)
    return done, rows_of(tmp_path / "out.parquet")


def test_leading_zeros_of_cameo_codes_stay(tmp_path: Path) -> None:
    text = icews(
        ("1", "2018-03-27", "China", "NA", "China", "042", "North Korea", "NA", "North Korea")
    )
    _, rows = load(tmp_path, "icews", text)
    assert rows[0]["cameo_code"] == "042"
    assert (rows[0]["event_type"], rows[0]["mode"]) == ("CONSULT", "visit")


def test_a_lost_zero_is_set_aside_with_a_hint(tmp_path: Path) -> None:
    text = icews(("1", "2018-03-27", "China", "NA", "China", "42", "Japan", "NA", "Japan"))
    done, rows = load(tmp_path, "icews", text)
    assert rows == []
    assert done.files[0].set_aside == 1
    assert done.rejects is not None
    assert "CAMEO has 042" in done.rejects.read_text()


def test_stray_quotes_lose_no_rows(tmp_path: Path) -> None:
    lines = [
        (str(n), "2018-01-01", '"Spokesman' if n in (3, 90) else "China", "NA", "China", "010",
         "Japan", "NA", "Japan")
        for n in range(1, 201)
    ]  # fmt: skip
    done, rows = load(tmp_path, "icews", icews(*lines))
    assert len(rows) == 200 == done.files[0].rows
    assert sum(row["source_name"] == '"Spokesman' for row in rows) == 2


def test_na_is_namibia(tmp_path: Path) -> None:
    text = "day,from,to,kind\n2018-01-01,NA,ZA,CONSULT\n2018-01-02,ZA,NA,ACCUSE\n"
    columns = {"date": "day", "source_iso3": "from", "target_iso3": "to", "event_type": "kind"}
    _, rows = load(tmp_path, "csv", text, "given.csv", columns=columns)
    assert sorted((row["source_iso3"], row["target_iso3"]) for row in rows) == [
        ("NAM", "ZAF"), ("ZAF", "NAM"),
    ]  # fmt: skip


def test_the_host_of_a_visit_is_flagged(tmp_path: Path) -> None:
    made = ("1", "2018-03-26", "Kim", "Government", "North Korea", "042", "China", "NA", "China")
    host = ("2", "2018-03-26", "China", "NA", "China", "043", "Kim", "Government", "North Korea")
    other = ("3", "2018-03-26", "China", "NA", "China", "043", "Lee", "Government", "South Korea")
    _, rows = load(tmp_path, "icews", icews(made, host, other))
    assert {row["event_id"]: row["flags"] for row in rows} == {
        "1": None, "2": "host-of-visit", "3": None,
    }  # fmt: skip


def test_repeated_ids_keep_their_rows(tmp_path: Path) -> None:
    first = ("7", "2018-01-01", "China", "NA", "China", "042", "Japan", "NA", "Japan")
    second = ("7", "2018-01-01", "China", "NA", "China", "111", "Japan", "NA", "Japan")
    done, rows = load(tmp_path, "icews", icews(first, second))
    assert {row["cameo_code"] for row in rows} == {"042", "111"}
    assert done.files[0].kept == 2


def test_one_state_under_many_names(tmp_path: Path) -> None:
    names = ("China", "Government (China)", "Citizen (China)", "Police (China)", "Xi Jinping")
    text = "date,source,relation,target,cameo_code,goldstein\n" + "".join(
        f"2018-01-0{n},{name},Make statement,Japan,010,0\n" for n, name in enumerate(names, 1)
    )
    _, rows = load(tmp_path, "icews-triples", text, "given.csv")
    found = {row["source_name"]: (row["source_iso3"], row["source_sector"]) for row in rows}
    assert found["China"] == found["Government (China)"] == ("CHN", "GOV")
    assert found["Citizen (China)"] == ("CHN", "CVL")
    assert found["Police (China)"] == ("CHN", "COP")
    assert all(row["event_type"] is None for row in rows)  # PLOVER has no bare statements


def test_an_act_after_death_is_flagged(tmp_path: Path) -> None:
    text = (
        "date,source,relation,target,cameo_code\n"
        "2014-02-10,Chang Song Taek,Make a visit,China,042\n"
        "2013-08-10,Chang Song Taek,Make a visit,China,042\n"
        "2014-02-10,China,Praise or endorse,Chang Song Taek,051\n"
    )
    _, rows = load(tmp_path, "icews-triples", text, "given.csv")
    flags = {(row["date"], row["source_name"]): row["flags"] for row in rows}
    assert flags == {
        ("2014-02-10", "Chang Song Taek"): "source-after-death",
        ("2013-08-10", "Chang Song Taek"): None, ("2014-02-10", "China"): None,
    }  # fmt: skip


def test_people_change_offices(tmp_path: Path) -> None:
    text = "date,source,relation,target,cameo_code\n" + "".join(
        f"{day},Park Geun-Hye,x,China,010\n" for day in ("2014-07-03", "2018-07-03")
    )
    _, rows = load(tmp_path, "icews-triples", text, "given.csv")
    found = {row["date"][:4]: (row["source_iso3"], row["source_sector"]) for row in rows}
    assert found == {"2014": ("KOR", "GOV"), "2018": ("KOR", "ELI")}


def test_a_missing_code_is_read_from_its_label(tmp_path: Path) -> None:
    text = "date,source,relation,target,cameo_code\n2018-01-03,Japan,Make a visit,China,\n"
    _, rows = load(tmp_path, "icews-triples", text, "given.csv")
    assert (rows[0]["event_type"], rows[0]["cameo_code"]) == ("CONSULT", None)


def test_gdelt_1_with_57_and_58_columns_in_one_file(tmp_path: Path) -> None:
    fields = {
        "GLOBALEVENTID": "1", "SQLDATE": "20140131", "Actor1Name": "CHINA",
        "Actor1CountryCode": "CHN", "Actor1Type1Code": "MIL", "Actor2Name": "SEOUL",
        "Actor2CountryCode": "KOR", "EventCode": "0231", "GoldsteinScale": "3.4", "NumMentions": "4",
    }  # fmt: skip
    text = gdelt1(57, **fields) + gdelt1(58, **{**fields, "GLOBALEVENTID": "2"})
    _, rows = load(tmp_path, "gdelt1", text)
    assert [row["event_id"] for row in rows] == ["1", "2"]
    assert rows[0]["date"] == "2014-01-31"
    assert rows[0]["mentions"] == 4
    assert (rows[0]["source_iso3"], rows[0]["source_sector"]) == ("CHN", "MIL")
    assert (rows[0]["event_type"], rows[0]["intensity"]) == ("REQUEST", 3.4)


def test_gdelt_2_and_reduced(tmp_path: Path) -> None:
    from detente.record.importers.gdelt import GDELT2

    fields = {"GLOBALEVENTID": "9", "SQLDATE": "20200102", "Actor1KnownGroupCode": "UNO",
              "Actor2CountryCode": "ROM", "EventCode": "111"}  # fmt: skip
    line = "\t".join(fields.get(name, "") for name in GDELT2.columns) + "\n"
    assert line.count("\t") == 60
    _, rows = load(tmp_path, "gdelt2", line)
    assert (rows[0]["source_iso3"], rows[0]["target_iso3"]) == ("UN", "ROU")
    reduced = "\t".join(
        ["19790101", "CHNGOV", "PRK", "0211", "3", "5", "1", "7.4", *[""] * 9]
    )  # fmt: skip
    _, rows = load(tmp_path, "gdelt-reduced", reduced)
    assert (rows[0]["source_iso3"], rows[0]["source_sector"]) == ("CHN", "GOV")
    assert rows[0]["flags"] == "stands-for:3"


def test_polecat(tmp_path: Path) -> None:
    head = (
        "Event ID\tEvent Date\tEvent Type\tEvent Mode\tIntensity\tQuad Code\tContexts\tActor Name\t"
        "Actor Country\tPrimary Actor Sector\tRecipient Name\tRecipient Country\t"
        "Primary Recipient Sector\n"
    )
    line = (
        "p1\t2023-01-01\tPROTEST\tdemo\t-6.5\t4\tNone\tStudents\tNAM\tEDU\tGovernment\tNone\tGOV\n"
    )
    bad = "p2\t2023-01-01\tDANCE\tdemo\t-6.5\t4\tNone\tStudents\tNAM\tEDU\tGovernment\tNAM\tGOV\n"
    done, rows = load(tmp_path, "polecat", head + line + bad)
    assert (rows[0]["source_iso3"], rows[0]["target_iso3"]) == ("NAM", None)
    assert (rows[0]["event_type"], rows[0]["mode"], rows[0]["context"]) == ("PROTEST", "demo", "")
    assert done.files[0].set_aside == 1


def test_ucdp_dates_and_sides(tmp_path: Path) -> None:
    text = (
        "id,type_of_violence,side_a,side_b,country,date_prec,date_start,date_end,gwnoa,gwnob\n"
        '5,1,"Government of Yemen (North Yemen), army",AQAP,Yemen,2,2012-03-01 00:00:00,'
        "2012-03-05 00:00:00,678,\n"
        "6,3,Taliban,Civilians,Afghanistan,1,2012-03-01,2012-03-01,,\n"
    )
    _, rows = load(tmp_path, "ucdp", text, "given.csv")
    found = {row["event_id"]: row for row in rows}
    assert found["5"]["date"] == "2012-03-01/2012-03-05"
    assert found["5"]["source_iso3"] == "YEM"
    assert (found["6"]["target_iso3"], found["6"]["target_sector"]) == ("AFG", "CVL")
    assert {row["event_type"] for row in rows} == {"ASSAULT"}


def test_a_state_of_its_time(tmp_path: Path) -> None:
    text = (
        "date,source,relation,target,cameo_code\n"
        "1985-01-01,Russia,x,China,010\n2018-01-01,Russia,x,China,010\n"
    )
    _, rows = load(tmp_path, "icews-triples", text, "given.csv")
    assert {row["date"][:4]: row["source_iso3"] for row in rows} == {"1985": "SUN", "2018": "RUS"}


def test_rows_that_cannot_be_read_are_set_aside_with_their_line(tmp_path: Path) -> None:
    good = ("1", "2018-01-01", "China", "NA", "China", "042", "Japan", "NA", "Japan")
    lines = icews(good, good).splitlines(keepends=True)
    text = (
        lines[0] + lines[1] + "short\tline\n" + "\n" + lines[2].replace("2018-01-01", "2018-13-01")
    ).encode() + lines[1].replace("China", "Ch\xefna").encode("latin-1")
    done, rows = load(tmp_path, "icews", text)
    assert len(rows) == 1
    assert (done.files[0].rows, done.files[0].kept, done.files[0].set_aside) == (4, 1, 3)
    assert done.rejects is not None
    aside = rows_of(done.rejects)
    assert [(row["line"], row["reason"][:12]) for row in aside] == [
        ("3", "missing colu"), ("5", "date '2018-1"), ("6", "bytes that a"),
    ]  # fmt: skip
    _, rows = load(tmp_path, "icews", text, encoding="latin-1")
    assert len(rows) == 2


def test_gz_and_zip_as_published(tmp_path: Path) -> None:
    text = icews(("1", "2018-01-01", "China", "NA", "China", "042", "Japan", "NA", "Japan"))
    packed = tmp_path / "a.tab.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    archive = tmp_path / "b.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("one.tab", text)
        made.writestr("folder/two.tab", text)
    done = import_files("icews", [packed, archive], tmp_path / "out.csv")
    assert [count.kept for count in done.files] == [1, 1, 1]
    assert len(rows_of(tmp_path / "out.csv")) == 3


@pytest.mark.parametrize(
    ("form", "text", "words"),
    [
        ("gdelt1", "a\tb\tc\n", "3 columns"),
        ("gdelt1", "1" + "\t" * 60 + "\n", "this looks like gdelt2"),
        ("icews", "date\tsource\n2018\tx\n", "no column Event ID"),
        ("icews", "", "an empty file"),
        ("csv", "a,b\n1,2\n", "no column for date"),
        ("gdelt3", "a\n", "one of gdelt1"),
    ],
)
def test_a_wrong_format_is_told_and_nothing_written(tmp_path: Path, form: str, text: str, words: str) -> None:  # fmt: skip
    with pytest.raises(InputError) as caught:
        load(tmp_path, form, text, "given.csv" if form == "csv" else "given.tsv")
    assert words in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == [
        "given.csv" if form == "csv" else "given.tsv"
    ]


def test_a_broken_archive(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(InputError, match="broken archive"):
        import_files("gdelt2", [tmp_path / "x.zip"], tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_rows_come_sorted_by_dyad_and_date(tmp_path: Path) -> None:
    text = "date,source_iso3,target_iso3,event_type\n" + "".join(
        f"{day},{a},{b},AGREE\n"
        for day, a, b in [("2018-02-01", "PRK", "CHN"), ("2018-03-01", "CHN", "PRK"),
                          ("2018-01-01", "CHN", "PRK"), ("2018-01-01", "CHN", "JPN")]
    )  # fmt: skip
    _, rows = load(tmp_path, "csv", text, "given.csv")
    keys = [(row["source_iso3"], row["target_iso3"], row["date"]) for row in rows]
    assert keys == sorted(keys)
    assert len(keys) == 4


def test_coded_events_go_in_as_they_are(tmp_path: Path) -> None:
    text = (
        '{"event_id": "d-e1", "doc_id": "d", "date": null, "source_iso3": "CHN", "target_iso3": '
        '"PRK", "event_type": "AID", "char_start": 3, "confidence": 0.5, "dataset": "text", '
        '"factuality": "planned", "coder_version": "rules-1"}\n'
    )
    done, rows = load(tmp_path, "csv", text, "given.jsonl")
    assert done.files[0].kept == 1
    assert {name: rows[0][name] for name in ("doc_id", "date", "char_start", "factuality")} == {
        "doc_id": "d", "date": None, "char_start": 3, "factuality": "planned",
    }  # fmt: skip
    assert (rows[0]["dataset"], rows[0]["quad_class"]) == ("text", 2)


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("Day,From,To,Code\n2018-01-01,CHN,PRK,042\n")
    command = [sys.executable, "-m", "detente.cli", "import", "csv", "in.csv", "-o", "out.parquet"]
    command += ["--column", "date=Day", "--column", "source_iso3=From"]
    command += ["--column", "target_iso3=To", "--column", "cameo_code=Code", "--dataset", "mine"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "1 rows in = 1 kept + 0 set aside" in done.stdout
    assert rows_of(tmp_path / "out.parquet")[0]["dataset"] == "mine"
    command[5] = "none.csv"
    failed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert failed.returncode == 2
    assert "no such file" in failed.stderr
