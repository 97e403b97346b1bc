"""Text in: a file becomes a Document, a Document becomes events and statements."""
