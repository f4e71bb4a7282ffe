"""Coverage of a test run: where it is not counted, because counting costs more than it tells."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PASSED_ON: Final = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
"""How coverage tells a new process to count as well."""


@contextmanager
def untraced() -> Iterator[None]:
    """Count no line of this thread, nor of processes that it starts, for the length of the block.

    Every line costs three to five times as much while a tracer looks on.
    """
    tracer = sys.gettrace()
    told = {name: os.environ.pop(name) for name in PASSED_ON if name in os.environ}
    sys.settrace(None)
    try:
        yield
    finally:
        os.environ.update(told)
        sys.settrace(tracer)
