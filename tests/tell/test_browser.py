"""The page in a real browser: tapped, tabbed through, printed, and held to the rules of access."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from detente.tell import page, result

PHONE, TABLET, DESK = (390, 844), (800, 1000), (1280, 900)
HOSTILE = """<script>alert(1)</script> China and North Korea

China and North Korea signed a treaty on July 11, 1961 <img src=x onerror=alert(2)>. The North
was_tested a nuclear device on October 9, 2006. <svg onload=alert(3)> <style>body{display:none}</style>
<a href="javascript:alert(4)">Kim</a> visited Beijing in March 2018 {{ 7*7 }}
<iframe src="http://evil.example/"></iframe> <link rel=stylesheet href=http://evil.example/x.css>.
"""
Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def file(sample_brief: result.Brief, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "brief.html"
    path.write_text(page.render(sample_brief, "detente brief sample.txt", "0"), "utf-8")
    return path


@pytest.fixture
def opened(browser: Any) -> Iterator[Opened]:
    """Opens a file in a page that keeps what it asked for, said and tried to run."""
    contexts = []

    def open_(path: Path, size: tuple[int, int] = DESK, scheme: str = "light") -> Any:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        shown = context.new_page()
        shown.asked, shown.said, shown.ran = [], [], []
        shown.on("request", lambda request: shown.asked.append(request.url))
        shown.on("console", lambda message: shown.said.append(message.text))
        shown.on("pageerror", lambda error: shown.said.append(str(error)))
        shown.on("dialog", lambda dialog: (shown.ran.append(dialog.message), dialog.dismiss()))
        shown.goto(path.as_uri())
        return shown

    yield open_
    for context in contexts:
        context.close()


def number_of(brief: result.Brief, wanted: Callable[[Any], bool]) -> int:
    return next(n for n, item in enumerate(brief.findings, 1) if wanted(item))


def was_tested(item: Any) -> bool:
    return item.verdict.estimate is not None and "null_distribution" in str(
        item.verdict.specifications[:1]
    )


def open_card(shown: Any) -> str:
    return str(shown.evaluate("document.querySelector('.card:popover-open')?.id ?? ''"))


def focused(shown: Any) -> str:
    return str(shown.evaluate("document.activeElement.id"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(
    opened: Opened, file: Path, sample_brief: result.Brief, size: tuple[int, int], scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = opened(file, size, scheme)

    def violations() -> list[str]:
        found = axe.run(shown).response["violations"]
        return [f"{v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found]

    assert violations() == []
    shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    shown.locator(f"#k{number_of(sample_brief, was_tested)}").click()
    assert open_card(shown)
    assert violations() == []


def test_nothing_is_fetched_and_the_policy_is_kept(opened: Opened, file: Path) -> None:
    shown = opened(file)
    shown.locator("#k1").click()
    assert shown.asked == [file.as_uri()]
    assert shown.said == []
    policy = shown.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert "default-src 'none'" in policy
    blocked = shown.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
            const one = document.createElement('script');
            one.textContent = 'window.ran = true';
            document.body.append(one);
            setTimeout(() => done('nothing blocked'), 2000);
        })"""
    )
    assert blocked == "script-src-elem"
    assert shown.evaluate("window.ran") is None


def test_a_tap_on_the_words_opens_reason_records_test_and_curve(
    opened: Opened, file: Path, sample_brief: result.Brief
) -> None:
    number = number_of(sample_brief, was_tested)
    item = sample_brief.findings[number - 1]
    shown = opened(file, PHONE)
    assert open_card(shown) == ""
    shown.locator(f"#m{number} sup").click()
    assert open_card(shown) == f"c{number}"
    card = shown.locator(f"#c{number}")
    words = card.inner_text()
    assert item.verdict.verdict in words.lower()
    assert item.statement.text in words
    assert "The test" in words
    for svg in card.locator("svg").all():
        assert svg.is_visible()
        assert svg.get_attribute("aria-label")
    assert card.locator("svg").count() == 2  # null distribution and specification curve
    assert card.locator(".evidence li").count() == len(item.verdict.evidence)
    card.locator(".close").click()
    assert open_card(shown) == ""


def test_the_keyboard_is_enough(opened: Opened, file: Path) -> None:
    shown = opened(file)
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    assert shown.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    order = []
    for _ in range(400):
        shown.keyboard.press("Tab")
        name = focused(shown)
        if name.startswith("k"):
            order.append(int(name[1:]))
            if len(order) == 5:
                break
    assert order == [1, 2, 3, 4, 5]  # in the order of the text
    assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    shown.keyboard.press("Enter")
    assert open_card(shown) == "c5"
    assert focused(shown) == "h5"  # a reader of screens hears the verdict
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "close"
    shown.keyboard.press("Escape")
    assert (open_card(shown), focused(shown)) == ("", "k5")


def test_a_link_from_outside_shows_its_card(opened: Opened, file: Path) -> None:
    shown = opened(file)
    shown.goto(f"{file.as_uri()}#c3")
    assert shown.locator("#c3").is_visible()
    shown.locator("#c3 .back a").click()
    assert not shown.locator("#c3").is_visible()


@pytest.mark.parametrize("size", [PHONE, TABLET, DESK], ids=["390", "800", "1280"])
def test_nothing_sticks_out(opened: Opened, file: Path, size: tuple[int, int]) -> None:
    shown = opened(file, size)
    assert shown.evaluate("document.documentElement.scrollWidth") == size[0]
    shown.locator("#k1").click()
    box = shown.locator("#c1").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    if size == DESK:  # the card stands beside the text and not on it
        assert box["x"] >= max(b["x"] + b["width"] for b in
                               (p.bounding_box() for p in shown.locator(".text").all()))  # fmt: skip


def test_paper_has_every_reason(
    opened: Opened, file: Path, sample_brief: result.Brief
) -> None:  # fmt: skip
    shown = opened(file)
    assert not shown.locator("#c1").is_visible()
    shown.emulate_media(media="print")
    told = set()
    for number, item in enumerate(sample_brief.findings, 1):
        card = shown.locator(f"#c{number}")
        assert card.is_visible()
        again = item.claim is not None and (item.claim.claim_id, item.reason) in told
        if item.claim is not None:
            told.add((item.claim.claim_id, item.reason))
        if not again:
            reason = page.wording.told(item.reason)
            assert " ".join(reason.split()) in " ".join(card.inner_text().split())
            for record in card.locator(".evidence li").all():  # those behind "8 more" too
                assert record.is_visible()
    assert not shown.locator("nav").is_visible()
    assert not shown.locator(".chips").first.is_visible()


def test_a_hostile_article_is_shown_and_not_run(opened: Opened, tmp_path: Path) -> None:
    article = tmp_path / "hostile.txt"
    article.write_text(HOSTILE, encoding="utf-8")
    made = result.make(article)
    path = tmp_path / "brief.html"
    path.write_text(page.render(made, "detente brief hostile.txt", "0"), "utf-8")
    shown = opened(path)
    for button in shown.locator(".chip[id]").all():
        button.click()
        shown.keyboard.press("Escape")
    shown.wait_for_timeout(200)
    assert shown.ran == []
    assert shown.said == []
    assert shown.asked == [path.as_uri()]
    words = shown.locator("#article").inner_text()
    for text in ("<img src=x onerror=alert(2)>", "<svg onload=alert(3)>", "{{ 7*7 }}"):
        assert text in words
    assert shown.locator("script, iframe, link, img").count() == 0
