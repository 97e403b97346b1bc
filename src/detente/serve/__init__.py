"""The local explorer: a dyad's index, events, sentences and claims in the browser, read only."""
