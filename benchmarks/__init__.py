"""How fast the story map is, beside its peers, on one story in one browser: ``python -m benchmarks``."""
