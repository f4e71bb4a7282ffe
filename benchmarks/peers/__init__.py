"""Other verifiers beside ours, in one run, on the same claims.

Read in this order: `case`, what everybody is asked; `protocol`, how a peer answers; `programs` and
`node`, one peer a file; `process`, a peer as seen from outside; `comparison`, the rounds and the
rows. `install` makes the peers' own environment.

The Python peers run this package in an environment that has none of our libraries, so it imports
nothing but the standard library, and `rows` finds the comparison when it is asked for.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from benchmarks.table import Row


def rows() -> Iterator[Row]:
    """Measure, and yield one row for each peer and each raw signature check."""
    comparison: Any = import_module("benchmarks.peers.comparison")
    yield from comparison.rows()
