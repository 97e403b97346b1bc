"""What is on record: casebooks, and the match of a text's events with their rows."""
