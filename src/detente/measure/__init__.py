"""How a relationship moves: the panel, the index with its intervals, and its breaks."""
