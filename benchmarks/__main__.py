"""Run every benchmark, or those named on the command line, and print one table.

Exit code 1 if a bar is not met, so that a shortfall is never overlooked.
"""

import importlib
import sys

from benchmarks.table import HEAD

MODULES = (
    "verify",
    "online",
    "paper",
    "append",
    "store_growth",
    "log",
    "landmarks",
    "sealing",
    "projections",
    "service",
    "load",
    "first_page",
    "cleaning",
    "book",
    "validation",
    "insurance",
    "intake",
    "audit",
    "columns",
    "peers",
)


def main(names: list[str]) -> int:
    """Print the rows of the benchmarks ``names``, all if none is given."""
    print(HEAD)
    short = 0
    for name in names or MODULES:
        for row in importlib.import_module(f"benchmarks.{name}").rows():
            print(row.line(), flush=True)
            short += not row.holds
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
