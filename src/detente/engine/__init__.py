"""Named SQL steps, written once, and the thin objects that run them."""
