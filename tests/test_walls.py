"""Data flows one way: a stage imports the vocabulary and earlier stages, never later ones."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "detente"
VOCABULARY = ("errors", "schema", "ontology")
STAGES = ("engine", "read", "record", "measure", "claims", "forecast", "tell", "serve", "cli")


def imports_of(file: Path) -> set[str]:
    """Second part of every ``detente.X`` a file imports, at any depth of the code."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            if parts[0] == "detente" and len(parts) > 1:
                found.add(parts[1])
    return found & {*VOCABULARY, *STAGES}


def broken_walls(stage: str, imported: set[str]) -> set[str]:
    """What a file of a stage imports though it comes later."""
    order = {name: number for number, name in enumerate((*VOCABULARY, *STAGES))}
    if stage in VOCABULARY:
        return {name for name in imported if name in STAGES}
    return {name for name in imported if name in STAGES and order[name] > order[stage]}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


@pytest.mark.parametrize("file", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_stage_imports_a_later_one(file: Path) -> None:
    stage = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if stage in {"casebooks"}:
        return
    assert stage in {*VOCABULARY, *STAGES}, f"{stage} has no place in the order of stages"
    assert not broken_walls(stage, imports_of(file))


def test_the_wall_test_can_fail(tmp_path: Path) -> None:
    file = tmp_path / "reader.py"
    file.write_text("def f():\n    from detente.tell import page\n")
    assert broken_walls("read", imports_of(file)) == {"tell"}


def imported_modules(file: Path) -> set[Path]:
    """Files of the package that a file imports, at any depth of the code, types included."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            parts = name.split(".")
            path = PACKAGE.joinpath(*parts[1:]).with_suffix(".py")
            if parts[0] == "detente" and len(parts) > 1 and path.is_file():
                found.add(path)
    return found


def circle(arrows: dict[Path, set[Path]]) -> set[Path]:
    """Files that are left when those which import only files taken away are taken away."""
    left = dict(arrows)
    while free := [file for file, to in left.items() if not to & left.keys()]:
        for file in free:
            del left[file]
    return set(left)


def test_no_files_import_each_other_in_a_circle() -> None:
    assert not circle({file: imported_modules(file) for file in modules()})
    one, two = Path("one"), Path("two")
    assert circle({one: {two}, two: {one}, Path("three"): {one}}) >= {one, two}


def test_nothing_in_the_code_knows_the_first_case() -> None:
    """The case lives in data: no state or person of it is named in the code."""
    for file in modules():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        docs = {id(d) for node in ast.walk(tree) for d in _docstrings(node)}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docs
            ):
                for name in ("Kim Jong", "Xi Jinping", "Pyongyang", "Beijing", "comrades"):
                    assert name not in node.value, f"{file}:{node.lineno} names {name}"


def _docstrings(node: ast.AST) -> list[ast.Constant]:
    body = getattr(node, "body", [])
    if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
        value = body[0].value
        return [value] if isinstance(value, ast.Constant) else []
    return []
