"""The cases that come with Detente, a folder each; nothing else in the code knows their names."""

#: Where a command has no text from which to choose.
DEFAULT = "china-north-korea"
#: Asks for the case that fits the text.
AUTO = "auto"
