"""Results are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from detente.errors import DetenteError


def write_all(folder: Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write files into a folder, made if need be: first all of them aside, then in place.

    A name may have folders in it (``figures/index.svg``); text is written as UTF-8.

    Raises
    ------
    DetenteError
        The folder cannot be made or written; nothing is left behind under the final names.
    """
    aside: list[tuple[str, Path]] = []
    try:
        for name, content in contents.items():
            final = folder / name
            final.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=final.parent, prefix=f".{final.name}.")
            aside.append((temporary, final))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content if isinstance(content, bytes) else content.encode("utf-8"))
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
