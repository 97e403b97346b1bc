"""Where SQL dialects differ from DuckDB's, and how each difference is taken away.

sqlglot translates the grammar. What it leaves is meaning: the same words that give another
number elsewhere. All of that is here, and ``tests/engine/test_differences.py`` runs every
case on both engines.
"""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Iterator
from typing import Any

from detente.errors import DetenteError

#: Blanks that DuckDB's ``trim`` takes away (Unicode's Zs); Spark's takes U+0020 alone.
BLANKS = " \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
#: Text that DuckDB casts to a number; Spark casts ``1d`` and ``2F`` as well.
_NUMBER = r"^ *[+-]?(inf(inity)?|nan|([0-9][0-9_]*[.]?[0-9_]*|[.][0-9][0-9_]*)(e[+-]?[0-9]+)?) *$"
#: Functions whose value is an engine's own secret: no step may use them.
_SECRET = {"hash", "random", "uuid", "gen_random_uuid", "now", "current_date", "today"}


@functools.lru_cache(maxsize=512)
def translate(text: str, dialect: str) -> str:
    """A statement in DuckDB's SQL in another dialect, of the same meaning.

    Parameters
    ----------
    text
        One statement; ``$name`` parameters become the dialect's own.
    dialect
        ``spark``, ``bigquery`` or any other of sqlglot's. Beyond the grammar, differences
        of meaning are taken away for these two only.

    Raises
    ------
    DetenteError
        sqlglot has no such dialect, or the statement uses what has no equal elsewhere.
    """
    if dialect == "duckdb":
        return text
    import sqlglot

    if dialect not in sqlglot.Dialect.classes:
        raise DetenteError(
            f"--emit-sql {dialect}", "no SQL dialect of that name",
            ", ".join(sorted(name for name in sqlglot.Dialect.classes if name)),
        )  # fmt: skip
    tree = sqlglot.parse_one(text, read="duckdb")
    _check(tree)
    change = {"spark": _spark, "bigquery": _bigquery}.get(dialect, _key)
    for node in reversed(list(tree.walk())):  # inner ones first
        made = change(node)
        if made is not node and node.parent is not None:
            node.replace(made)
    with _muted():
        return str(tree.sql(dialect=dialect, pretty=True))


@contextlib.contextmanager
def _muted() -> Iterator[None]:
    """Keep sqlglot from logging that an aggregate's NULLS LAST goes without saying."""
    logger = logging.getLogger("sqlglot")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _check(tree: Any) -> None:
    from sqlglot import exp

    for call in tree.find_all(exp.Func):
        name = (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).lower()
        if name in _SECRET or isinstance(call, exp.Rand | exp.Uuid | exp.CurrentDate):
            raise DetenteError(
                f"{name}() in a step", "a value that differs between engines or runs",
                "a query that gives the same rows everywhere", "use md5 for a key",
            )  # fmt: skip


def _spark(node: Any) -> Any:
    from sqlglot import exp

    if isinstance(node, exp.Trim | exp.Upper | exp.Lower):
        return _lettered(node)
    if isinstance(node, exp.TryCast):
        return _number(node)
    if isinstance(node, exp.Div):
        return _divided(node)
    return _key(node)


def _lettered(node: Any) -> Any:
    """``trim``, ``upper``, ``lower``: Spark's own of ASCII text, where it is the same and fast.

    Of calls within calls the text is looked at once: a call keeps as its ``ways`` the text, and
    what is made of it where it is ASCII and where it is not.
    """
    from sqlglot import exp

    text, plain, full = node.this.meta.get("ways") or (node.this,) * 3
    plain, full = (_applied(node, to) for to in (plain, full))
    full = _trimmed(full, "BOTH") if isinstance(node, exp.Trim) else _cased(full)
    octets, letters = (exp.func(name, text.copy()) for name in ("octet_length", "char_length"))
    ascii_only = exp.EQ(this=octets, expression=letters)
    made = exp.Case(ifs=[exp.If(this=ascii_only, true=plain)], default=full)
    made.meta["ways"] = (text, plain, full)
    return made


def _applied(call: Any, to: Any) -> Any:
    made = call.copy()
    made.set("this", to.copy())
    return made


def _trimmed(node: Any, position: str | None = None) -> Any:
    """``trim`` of the blanks that DuckDB's takes away."""
    from sqlglot import exp

    if node.args.get("expression") is not None:
        return node
    blanks = exp.Literal.string(BLANKS)
    return exp.Trim(this=node.this.copy(), expression=blanks, position=position)


def _key(node: Any) -> Any:
    """``md5_number`` as ``md5``: a key need only tell rows apart, and 128 bits are rare."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous) and node.name.lower() == "md5_number":
        return exp.MD5(this=node.expressions[0].copy())
    return node


def _divided(node: Any) -> Any:
    """``a / b`` of floats: infinite or NaN at zero in DuckDB, an error in Spark's ANSI mode."""
    from sqlglot import exp

    top, low = (f"CAST({side.sql('spark')} AS DOUBLE)" for side in (node.this, node.expression))
    return exp.maybe_parse(
        f"(CASE WHEN {low} = 0 THEN CASE WHEN {top} > 0 AND NOT isnan({top}) THEN double('Infinity') "
        f"WHEN {top} < 0 THEN double('-Infinity') WHEN {top} IS NOT NULL THEN double('NaN') END "
        f"ELSE {top} / {low} END)", dialect="spark",
    )  # fmt: skip


def _number(node: Any) -> Any:
    """Text to a number as DuckDB does it: no ``1d``; whole numbers are rounded, not refused.

    Hexadecimal text, which DuckDB takes, is none on Spark.
    """
    from sqlglot import exp

    kind, text = node.to.this, f"CAST({node.this.sql('spark')} AS STRING)"
    plain = f"replace({text}, '_', '')"
    if kind in {exp.DataType.Type.BIGINT, exp.DataType.Type.INT}:
        whole = node.to.sql("spark")
        value = f"TRY_CAST(round(TRY_CAST({plain} AS DECIMAL(38, 9))) AS {whole})"
    elif kind == exp.DataType.Type.DOUBLE:
        value = f"TRY_CAST({plain} AS DOUBLE)"
    else:
        return node
    return exp.maybe_parse(
        f"(CASE WHEN lower({text}) RLIKE '{_NUMBER}' THEN {value} END)", dialect="spark"
    )


@functools.cache
def _casing(upper: bool) -> tuple[str, str]:
    """Letters whose case DuckDB changes one by one and Spark otherwise, and DuckDB's answer.

    Spark (and Python) write ``ß`` as ``SS`` and end a word with ``ς``.
    """
    import duckdb

    full = str.upper if upper else str.lower
    odd = [c for c in map(chr, range(0x80, 0xFFFF)) if len(full(c)) > 1]
    if not upper:
        odd.append("\u03a3")
    verb = "upper" if upper else "lower"
    rows = duckdb.connect().execute(
        f"SELECT {verb}(c) FROM (SELECT unnest($odd) AS c)", {"odd": odd}
    )
    return "".join(odd), "".join(row[0] for row in rows.fetchall())


def _cased(node: Any) -> Any:
    """Change case letter by letter: the odd letters wait in the private-use area meanwhile."""
    from sqlglot import exp

    odd, answer = _casing(isinstance(node, exp.Upper))
    private = exp.Literal.string("".join(map(chr, range(0xE000, 0xE000 + len(odd)))))
    inner = exp.func("translate", node.this.copy(), exp.Literal.string(odd), private)
    cased = type(node)(this=inner)
    return exp.func("translate", cased, private.copy(), exp.Literal.string(answer))


def _bigquery(node: Any) -> Any:
    from sqlglot import exp

    if isinstance(node, exp.DateTrunc | exp.TimestampTrunc):
        unit = node.args.get("unit")
        if unit is not None and unit.name.upper() == "WEEK":
            node.set("unit", exp.var("ISOWEEK"))  # weeks begin on Monday in DuckDB
    if isinstance(node, exp.Trim):
        return _trimmed(node)
    if isinstance(node, exp.Div):
        return exp.func("IEEE_DIVIDE", node.this.copy(), node.expression.copy())
    return _key(node)
