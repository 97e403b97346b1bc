"""A claim is written down before looking, tested, and given a verdict in words."""
