"""``python -m detente.cli`` is the program ``detente``."""

from detente.cli import main

main()
