"""Results are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from detente.errors import DetenteError


def write_all(folder: Path, contents: dict[str, str]) -> list[Path]:
    """Write text files into a folder, made if need be: first all of them aside, then in place.

    Raises
    ------
    DetenteError
        The folder cannot be made or written; nothing is left behind under the final names.
    """
    aside: list[tuple[str, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
            aside.append((temporary, folder / name))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            os.chmod(temporary, 0o644)
        for temporary, final in aside:
            os.replace(temporary, final)
    except OSError as error:
        for temporary, _ in aside:
            Path(temporary).unlink(missing_ok=True)
        raise DetenteError(
            folder, f"cannot be written ({error.strerror})", "a folder you may write to",
            "choose another with -o",
        ) from error  # fmt: skip
    return [final for _, final in aside]
