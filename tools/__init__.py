"""Scripts that made ``layers/`` from raw geometry, and that describe what is there.

Nothing of the engine imports this package. It runs when the geometry itself has
to be made again, or when a figure in ``docs/data.md`` may have changed.
"""
