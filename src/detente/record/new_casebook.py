"""Start a casebook from the empty tables in ``template/``."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

from detente.errors import CasebookError
from detente.ontology import table


def create(folder: Path, dyad: str, title: str = "") -> list[Path]:
    """Write an empty casebook of a dyad.

    Parameters
    ----------
    folder
        Made; must not exist, or be empty. Its name becomes the casebook's.
    dyad
        Two ISO 3166 alpha-3 codes joined by a hyphen, as ``IND-PAK``.
    title
        ``India and Pakistan`` by default: the names of the two.

    Returns
    -------
    list
        The files written.

    Raises
    ------
    CasebookError
        Something is in the folder, it cannot be written, or the dyad is not two states.
    """
    names = {row["iso3"]: row["name"] for row in table("states.csv", "detente.read.gazetteer")}
    codes = [code.strip().upper() for code in dyad.split("-")]
    if len(codes) != 2 or codes[0] == codes[1] or not set(codes) <= set(names):
        raise CasebookError(
            f"--dyad {dyad}", repr(dyad), "two states' ISO 3166 alpha-3 codes, as IND-PAK"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CasebookError(folder, "something is there already", "a folder that is new or empty")
    package = json.loads(_template("datapackage.json"))
    package["name"] = re.sub(r"[^a-z0-9._-]+", "-", folder.resolve().name.lower())
    package["title"] = title or f"{names[codes[0]]} and {names[codes[1]]}"
    package["detente"]["dyad"] = codes
    contents = {"datapackage.json": json.dumps(package, indent=1, ensure_ascii=False) + "\n"}
    for name in ["claims.yaml", *(resource["path"] for resource in package["resources"])]:
        contents[name] = _template(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CasebookError(
            folder, f"cannot be written ({error.strerror})", "a folder you may write to"
        ) from error
    return [folder / name for name in contents]


def _template(name: str) -> str:
    return resources.files("detente.record").joinpath("template", name).read_text(encoding="utf-8")
