"""Questions about what comes next: a probability before the fact, scored after it."""
