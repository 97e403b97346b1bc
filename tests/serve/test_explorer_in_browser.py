"""The explorer in a real browser: what a person would do, and axe-core on every page."""

from __future__ import annotations

import csv
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from conftest import rows
from detente.serve import app, guard, run
from detente.serve.site import Site

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).is_file(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"
)
PAGES = [
    "/", "/dyads?q=ind", "/dyad/IND-PAK?by=year", "/events?dyad=IND-PAK&type=AID&q=report", "/event/3",
    "/claims", "/claim/K04", "/claim/K04?fields=1&direction=up&period.from=1985&period.to=2019",
    "/case", "/case/acts?q=treaty", "/events?from=nonsense",
]  # fmt: skip
PATIENCE = 60_000  # milliseconds that a busy machine may take


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    listening = run.take("127.0.0.1", 0)
    made = app.make(site, guard.own_names("127.0.0.1"))
    server = uvicorn.Server(uvicorn.Config(made, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield run.address(listening).rstrip("/")
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as play:
        made = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page that fails its test when it reaches elsewhere, breaks the policy or throws."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
    yield from watched(context, address)


def watched(context: Any, address: str) -> Iterator[Any]:
    wrong: list[str] = []
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    sync_api.expect.set_options(timeout=PATIENCE)
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("dialog", lambda dialog: wrong.append(f"dialog {dialog.message}"))
    made.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
    made.on(
        "request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url)
    )
    yield made
    context.close()
    assert wrong == []


def settled(page: Any) -> None:
    page.wait_for_selector("[data-wait]", state="detached", timeout=60_000)


def test_from_a_dyad_to_a_sentence_and_back(page: Any, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_label("Find a dyad by name or code").fill("pakistan")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="India – Pakistan").click()
    page.get_by_role("link", name="Look through them").click()
    wanted = [r for r in rows() if {r["source_iso3"], r["target_iso3"]} == {"IND", "PAK"}]
    found = page.locator("#found")
    sync_api.expect(found).to_contain_text(f"{len(wanted)} events")

    page.evaluate("window.stayed = true")
    page.get_by_label("Direction", exact=True).select_option("PAK>IND")
    wanted = [r for r in wanted if r["source_iso3"] == "PAK"]
    sync_api.expect(found).to_contain_text(f"{len(wanted)} events")
    page.get_by_label("Words in sentence").press_sequentially("border")
    wanted = [r for r in wanted if "border" in r["text"]]
    sync_api.expect(found).to_contain_text(f"{len(wanted)} event")
    assert page.evaluate("document.activeElement.id") == "q"  # typing goes on
    assert page.evaluate("window.stayed")  # a part was swapped, the page was not left
    assert re.search(r"direction=PAK%3EIND.*q=border|q=border.*direction=PAK%3EIND", page.url)
    sync_api.expect(page.locator("#said")).to_contain_text(f"{len(wanted)} events found")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download CSV").click()
    file = tmp_path / "got.csv"
    waiting.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as lines:
        got = {row["event_id"] for row in csv.DictReader(lines)}
    assert got == {row["event_id"] for row in wanted}

    filtered = page.url
    page.locator("table.events a").first.click()
    sync_api.expect(page.locator("blockquote")).to_contain_text("border")
    sync_api.expect(page.get_by_role("heading", name="Where it is from")).to_be_visible()
    sync_api.expect(page.locator("main")).to_contain_text("SHA-256")
    page.go_back()
    assert page.url == filtered
    sync_api.expect(page.get_by_label("Direction", exact=True)).to_have_value("PAK>IND")
    sync_api.expect(page.locator("#found")).to_contain_text(f"{len(wanted)} event")
    page.get_by_role("link", name="Take away the filter text border").click()
    sync_api.expect(page.get_by_label("Words in sentence")).to_have_value("")


def test_turning_pages_and_the_back_button(page: Any) -> None:
    page.goto("/events")
    first = page.locator("table.events a").first.get_attribute("href")
    page.get_by_role("link", name="Next →").click()
    sync_api.expect(page.locator(".pager")).to_contain_text("Page 2 of 9")
    assert page.url.endswith("page=2")
    assert page.locator("table.events a").first.get_attribute("href") != first
    page.go_back()
    sync_api.expect(page.locator(".pager")).to_contain_text("Page 1 of 9")
    assert page.locator("table.events a").first.get_attribute("href") == first


def test_a_period_of_the_index(page: Any) -> None:
    page.goto("/dyad/IND-PAK?by=year")
    settled(page)
    assert page.locator("figure svg:visible").count() == 1
    sync_api.expect(page.locator("#view")).to_contain_text("3 of 3 years have an act")
    page.get_by_label("From").fill("2016")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#view")).to_contain_text(
        "2 of 2 years have an act", timeout=60_000
    )
    assert "from=2016" in page.url


def test_an_edited_claim_beside_the_chosen_one(page: Any) -> None:
    page.goto("/claims")
    settled(page)
    page.locator("table.claims a[href='/claim/K04']").click()
    settled(page)
    chosen = page.locator("#h-chosen .verdict").inner_text()
    box = page.get_by_label("Specification, in YAML")
    before = box.input_value()
    assert "direction: down" in before
    box.fill(before.replace("direction: down", "direction: up"))
    page.get_by_role("button", name="Test it").click()
    page.wait_for_selector("#h-edited", timeout=60_000)
    assert page.locator("#h-chosen .verdict").inner_text() == chosen
    sync_api.expect(page.locator("#view")).to_contain_text("Chosen after looking: never decides.")
    sync_api.expect(page.locator("#view")).to_contain_text("What you changed")
    assert "spec=" in page.url
    shared = page.url
    page.goto(shared)  # the address alone carries it
    page.wait_for_selector("#h-edited", timeout=60_000)
    assert "direction: up" in page.get_by_label("Specification, in YAML").input_value()
    page.get_by_label("Specification, in YAML").fill("kind: [")
    page.get_by_role("button", name="Test it").click()
    sync_api.expect(page.get_by_role("alert")).to_contain_text("not YAML")
    page.get_by_role("link", name="Back to the chosen one").click()
    settled(page)
    assert page.get_by_label("Specification, in YAML").input_value() == before
    assert page.locator("#h-edited").count() == 0


def test_a_specification_changed_by_its_fields(page: Any) -> None:
    page.goto("/claim/K04")
    settled(page)
    chosen = page.locator("#h-chosen .verdict").inner_text()
    assert page.get_by_label("Direction").input_value() == "down"
    page.get_by_label("Direction").select_option("up")
    page.locator("[name='period.from']").fill("1985")
    page.get_by_label("Null model").select_option("mann-kendall")
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Test these").click()
    page.wait_for_selector("#h-edited", timeout=60_000)
    assert page.evaluate("window.stayed")
    both = page.locator("table.beside tr").first.locator("xpath=ancestor::table")
    sync_api.expect(both).to_contain_text("Yours, chosen after looking")
    assert both.locator("tbody tr").first.locator("td").first.inner_text() == chosen
    assert page.locator("#h-chosen .verdict").inner_text() == chosen
    for name in ("Estimate", "n"):
        head = page.get_by_role("rowheader", name=name, exact=True)
        cells = both.locator("tr", has=head).locator("td").all_inner_texts()
        assert len(cells) == 2
        assert cells[0] != cells[1], (name, cells)
    changed = page.get_by_role("region", name="What you changed").inner_text()
    for word in ("direction", "period", "1985", "mann-kendall"):
        assert word in changed
    # the text below says the same, and may be changed further; the fields follow
    box = page.get_by_label("Specification, in YAML")
    assert "direction: up" in box.input_value()
    box.fill(box.input_value().replace("direction: up", "direction: either"))
    page.get_by_role("button", name="Test it").click()
    sync_api.expect(page.get_by_label("Direction")).to_have_value("either", timeout=60_000)
    assert page.locator("[name='period.from']").input_value() == "1985"
    page.locator("[name='period.from']").fill("soon")
    page.get_by_role("button", name="Test these").click()
    sync_api.expect(page.get_by_role("alert")).to_contain_text("period", timeout=60_000)
    assert page.locator("#h-chosen .verdict").inner_text() == chosen


def test_hostile_text_does_not_run(page: Any, site: Site) -> None:
    number = site.table.ask("SELECT rowid AS n FROM events WHERE event_id LIKE '<script>%'")[0]["n"]
    page.goto(f"/event/{number}")
    sync_api.expect(page.locator("blockquote")).to_contain_text("<script>alert(1)</script>")
    page.goto("/events?q=1337*1337")
    sync_api.expect(page.locator("table.events")).to_contain_text("{{1337*1337}}")
    assert page.locator("main img, main script").count() == 0


def test_reading_needs_no_script(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    for page in watched(context, address):
        page.goto("/events?dyad=IND-PAK")
        page.get_by_label("Words in sentence").fill("trade")
        page.get_by_role("button", name="Filter").click()
        wanted = [r for r in rows() if r["source_iso3"] in {"IND", "PAK"} and "trade" in r["text"]]
        assert f"{len(wanted)} events" in page.locator("#found").inner_text()
        page.get_by_role("link", name="Claims").click()
        page.locator("table.claims a").first.click()
        assert page.get_by_role("heading", level=1).is_visible()


def test_the_keyboard_reaches_the_content(page: Any) -> None:
    page.goto("/events")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"


@pytest.mark.parametrize(
    ("width", "scheme", "pages"),
    [
        (390, "dark", PAGES),
        (1280, "light", PAGES),
        (390, "light", PAGES[2:4]),
        (1280, "dark", PAGES[2:4]),
    ],
)
def test_axe_finds_nothing_and_nothing_is_cut(
    browser: Any, address: str, width: int, scheme: str, pages: list[str]
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        base_url=address,
        bypass_csp=True,
    )  # axe is a script put into the page, which the policy would not let run
    checker, told = axe.Axe(), []
    for page in watched(context, address):
        for path in pages:
            page.goto(path)
            settled(page)
            page.evaluate(
                "document.querySelectorAll('details').forEach((one) => { one.open = true })"
            )
            found = checker.run(page).response["violations"]
            told += [
                (path, one["id"], [n["html"][:200] for n in one["nodes"]][:3]) for one in found
            ]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            told += [(path, "wider than the window", [wide])] if wide > 0 else []
    assert told == [], (scheme, width)
