"""The files beside the page: each is valid in its format and says what the brief says."""

from __future__ import annotations

import copy
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from detente.errors import InputError
from detente.schema import VERDICTS
from detente.tell import citations, claimreview, extras, images, output, result, tables
from detente.tell.claimreview import Party, Publication

SAMPLE = Path(__file__).parents[2] / "examples" / "sample-article.txt"
SCHEMA = extras.json_schema()


@pytest.fixture(scope="module")
def made(sample_brief: result.Brief) -> result.Brief:
    return sample_brief


@pytest.fixture(scope="module")
def data(made: result.Brief) -> dict[str, Any]:
    text = output.as_json(made, "detente brief sample-article.txt", "0")

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is not JSON")

    found: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return found


@pytest.fixture(scope="module")
def files(made: result.Brief) -> dict[str, str | bytes]:
    return extras.extras(made)


# -- brief.json ---------------------------------------------------------------------------


def errors_of(document: Any) -> list[str]:
    return [e.message for e in jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)]


def test_brief_json_keeps_its_schema(data: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert errors_of(data) == []


def test_the_essay_keeps_the_schema(essay_brief: result.Brief) -> None:
    assert errors_of(json.loads(output.as_json(essay_brief, "c", "0"))) == []


def first(data: dict[str, Any], wanted: Any) -> dict[str, Any]:
    found: dict[str, Any] = next(s for s in data["statements"] if wanted(s))
    return found


BREAKS = {
    "a verdict that is none": lambda d: first(d, lambda s: s["verdict"]).update(verdict="true"),
    "an opinion with a test": lambda d: first(d, lambda s: not s["verdict"]).update(
        test=first(d, lambda s: s["verdict"])["test"]
    ),
    "a verdict without its test": lambda d: first(d, lambda s: s["verdict"]).pop("test"),
    "a statement without a reason": lambda d: d["statements"][0].pop("reason"),
    "a position before the text": lambda d: d["statements"][0].update(char_start=-1),
    "a probability over 1": lambda d: d["events"][0].update(confidence=1.2),
    "an intensity off the scale": lambda d: d["events"][0].update(intensity=11),
    "a type that PLOVER lacks": lambda d: d["events"][0].update(event_type="MEET"),
    "a field nobody described": lambda d: d["document"].update(author="X"),
    "a hash that is none": lambda d: d["provenance"]["tables"][0].update(sha256="abc"),
    "a record without a source": lambda d: first(d, lambda s: s["evidence"])["evidence"][0].pop(
        "source"
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_brief_json_fails(data: dict[str, Any], name: str) -> None:
    broken = copy.deepcopy(data)
    BREAKS[name](broken)
    assert errors_of(broken)


def test_every_field_of_the_schema_is_described() -> None:
    bare: list[str] = []

    def walk(node: Any, path: str) -> None:
        if isinstance(node, dict):
            for name, field in node.get("properties", {}).items():
                known = isinstance(field, dict) and ("description" in field or "$ref" in field)
                if not known and "/if/" not in path and "/then/" not in path:
                    bare.append(f"{path}/{name}")
            for key, value in node.items():
                walk(value, f"{path}/{key}/")
        elif isinstance(node, list):
            for value in node:
                walk(value, path)

    walk(SCHEMA, "")
    assert bare == []
    assert set(SCHEMA["$defs"]["statement"]["properties"]["verdict"]["enum"]) == {*VERDICTS, None}


# -- sources ------------------------------------------------------------------------------


def entries(bib: str) -> dict[str, dict[str, str]]:
    """A reader of BibTeX that counts braces as BibTeX does: a backslash does not hide one."""
    found: dict[str, dict[str, str]] = {}
    at = 0
    while (start := bib.find("@", at)) >= 0:
        opened, depth, end = bib.index("{", start), 0, start
        for end in range(opened, len(bib)):
            depth += (bib[end] == "{") - (bib[end] == "}")
            if depth == 0:
                break
        assert depth == 0, "an entry that never closes"
        key, _, body = bib[opened + 1 : end].partition(",")
        fields = {"": bib[start + 1 : opened]}
        for match in re.finditer(r"\n  (\w+) = (.*?),?(?=\n)", body):
            fields[match[1]] = match[2]
        found[key.strip()] = fields
        at = end + 1
    return found


def a_source(**row: str) -> citations.Cited:
    given = {"id": "x", "title": "T", "kind": "news"} | row
    return citations.Cited(citations.key_of(given["id"]), given, (3,), (("r-1", "page 2"),))


def test_bibtex_of_umlauts_ampersands_and_braces() -> None:
    source = a_source(
        id="mueller-2017",
        title='Über {Öl} & 50% of "trade": a_b #1 C:\\x ~ ^ $5 – ça',
        author="Jörg Müßig; Suh, Dae-Sook; translated by Ł. Ñuñez",
        publisher="Süddeutsche & Co.",
        date="2017-03-05",
        url="https://example.org/a_b?x=1&y={z}%20ü#top",
    )
    text = citations.entry(source)
    fields = entries(text)["mueller-2017"]
    assert fields[""] == "article"
    assert fields["title"] == (
        r"{{{\"{U}}ber {\textbraceleft}{\"{O}}l{\textbraceright} \& 50\% of "
        r'"trade": a\_b \#1 C:{\textbackslash}x {\textasciitilde} {\textasciicircum} \$5 -- {\c{c}}a}}'
    )
    assert fields["author"] == r"{{J{\"{o}}rg M{\"{u}}{\ss}ig} and Suh, Dae-Sook}"
    assert fields["journal"] == r"{S{\"{u}}ddeutsche \& Co.}"
    assert (fields["year"], fields["month"], fields["day"]) == ("{2017}", "mar", "{5}")
    assert fields["url"] == "{https://example.org/a_b?x=1&y=%7Bz%7D%20%C3%BC#top}"
    assert fields["note"] == r"{translated by {\L}. {\~{N}}u{\~{n}}ez}"
    assert fields["annote"] == "{Statement 3 of the brief. Records: r-1 (page 2).}"


def test_a_lone_brace_in_a_title_leaves_bibtex_whole() -> None:
    two = citations.entry(a_source(id="a", title="no } end {{")) + citations.entry(a_source(id="b"))
    assert set(entries(two)) == {"a", "b"}


def test_dotless_letters_and_other_scripts() -> None:
    assert citations.tex("naïve Ōsaka Žižek") == r"na{\"{\i}}ve {\={O}}saka {\v{Z}}i{\v{z}}ek"
    assert citations.tex("당대회 党") == "당대회 党"


@pytest.mark.parametrize(
    ("date", "parts"),
    [
        ("2017-03-05", [[2017, 3, 5]]),
        ("2017-03", [[2017, 3]]),
        ("2000/2025", [[2000], [2025]]),
        ("2016~", [[2016]]),
        ("", []),
        ("undated", []),
        ("197X", []),
    ],
)
def test_a_source_date_is_never_made_more_exact(date: str, parts: list[list[int]]) -> None:
    issued = citations._csl(a_source(date=date)).get("issued", {"date-parts": []})
    assert issued["date-parts"] == parts


def test_an_approximate_date_says_so() -> None:
    assert citations._csl(a_source(date="2016~"))["issued"]["circa"] is True


def test_keys_are_stable_and_never_fall_together() -> None:
    assert citations.key_of("nyt-1992-08-24") == "nyt-1992-08-24"
    ids = ["Müller 2017", "Muller 2017", "muller-2017", "MULLER-2017", "{}", ",", "党"]
    keys = [citations.key_of(one) for one in ids]
    assert len({key.casefold() for key in keys}) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.:-]*", key) for key in keys)
    assert citations.key_of("Müller 2017") == citations.key_of("Müller 2017")


def test_addresses_that_could_run_are_left_out() -> None:
    bad = citations._csl(a_source(url="javascript:alert(1)"))
    assert "URL" not in bad
    assert "url" not in entries(citations.entry(a_source(url="javascript:alert(1)")))["x"]
    assert citations.web_address("data:text/html,x") == ""


def test_every_record_of_the_brief_leads_to_a_source(
    made: result.Brief, files: dict[str, str | bytes]
) -> None:
    items = json.loads(files["brief.sources.csl.json"])
    bib = entries(str(files["brief.sources.bib"]))
    assert [item["id"] for item in items] == list(bib)
    assert len(items) > 10
    told = " ".join(item["annote"] for item in items)
    case = made.casebook
    cites = {record.record_id: record.cite for record in case.records}
    by_id = {item["id"]: item for item in items}
    checked = 0
    for item in made.findings:
        assert item.verdict is not None
        for evidence in item.verdict.evidence:
            assert evidence.record_id in told
            source = case.sources.get(cites.get(evidence.record_id, ""))
            if source:
                entry = by_id[citations.key_of(source["id"])]
                assert entry["title"] == source["title"]
                assert entry.get("URL", "") == citations.web_address(source["url"])
                checked += 1
    assert checked > 20


# -- ClaimReview --------------------------------------------------------------------------

PUBLICATION = Publication(
    author=Party("The Desk", "https://example.org"),
    publisher=Party("Example & Daughters"),
    page_url="https://example.org/brief.html#top",
    date="2026-02-03",
    article_url="https://example.net/article",
    article_author=Party("A. Writer", kind="Person"),
)


def test_claim_reviews_have_what_schema_org_wants(made: result.Brief) -> None:
    found = json.loads(claimreview.as_json_ld(made, PUBLICATION))
    assert len(found) >= 10
    numbers = {item.statement.statement_id: n for n, item in enumerate(made.findings, 1)}
    verdicts = {item.statement.statement_id: item for item in made.findings}
    for review in found:
        item = verdicts[review["identifier"]]
        assert item.verdict is not None
        assert (review["@context"], review["@type"]) == ("https://schema.org", "ClaimReview")
        assert review["claimReviewed"].startswith(item.statement.text.split()[0])
        rating = review["reviewRating"]
        assert rating["@type"] == "Rating"
        assert rating["alternateName"].lower() == item.verdict.verdict
        assert rating["ratingExplanation"]
        assert rating.get("ratingValue") == claimreview.RATING.get(item.verdict.verdict)
        claim = review["itemReviewed"]
        assert claim["@type"] == "Claim"
        assert claim["appearance"]["url"] == "https://example.net/article"
        assert review["url"] == f"https://example.org/brief.html#c{numbers[review['identifier']]}"
        assert review["author"] == {
            "@type": "Organization", "name": "The Desk", "url": "https://example.org",
        }  # fmt: skip
        assert review["publisher"]["name"] == "Example & Daughters"
        assert review["datePublished"] == "2026-02-03"


def test_no_review_of_what_was_not_checked(made: result.Brief) -> None:
    reviewed = {review["identifier"] for review in claimreview.claim_reviews(made)}
    unchecked = {i.statement.statement_id for i in made.checked if not i.verdict or i.out_of_reach}
    assert unchecked
    assert not reviewed & unchecked
    assert len(reviewed) == len(claimreview.claim_reviews(made))


def test_open_verdicts_carry_no_number_and_nobody_is_invented(made: result.Brief) -> None:
    assert "ratingValue" not in claimreview.rating("contested", "x")
    assert "ratingValue" not in claimreview.rating("no record", "x")
    assert claimreview.rating("contradicted", "x")["ratingValue"] == 1
    for review in claimreview.claim_reviews(made):
        assert not {"author", "publisher", "url", "datePublished"} & set(review)


def test_reported_speech_is_not_put_into_the_writers_mouth(tmp_path: Path) -> None:
    file = tmp_path / "said.txt"
    file.write_text(
        "Xinhua said that China and North Korea signed a treaty on July 11, 1961. "
        "North Korea conducted a nuclear test on October 9, 2006.",
        encoding="utf-8",
    )
    found = claimreview.claim_reviews(result.make(file), PUBLICATION)
    said, own = (review["itemReviewed"] for review in found)
    assert "author" not in said
    assert "Xinhua" in said["description"]
    assert own["author"]["name"] == "A. Writer"


def test_a_bad_address_or_date_is_refused(made: result.Brief) -> None:
    for bad in (
        Publication(page_url="javascript:alert(1)"),
        Publication(author=Party("X", "example.org")),
        Publication(date="3 May"),
    ):
        with pytest.raises(InputError):
            claimreview.claim_reviews(made, bad)


# -- tables -------------------------------------------------------------------------------


class Grid(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.grids: list[list[list[str]]] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "table":
            self.grids.append([])
        elif tag == "tr":
            self.grids[-1].append([])
        elif tag in {"td", "th"}:
            self.grids[-1][-1].append("")
            self.cell = True

    def handle_endtag(self, tag: str) -> None:
        self.cell = self.cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self.cell:
            self.grids[-1][-1][-1] += data


def test_both_forms_of_the_tables_hold_every_cell(
    made: result.Brief, files: dict[str, str | bytes]
) -> None:
    grid = Grid()
    grid.feed(str(files["brief.tables.html"]))
    expected = [[list(t.heads), *(list(row) for row in t.rows)] for t in tables.tables(made)]
    assert len(expected) == 3
    assert grid.grids == expected
    assert not grid.tags & {"script", "a", "img", "iframe", "form", "link", "object"}
    assert not {name for name in grid.attributes if name.startswith("on")}
    lines = [x for x in str(files["brief.tables.md"]).splitlines() if x.startswith("|")]
    widths = [len(re.findall(r"(?<!\\)\|", line)) - 1 for line in lines]
    assert widths == [len(row) for t in expected for row in (t[0], t[0], *t[1:])]


def test_the_claims_table_has_the_figures_of_the_tests(made: result.Brief) -> None:
    rows = {
        row[0]: dict(zip(tables.claims(made).heads, row, strict=True))
        for row in tables.claims(made).rows
    }
    tested = [i for i in made.findings if i.claim and i.verdict and i.verdict.p is not None]
    assert tested
    for item in tested:
        assert item.claim is not None
        assert item.verdict is not None
        row = rows[item.claim.claim_id]
        assert float(row["Estimate"].replace("−", "-")) == pytest.approx(
            item.verdict.estimate, rel=0.01
        )
        low, high = (float(x.replace("−", "-")) for x in row["90 % interval"].split(" to "))
        assert (low, high) == pytest.approx((item.verdict.lo90, item.verdict.hi90), rel=0.01)
        assert row["n"] == str(item.verdict.n)
        assert row["Null"] == item.verdict.null
        assert row["Measure"] == item.verdict.specifications[0]["measure"]


def test_statements_events_and_their_numbers_are_those_of_the_page(made: result.Brief) -> None:
    rows = tables.statements(made).rows
    assert len(rows) == len(made.checked)
    assert [r[0] for r in rows if r[0] != "–"] == [str(n + 1) for n in range(len(made.findings))]
    assert len(tables.events(made).rows) == len(made.reading.events)
    assert tables.p_value(0.0001) == "< 0.001"
    assert tables.p_value(None) == "–"


def test_markdown_escapes_pipes_tags_links_and_templates() -> None:
    assert tables.markdown(
        "a|b\nc \\| <b>*x*</b> &amp; [l](javascript:1) {{7*7}} `y` http://z"
    ) == (
        r"a\|b c \\\| &#60;b&#62;\*x\*&#60;/b&#62; &amp;amp; \[l\](javascript:1) "
        r"&#123;&#123;7\*7&#125;&#125; \`y\` http&#58;//z"
    )


# -- figures ------------------------------------------------------------------------------


def test_every_figure_is_there_as_svg_and_png(
    made: result.Brief, files: dict[str, str | bytes]
) -> None:
    names = {name for name in files if name.startswith("figures/")}
    stems = {name.rpartition(".")[0] for name in names}
    assert names == {f"{stem}.{ending}" for stem in stems for ending in ("svg", "png")}
    tested = {i.claim.claim_id for i in made.findings if i.claim and i.verdict and i.verdict.p}
    assert tested
    assert {
        "figures/timeline-of-dated-statements",
        "figures/relationship-index-by-year",
        *(f"figures/specification-curve-of-claim-{claim_id}" for claim_id in tested),
    } <= stems
    for stem in stems:
        png = files[f"{stem}.png"]
        assert isinstance(png, bytes)
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))
        assert width > 1800
        assert height > 300
        safe_svg(str(files[f"{stem}.svg"]))


def safe_svg(text: str) -> ET.Element:
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(root.attrib["width"]) > 100
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        assert name not in {"script", "foreignObject", "image", "a", "use", "animate", "set"}
        for attribute, value in element.attrib.items():
            assert not attribute.lower().startswith("on")
            assert not attribute.endswith("href")
            assert "javascript:" not in value.lower()
    return root


def test_a_figure_says_source_units_and_n(files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        if name.endswith(".svg"):
            words = " ".join("".join(e.itertext()) for e in ET.fromstring(str(text)).iter())
            assert "Source:" in words, name
            assert re.search(r"n = \d+", words), name


def test_a_hostile_title_cannot_leave_its_figure(made: result.Brief) -> None:
    item = next(i for i in made.findings if i.claim and i.verdict and i.verdict.p is not None)
    assert item.verdict is not None
    from detente.tell import claim_plots, figures

    title = '</text></svg><script>alert(1)</script>" onload="x\u202e\x07 & {{7*7}}'
    chart = claim_plots.specification_curve(item.verdict, figures.WIDE)
    figure = images._figure("x", chart, title, title)
    assert figure is not None
    root = safe_svg(figure.svg)
    shown = "".join(root.itertext())
    assert "<script>alert(1)</script>" in shown
    assert "\u202e" not in figure.svg
    assert "\x07" not in figure.svg
    assert figure.png(1.0).startswith(b"\x89PNG")


def test_claim_ids_make_safe_file_names_and_each_claim_is_drawn_once() -> None:
    told: set[str] = set()
    assert images._file_name("C17", told) == "C17"
    assert images._file_name("c17", told) == ""  # one file where names ignore case
    assert images._file_name("../../etc/passwd", told) == "etc-passwd"
    assert images._file_name("…", told) == "unnamed"


# -- all of them --------------------------------------------------------------------------


def test_extras_are_named_as_documented_and_the_same_each_time(
    made: result.Brief, files: dict[str, str | bytes]
) -> None:
    texts = {
        "brief.claimreview.json", "brief.sources.bib", "brief.sources.csl.json",
        "brief.tables.md", "brief.tables.html",
    }  # fmt: skip
    assert {name for name in files if "/" not in name} == texts
    again = extras.extras(made, pictures=False)
    assert again == {name: files[name] for name in texts}
    documented = (Path(__file__).parents[2] / "docs" / "outputs.md").read_text(encoding="utf-8")
    assert all(name in documented for name in texts)
