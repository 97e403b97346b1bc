"""Every page, what it counts, and what it does with a hostile row or a hostile question."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from conftest import BASE, CASE, HOSTILE, rows
from detente.errors import DetenteError
from detente.serve import app, queries, run, table
from detente.serve.asked import Filter
from detente.serve.guard import POLICY
from detente.serve.site import Site
from detente.tell.templating import plain

PAGES = [
    "/", "/dyads", "/dyads?q=pakistan", "/dyad/IND-PAK?by=year", "/events", "/event/0", "/claims",
    "/claim/K04", "/case", "/case/acts", "/case/sources", "/case/unga_agreement",
]  # fmt: skip
GONE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def text(answer: str) -> str:
    """What a reader sees, in one line."""
    body = re.sub(r"(?s)<head>.*?</head>|<[^>]+>", " ", answer)
    return " ".join(unescape(body).split())


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole_and_runs_nothing(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    html = answer.text
    assert re.findall(r"<script[^>]*>", html) == ['<script src="/explorer.js" defer>']
    assert "<style" not in html
    assert not re.search(r"<[^>]*\s(on\w+|style)=", html)
    assert not re.search(r'(?:href|src|action)="(?!/|#|\?)', html)  # nothing outside this machine
    assert html.count("<main") == html.count("</main>") == 1
    assert "</footer>" in html


def test_style_and_script_are_served(client: TestClient) -> None:
    style, script = client.get("/page.css"), client.get("/explorer.js")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert ".filters" in style.text
    assert ".card" in style.text  # the page's own sheet comes first
    assert not re.search(r"url\(|@import|\{%|\{\{", style.text)
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert not re.search(r"eval|innerHTML|https?:", script.text)


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline() -> None:
    assert "default-src 'none'" in POLICY
    assert not re.search(r"unsafe|http|\*|data:", POLICY)


@pytest.mark.parametrize(
    "asked",
    [
        {"dyad": "IND-PAK"},
        {"dyad": "IND-PAK", "direction": "PAK>IND", "from": "2016", "to": "2016-06"},
        {"type": ["AID", "ASSAULT"]},
        {"quad": ["4", "3"], "dataset": "alpha"},
        {"q": "100%"},
        {"q": '"shots at" border', "source": "IND"},
        {"q": "minister 3"},
        {"dataset": "<b>beta</b>"},
    ],
)
def test_a_filter_keeps_what_a_count_by_hand_keeps(
    client: TestClient, asked: dict[str, str]
) -> None:
    wanted = [row for row in rows() if by_hand(row, asked)]
    query = urlencode(asked, doseq=True)
    assert wanted
    found = text(client.get(f"/events?{query}").text)
    assert f" {len(wanted)} event" in found
    answer = client.get(f"/events.csv?{query}")
    assert answer.headers["content-disposition"].startswith("attachment")
    got = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert sorted(row["event_id"] for row in got) == sorted(row["event_id"] for row in wanted)
    dates = [row["date"] for row in got]
    assert dates == sorted(dates, reverse=True)
    for row in got:
        original = next(one for one in wanted if one["event_id"] == row["event_id"])
        assert row["text"] == original["text"]  # to the letter


def by_hand(row: dict[str, str], asked: dict[str, object]) -> bool:
    def one(name: str) -> str:
        return str(asked.get(name, ""))

    words = re.findall(r'"([^"]+)"|(\S+)', one("q"))
    held = (row["text"] + "\n" + row["source_name"] + "\n" + row["target_name"]).lower()
    return (
        (not one("dyad") or set(one("dyad").split("-")) == {row["source_iso3"], row["target_iso3"]})
        and (not one("direction") or one("direction").split(">")[0] == row["source_iso3"])
        and (not one("source") or one("source") == row["source_iso3"])
        and ("type" not in asked or row["event_type"] in asked["type"])
        and ("quad" not in asked or row["quad_class"] in asked["quad"])
        and (not one("from") or row["date"] >= one("from"))
        and (not one("to") or row["date"] <= one("to") + "-99")
        and (not one("dataset") or row["dataset"] == one("dataset"))
        and all((phrase or word).lower() in held for phrase, word in words)
    )


def test_pages_together_hold_every_row_once(client: TestClient, site: Site) -> None:
    seen: list[int] = []
    for number in range(1, 10):
        answer = client.get(f"/events?page={number}")
        seen += map(int, re.findall(r'href="/event/(\d+)"', answer.text))
    assert len(seen) == len(set(seen)) == site.table.total == 401
    assert client.get("/events?page=10").status_code == 404


def test_hostile_rows_are_text(client: TestClient, site: Site) -> None:
    number = site.table.ask("SELECT rowid AS n FROM events WHERE event_id LIKE '<script>%'")[0]["n"]
    for address in (
        f"/event/{number}",
        "/events?" + urlencode({"q": "1337*1337"}),
        "/dyad/IND-PAK",
    ):
        html = client.get(address).text
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "1787569" not in html
        assert "boomboom" not in html
        assert not GONE.search(html)
        if "dyad" not in address:
            assert " ".join(plain(HOSTILE).split()) in text(html)
    assert "\ufffdgnp.exe" in client.get(f"/event/{number}").text


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nothing", 404, "There is no page '/nothing'"),
        ("/events?typ=AID", 400, "one of dyad, direction"),
        ("/events?from=2018-13", 400, "2018-03-27"),
        ("/events?page=999999999", 404, "the last one is 9"),
        ("/events?page=" + "9" * 30, 400, "a number from 1"),
        ("/events?q=" + "x" * 5000, 400, "at most 200"),
        ("/events?q=" + "x" * 60000, 414, "at most"),
        ("/events?dyad=CHN-KOX", 400, "did you mean"),
        ("/dyad/CHN-USA", 404, "No event between CHN and USA"),
        ("/dyad/nonsense", 400, "two different codes"),
        ("/dyad/IND-PAK?by=day", 400, "one of week, month, year"),
        ("/dyad/IND-PAK?from=x", 400, "2018-03-27"),
        ("/event/401", 404, "there are 401"),
        ("/event/-1", 400, "the number of a row"),
        ("/event/1;DROP TABLE events", 400, "the number of a row"),
        ("/event/" + "9" * 15, 404, "No event has the number"),
        ("/claim/K99", 404, "it has K01"),
        ("/claim/%3Cscript%3E", 404, "<script>"),
        ("/case/..%2F..%2Fetc%2Fpasswd", 404, ""),
        ("/case/%2e%2e", 404, ""),
        ("/../../../../etc/passwd", 404, ""),
        ("/explorer.js/../../site.py", 404, ""),
        ("/case/acts?sort=__class__", 400, "one of id"),
        ("/case/acts?row=nope", 404, "no row 'nope'"),
        ("/dyads?q=" + "a" * 200, 400, "at most 100"),
        ("/dyads?page=7", 404, "the last one is 1"),
        ("/events?q=%00&source=IND", 200, "events"),
        ("/events?q=%FF%FE", 200, "No event is left"),
    ],
)
def test_a_mistake_gets_a_page_that_says_what_was_expected(
    client: TestClient, address: str, status: int, words: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert words in (text(answer.text) if "<main" in answer.text else answer.text)
    assert "Traceback" not in answer.text
    assert "<script>" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "word", ["'", "' OR '1'='1", "'); DROP TABLE events; --", "%", "_", "!", "\\", '"']
)
def test_a_search_is_a_value(client: TestClient, site: Site, word: str) -> None:
    answer = client.get("/events.csv?" + urlencode({"q": word}))
    got = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    phrases = [one.strip('"') for one in word.split()]
    held = [r for r in rows() if all(p in r["text"] + r["source_name"] for p in phrases)]
    assert len(got) == len(held)
    assert site.table.ask("SELECT count(*) AS n FROM events")[0]["n"] == 401


def test_only_this_machine_is_answered(client: TestClient) -> None:
    for host in ("127.0.0.1:8000", "localhost", "localhost:8000", "[::1]:8000"):
        assert client.get("/", headers={"host": host}).status_code == 200
    for host in ("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "a:b:c"):
        answer = client.get("/", headers={"host": host})
        assert answer.status_code == 421
        assert "events" not in answer.text
    assert client.get("/nothing", headers={"host": "evil.example"}).status_code == 421


def test_other_sites_are_refused(client: TestClient) -> None:
    cross = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert client.post("/claim/K04", headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post("/claim/K04", headers={**cross, "origin": BASE}).status_code == 403
    assert client.post("/claim/K04", headers={"origin": "null"}).status_code == 403
    assert client.get("/claims", headers=cross).status_code == 403  # embedded
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/case", headers=followed).status_code == 200
    own = client.post("/claim/K04", headers={"origin": BASE, "sec-fetch-site": "same-origin"})
    assert own.status_code == 405


def test_a_dyad_page_says_how_much_is_data(client: TestClient) -> None:
    wait(client, "/dyad/IND-PAK?by=year")
    html = client.get("/dyad/IND-PAK?by=year").text
    found = text(html)
    assert html.count("<svg role=") == 2
    assert "3 of 3 years have an act" in found
    assert "by year, 2015 to 2017" in found
    assert re.search(r"n = \d+ acts\. Source: store\.duckdb", found)
    assert "Fitted on this dyad alone" in found.partition("How this was made")[0]
    assert "detente index --events" in found
    wait(client, "/dyad/IND-PAK?by=year&from=2016")
    part = text(client.get("/dyad/IND-PAK?by=year&from=2016").text)
    assert "2 of 2 years have an act" in part


def test_a_claim_keeps_the_chosen_verdict_beside_an_edited_one(
    client: TestClient, site: Site
) -> None:
    wait(client, "/claim/K04")
    html = client.get("/claim/K04").text
    before = re.findall(r'As chosen before looking: <span class="verdict ([\w-]+)', html)
    assert len(before) == 1
    spec = "kind: untestable\nneeds: Surveys of both publics\n"
    address = "/claim/K04?" + urlencode({"spec": spec})
    wait(client, address)
    html = client.get(address).text
    assert re.findall(r'As chosen before looking: <span class="verdict ([\w-]+)', html) == before
    assert re.findall(r'As you edited it: <span class="verdict ([\w-]+)', html) == ["untestable"]
    assert "Chosen after looking: never decides." in html
    assert "Surveys of both publics" in html
    assert "What you changed" in html


def wait(client: TestClient, address: str) -> None:
    for _ in range(60):
        if "data-wait" not in client.get(address).text:
            return
    raise AssertionError(f"{address} is still waiting")


def test_a_specification_that_cannot_be_tested_is_explained(client: TestClient) -> None:
    wait(client, "/claim/K04")
    bad = {
        "spec": "kind: trend\nseries: {file: /etc/passwd, date: a, value: b}\nperiod: {from: 1961, to: 1970}\ndirection: down"
    }
    answer = client.get("/claim/K04?" + urlencode(bad))
    assert answer.status_code == 400
    assert "a table of the casebook" in text(answer.text)
    assert "As chosen before looking" in answer.text
    assert "root:" not in answer.text
    missing = {
        "spec": "kind: trend\nseries: {table: nope, date: a, value: b}\nperiod: {from: 1961, to: 1970}\ndirection: down\nshape: any"
    }
    address = "/claim/K04?" + urlencode(missing)
    wait(client, address)
    answer = client.get(address)
    assert "nope" in text(answer.text)
    assert "cannot be tested" in text(answer.text)


def test_a_casebook_alone_is_enough() -> None:
    made = run.site(None, CASE, "0")
    alone = TestClient(app.make(made), base_url=BASE)
    assert "India" in text(alone.get("/").text)
    acts = [r for r in made.case.records if r.event_type]
    assert made.table.total >= len(acts)
    first = queries.page(made.table, Filter(dyad="IND-PAK"))[0]
    html = alone.get(f"/event/{first['row']}").text
    assert re.search(r'href="/case/\w+\?row=[^"]+#r-', html)
    target = re.search(r'href="(/case/\w+\?row=[^"#]+)', html)
    assert target
    assert 'class="marked"' in alone.get(unescape(target[1])).text
    made.close()


def test_files_of_every_kind_hold_the_same_events(
    events_csv: Path, store: Path, site: Site
) -> None:
    parquet, lines = events_csv.with_suffix(".parquet"), events_csv.with_suffix(".jsonl")
    site.table.engine.fork().write("SELECT * EXCLUDE (row_key, import_id) FROM events", parquet)
    few = "SELECT event_id, date, source_iso3, target_iso3, event_type FROM events"
    site.table.engine.fork().write(few, lines)
    asked = Filter(dyad="IND-PAK", since="2016-03", until="2016-09")
    wanted = sorted(r["event_id"] for r in rows()
                    if {r["source_iso3"], r["target_iso3"]} == {"IND", "PAK"}
                    and "2016-03" <= r["date"] < "2016-10")  # fmt: skip
    for file in (events_csv, parquet, lines, store):
        opened = table.open_table(file)
        got = csv.DictReader(
            io.StringIO(b"".join(queries.download(opened, asked)).decode(), newline="")
        )
        assert sorted(row["event_id"] for row in got) == wanted, file
        opened.close()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", "x", "the suffix '.xlsx'"),
        ("a.csv", "date,source_iso3\n2018,CHN\n", "no column target_iso3, event_type"),
        ("a.duckdb", "not a database at all" * 50, "DuckDB"),
        ("a.parquet", "not parquet", "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(DetenteError) as caught:
        table.open_table(tmp_path / name)
    assert words in str(caught.value)
    with pytest.raises(DetenteError, match="no such file"):
        table.open_table(tmp_path / f"no-{name}")


def test_a_query_that_takes_too_long_is_ended(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "PATIENCE", 0.2)
    with pytest.raises(table.Slow):
        site.table.ask(
            "SELECT sum(a.i * b.i) FROM range(10000000) AS a(i), range(10000000) AS b(i)"
        )
