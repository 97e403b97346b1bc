"""The index of words: the same events as reading every sentence, made once, never in the way."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from detente.serve import asked, queries, run, sidecar, words
from detente.serve.table import EventTable, open_table

SEARCHES = [
    "talks", "TALKS trade", "report 1", '"talks on trade"', '"on trade"', '"alks on tr"', "100%",
    '"a 100% rise"', "minister 3", '"Minister 3"', "e", "zzz", '"  "', "<script>", "{{1337*1337}}",
    "_", "minister border", '"at the border" 7', "\u202egnp", '"trade minister"', "rise 100% a",
]  # fmt: skip


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sidecar, "LEAST", 1)
    monkeypatch.setattr(sidecar, "PART", 100)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def own(store: Path, tmp_path: Path) -> Path:
    """A store of one's own in a folder of its own."""
    (tmp_path / "data").mkdir()
    return Path(shutil.copy2(store, tmp_path / "data" / "store.duckdb"))


def indexed(path: Path) -> EventTable:
    table, why = sidecar.attach(open_table(path))
    assert (table.indexed, why) == (True, "")
    return table


@pytest.mark.parametrize("few", [0, 5, 200_000])
def test_it_finds_what_reading_every_sentence_finds(
    own: Path, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_FEW", few)
    table = indexed(own)
    plain = dataclasses.replace(table, indexed=False, held={})
    counts = []
    for search in SEARCHES:
        for more in ([], [("source", "IND")], [("from", "2016-03"), ("sort", "intensity")]):
            found = asked.events([("q", search), *more])
            assert queries.count(table, found) == queries.count(plain, found), (search, more)
            assert queries.page(table, found) == queries.page(plain, found), (search, more)
            counts.append(queries.count(table, found))
    assert min(counts) == 0 < max(counts)
    found = asked.events([("q", "border"), ("type", "AID")])
    assert list(queries.download(table, found)) == list(queries.download(plain, found))
    assert queries.types(table, found) == queries.types(plain, found)
    table.close()


def test_the_index_is_what_answers(own: Path) -> None:
    table = indexed(own)
    condition, _ = words.where(table, asked.events([("q", "border")]))
    assert "ILIKE" not in condition
    one_letter, _ = words.where(table, asked.events([("q", "e")]))
    assert "ILIKE" in one_letter  # it stands in nearly every word
    table.close()


def test_a_parquet_file_has_one_too(own: Path) -> None:
    file = own.with_name("events.parquet")
    with duckdb.connect(str(own), read_only=True) as con:
        con.execute(f"COPY (SELECT * EXCLUDE (row_key, import_id) FROM events) TO '{file}'")
    table = indexed(file)
    plain = dataclasses.replace(table, indexed=False, held={})
    for search in SEARCHES:
        found = asked.events([("q", search)])
        assert queries.count(table, found) == queries.count(plain, found), search
        assert queries.page(table, found) == queries.page(plain, found), search
    assert file.with_name("events.parquet.words").is_file()
    table.close()


def test_the_first_page_counts_the_same(own: Path) -> None:
    table = indexed(own)
    plain = dataclasses.replace(table, indexed=False, held={})
    assert queries.dyads(table) == queries.dyads(plain)

    def by_name(rows: tuple[dict[str, object], ...]) -> list[dict[str, object]]:
        return sorted(rows, key=lambda row: str(row["dataset"]))

    assert by_name(queries.datasets(table)) == by_name(queries.datasets(plain))
    table.close()


def test_it_is_made_once_and_again_when_the_store_has_changed(own: Path) -> None:
    told: list[str] = []
    table, _ = sidecar.attach(open_table(own), say=told.append)
    table.close()
    assert told
    assert "401 events" in told[0]
    file = own.with_name("store.duckdb.words")
    first = file.stat().st_mtime_ns
    assert sorted(one.name for one in own.parent.iterdir()) == ["store.duckdb", file.name]

    told.clear()
    table, _ = sidecar.attach(open_table(own), say=told.append)
    table.close()
    assert (told, file.stat().st_mtime_ns) == ([], first)

    with duckdb.connect(str(own)) as con:
        con.execute("UPDATE events SET text = 'a whistling kettle' WHERE event_id = 'E7'")
    table, _ = sidecar.attach(open_table(own), make=False)
    assert not table.indexed  # out of date, and none may be made
    table.close()
    table = indexed(own)
    assert queries.count(table, asked.events([("q", "whistling")])) == 1
    table.close()


def test_a_broken_index_is_made_anew(own: Path) -> None:
    file = own.with_name("store.duckdb.words")
    file.write_bytes(b"not a database" * 1000)
    table = indexed(own)
    assert queries.count(table, asked.events([("q", "border")])) > 0
    table.close()


def test_a_folder_that_cannot_be_written_has_its_index_in_the_cache(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut_out(monkeypatch, own.parent)
    table = indexed(own)
    assert list(own.parent.iterdir()) == [own]
    assert [one.suffix for one in Path(os.environ["XDG_CACHE_HOME"], "detente").iterdir()] == [
        ".words"
    ]
    assert queries.count(table, asked.events([("q", "border")])) > 0
    table.close()


def test_with_nowhere_to_write_it_works_and_says_so(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut_out(monkeypatch, own.parent, Path(os.environ["XDG_CACHE_HOME"]))
    told: list[str] = []
    site = run.site(own, "india-pakistan", "0", warn=told.append)
    assert not site.table.indexed
    assert len(told) == 1
    assert "no index of words" in told[0]
    assert queries.count(site.table, asked.events([("q", "border")])) > 0
    site.close()


def shut_out(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Folders in which nothing can be made; a test may run as root, whom no mode stops."""
    made = sidecar._make

    def make(table: EventTable, place: Path, *rest: object) -> None:
        if any(place.is_relative_to(folder) for folder in folders):
            raise PermissionError(13, "Permission denied", str(place))
        made(table, place, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sidecar, "_make", make)
