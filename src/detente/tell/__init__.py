"""The result told: a page that can be checked line by line, and the same as JSON."""
