from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import InputError
from detente.read.documents import clean_for_parsing, document_from_text, read_document

ARTICLE = """A title without a stop

By A. Writer

3 May 2013

The first paragraph[1] is long enough to be one, since it has two sentences. Here is the second.

The second paragraph cites a note.[2] It ends here.

[1] – The first note
[2] "The second note" – Some Paper
"""


def test_title_date_paragraphs_and_notes() -> None:
    document = document_from_text(ARTICLE)
    assert document.title == "A title without a stop"
    assert (document.date, document.date_basis) == ("2013-05-03", "text")
    assert len(document.paragraphs) == 2
    first = document.paragraphs[0]
    assert document.text[first.start : first.end].startswith("The first paragraph")


def test_notes_know_where_they_are_cited() -> None:
    document = document_from_text(ARTICLE.replace("note\n[2]", "note\n\n[2]"))
    assert [note.label for note in document.notes] == ["1", "2"]
    for note in document.notes:
        assert [document.text[at : at + 3] for at in note.cited_at] == [f"[{note.label}]"]


def test_an_undated_text_is_dated_by_the_last_year_it_speaks_of() -> None:
    document = document_from_text(
        "China signed it in 1961. It broke it in 2016. By 2030 all is well."
    )
    assert (document.date, document.date_basis) == ("2016~", "estimated")


def test_html_gives_the_article_and_its_date(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    body = "".join(
        f"<p>China visited North Korea for the {n}th time, and it was long ago.</p>"
        for n in range(9)
    )
    page.write_text(
        "<!doctype html><html><head><title>A visit</title>"
        '<meta property="article:published_time" content="2015-10-12"></head>'
        f"<body><nav>Home | About</nav><article><h1>A visit</h1>{body}</article>"
        "<script>alert(1)</script></body></html>"
    )
    document = read_document(page)
    assert document.title == "A visit"
    assert (document.date, document.date_basis) == ("2015-10-12", "metadata")
    assert "alert" not in document.text
    assert len(document.paragraphs) >= 9


def test_parsing_text_keeps_every_position() -> None:
    text = "Osnos[1], a\u202ereporter\nof note"
    assert len(clean_for_parsing(text)) == len(text)
    assert "[1]" not in clean_for_parsing(text)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n \n", "empty"),
        ("binary.txt", b"abc\0def", "binary"),
        ("latin.txt", "first\nsecond caf\u00e9".encode("latin-1"), "not UTF-8"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_document(file)
    assert words in str(caught.value)
    assert name in str(caught.value)


def test_a_byte_that_is_not_utf8_is_placed(tmp_path: Path) -> None:
    file = tmp_path / "latin.txt"
    file.write_bytes(b"first\nsecond\nthird caf\xe9")
    with pytest.raises(InputError, match=r"latin\.txt:3"):
        read_document(file)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_document(tmp_path / "nothing.txt")
    with pytest.raises(InputError, match="folder"):
        read_document(tmp_path)
