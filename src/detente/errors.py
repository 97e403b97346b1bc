"""Every error a user can meet: where, what was found, what was expected, what to do.

The command line turns a :class:`DetenteError` into a message and exit status 2. Library
code raises it and never exits the process.
"""

from __future__ import annotations

from pathlib import Path


class DetenteError(Exception):
    """A mistake in the input that a person can mend.

    Parameters
    ----------
    where
        The file (with line, row or key where known) or the argument that is wrong.
    found
        What stands there.
    expected
        What should stand there.
    todo
        What to do next, as an instruction.
    """

    def __init__(self, where: str | Path, found: str, expected: str = "", todo: str = "") -> None:
        self.where, self.found = str(where), found
        self.expected, self.todo = expected, todo
        super().__init__(self.__str__())

    def __str__(self) -> str:
        """One line per part, in the order in which a person needs them."""
        lines = [f"{self.where}: {self.found}"]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.todo:
            lines.append(f"  what to do: {self.todo}")
        return "\n".join(lines)


class InputError(DetenteError):
    """A text or data file that cannot be read."""


class CasebookError(DetenteError):
    """A casebook with a missing file or a broken row."""


class ClaimError(DetenteError):
    """A claim that is not written in the claim language."""
