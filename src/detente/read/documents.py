"""A file becomes a Document: title, date, paragraphs, notes and the places that cite them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

from detente.errors import InputError
from detente.read.dates import find_dates
from detente.schema import Document, Note, Span, bounds

_NOTE = re.compile(r"\[(\d{1,3})\]\s*[–—:.-]?\s*(\S.*)", re.DOTALL)
_CITATION = re.compile(r"\[(\d{1,3})\]")
#: "test-fired" is read as a noun and an adjective; "     fired" as the verb it is.
_TEST_PREFIX = re.compile(r"(?i)\b(?:test|flight)-(?=fir|launch)")
_BYLINE = re.compile(r"(?i)^(by|from|photo|image|source|published|updated|posted)\b|^©")
#: Bytes of the longest article: a book; more would need gigabytes of memory.
_LARGEST = 2_000_000
#: Letters of the longest paragraph that is parsed as one.
_LONGEST = 50_000
#: No word is so long: what is, is blanked for the parser, which is slow on it.
_NO_WORD = re.compile(r"\S{200,}")
#: Lines up to this many characters before the first real paragraph are title, byline, date.
_HEADER_LINE = 150
_TODO_TEXT = "give a plain text (UTF-8) or HTML file; convert other formats to text first"


def read_document(path: str | Path, date: str | None = None) -> Document:
    """Read a plain-text or HTML file.

    Line ends become ``\\n`` and a byte-order mark goes; else ``Document.text`` of a plain
    text is the file, so that positions can be looked up in it. Of HTML it is the main text.

    Raises
    ------
    InputError
        The file is missing, empty, a folder, binary, or not UTF-8.
    """
    file = Path(path)
    raw = _bytes(file)
    if len(raw) > _LARGEST:
        raise InputError(
            file, f"{len(raw) / 1e6:.0f} MB", f"one article, of at most {_LARGEST / 1e6:.0f} MB",
            "cut it into articles; detente code reads many (JSONL: id, text)",
        )  # fmt: skip
    text = _decode(file, raw).replace("\r\n", "\n").replace("\r", "\n")
    title, found_date = "", None
    if file.suffix.lower() in {".html", ".htm", ".xhtml"} or _looks_like_html(text):
        title, found_date, text = _from_html(file, text)
    if not text.strip():
        raise InputError(file, "the file has no text in it", todo=_TODO_TEXT)
    return document_from_text(
        text,
        doc_id=file.stem.encode("utf-8", "replace").decode(),
        title=title,
        date=date or found_date,
        date_basis="given" if date else "metadata" if found_date else "",
        file=file.name.encode("utf-8", "replace").decode(),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def document_from_text(
    text: str,
    doc_id: str = "text",
    title: str = "",
    date: str | None = None,
    date_basis: str = "",
    file: str = "",
    sha256: str = "",
) -> Document:
    """Split a text into header, paragraphs and notes; take title and date from the header."""
    blocks = _blocks(text)
    header, body = ([], blocks) if title else _split_header(text, blocks)
    notes = _notes(text, body)
    body = [span for span in body if not _NOTE.match(text[span.start : span.end])]
    if date is None:
        date = _header_date(text, header)
        date_basis = "text"
    if date is None:
        date = _latest_year(text, body)
        date_basis = "estimated" if date else "unknown"
    return Document(
        doc_id=doc_id,
        title=title or _title(text, header) or _first_words(text, body),
        date=date,
        date_basis=date_basis or "given",
        text=text,
        paragraphs=tuple(body),
        notes=notes,
        file=file,
        sha256=sha256 or hashlib.sha256(text.encode()).hexdigest(),
    )


#: "LIMA, Dec 3 (Reuters) - " before the first sentence: where it was written, and for whom.
_DATELINE = re.compile(
    r"(?m)^[ \t]*[A-Z][A-Z'’./-]+(?:[ ,]+[A-Z][A-Z'’./-]*)*(?:, [A-Z][a-z]+(?: [A-Z][a-z]+)?)?"
    r"(?:, ?[A-Z][a-z]+\.? \d{1,2}(?:, ?\d{4})?)?"
    r"(?: ?\([A-Z][\w./ ]{1,24}\))? ?(?:--|[-–—]) (?=[“\"‘']?(?:[A-Z][a-z]|A ))"
)


def clean_for_parsing(text: str) -> str:
    """The text with line breaks, note marks, datelines and control characters blanked, same length.

    Parsers stumble over ``Osnos[1],``; blanks in their place keep every position valid.
    """
    for blanked in (_CITATION, _TEST_PREFIX, _NO_WORD, _DATELINE):
        text = blanked.sub(lambda match: " " * len(match.group()), text)
    return text.translate(_BLANKED)


class _Blanked(dict[int, int]):
    """A blank for each control, format or space character, any other as it is."""

    def __missing__(self, code: int) -> int:
        self[code] = 32 if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zs", "Zl"} else code
        return self[code]


_BLANKED = _Blanked()


def _bytes(file: Path) -> bytes:
    if not file.exists():
        raise InputError(file, "there is no such file", todo="check the path")
    if file.is_dir():
        raise InputError(file, "this is a folder", "one text file", "name a file in it")
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise InputError(file, f"cannot be read ({error.strerror})") from error
    if not raw.strip():
        raise InputError(file, "the file is empty", "an article of at least one sentence")
    return raw


def _decode(file: Path, raw: bytes) -> str:
    if b"\0" in raw[:65_536]:
        raise InputError(file, "this is a binary file (it holds NUL bytes)", todo=_TODO_TEXT)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{file}:{line}",
            f"byte 0x{raw[error.start]:02x} at offset {error.start} is not UTF-8",
            "text in UTF-8",
            f"convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 '{file}' > fixed.txt",
        ) from error


def _looks_like_html(text: str) -> bool:
    return bool(re.match(r"\s*<(!doctype html|html)\b", text, re.IGNORECASE))


def _from_html(file: Path, page: str) -> tuple[str, str | None, str]:
    import trafilatura  # only an HTML page needs it

    found = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)
    if found is None or not found.text:
        raise InputError(
            file, "no article text was found in this HTML page", todo="save its text as .txt"
        )
    # Each extracted line is a paragraph; blank lines keep them apart.
    return found.title or "", found.date, "\n\n".join(found.text.split("\n"))


def _blocks(text: str) -> list[Span]:
    """Paragraphs: parts between blank lines, and single lines where lines are that long."""
    spans = []
    for match in re.finditer(r"\S(?:.*(?:\n(?!\s*\n).*)*)", text):
        lines = list(re.finditer(r"[^\n]*\S", match.group()))
        long_lines = any(len(line.group()) > 200 for line in lines)
        if long_lines and len(lines) > 1:
            spans += [Span(match.start() + m.start(), match.start() + m.end()) for m in lines]
        else:
            spans.append(Span(match.start(), match.start() + len(match.group().rstrip())))
    return [piece for span in spans for piece in _pieces(text, span)]


def _pieces(text: str, span: Span) -> list[Span]:
    """A paragraph, cut between words where it is longer than the parser should have at once."""
    out, start = [], span.start
    while span.end - start > _LONGEST:
        cut = max(
            text.rfind(". ", start, start + _LONGEST) + 1, text.rfind("\n", start, start + _LONGEST)
        )
        cut = cut if cut > start else text.rfind(" ", start, start + _LONGEST)
        cut = cut if cut > start else start + _LONGEST
        out.append(Span(start, cut))
        start = cut + (len(text[cut : cut + 50]) - len(text[cut : cut + 50].lstrip()))
    return [*out, Span(start, span.end)] if start < span.end else out


def _split_header(text: str, blocks: list[Span]) -> tuple[list[Span], list[Span]]:
    """Lines before the first real paragraph; nothing is header when there is no such."""
    for number, block in enumerate(blocks[:8]):
        part = text[block.start : block.end]
        if len(part) > _HEADER_LINE or len(re.findall(r"[.!?][\s\"”’]", part + " ")) > 1:
            return blocks[:number], blocks[number:]
    first = text[blocks[0].start : blocks[0].end] if blocks else ""
    if len(blocks) > 1 and not first.rstrip().endswith((".", "!", "?")):
        return blocks[:1], blocks[1:]
    return [], blocks


def _title(text: str, header: list[Span]) -> str:
    lines = [
        line.strip().lstrip("# ")
        for span in header
        for line in text[span.start : span.end].split("\n")
        if line.strip() and not _BYLINE.match(line.strip())
    ]
    lines = [line for line in lines if not _only_date(line)]
    return max(lines, key=lambda line: len(line.split()), default="")


def _only_date(line: str) -> bool:
    found = find_dates(line, None)
    return bool(found) and sum(d.end - d.start for d in found) > 0.6 * len(line)


def _header_date(text: str, header: list[Span]) -> str | None:
    for span in header:
        for mention in find_dates(text[span.start : span.end], None):
            if mention.basis == "absolute" and len(mention.edtf or "") == 10:
                return mention.edtf
    return None


def _latest_year(text: str, body: list[Span]) -> str | None:
    """The last year the text speaks of in the past tense: "last year" counts from there.

    Approximate (EDTF ``~``): the text may have been written later, not earlier.
    """
    years = []
    for span in body:
        part = text[span.start : span.end]
        for mention in find_dates(part, None):
            clause = re.split(r"[.!?;]", part[max(0, mention.start - 300) : mention.start])[-1]
            future = re.search(r"(?i)\b(will|shall|by|until|plans? to|expected)\b", clause)
            if mention.edtf and mention.basis == "absolute" and not future:
                years.append(bounds(mention.edtf)[1].year)
    return f"{max(years)}~" if years else None


def _first_words(text: str, body: list[Span]) -> str:
    if not body:
        return "Untitled"
    words = text[body[0].start : body[0].end].split()
    return " ".join(words[:12]) + (" …" if len(words) > 12 else "")


def _notes(text: str, blocks: list[Span]) -> tuple[Note, ...]:
    found = []
    for span in blocks:
        match = _NOTE.match(text[span.start : span.end])
        if match:
            cited = tuple(
                m.start()
                for m in _CITATION.finditer(text)
                if m.group(1) == match.group(1) and m.start() != span.start
            )
            found.append(Note(match.group(1), " ".join(match.group(2).split()), cited))
    return tuple(found)
