"""Coverage of a test run: where it is not counted, because counting costs more than it tells."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

PASSED_ON: Final = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
"""How coverage tells a new process to count as well."""


@contextmanager
def untraced() -> Iterator[None]:
    """Count no line of this thread, nor of threads and processes begun inside of the block.

    Every line costs three to five times as much while a tracer looks on.
    """
    tracer, of_threads = sys.gettrace(), threading.gettrace()
    told = {name: os.environ.pop(name) for name in PASSED_ON if name in os.environ}
    sys.settrace(None)
    threading.settrace(cast(Any, None))  # what the standard library itself takes for no tracer
    try:
        yield
    finally:
        os.environ.update(told)
        threading.settrace(cast(Any, of_threads))
        sys.settrace(tracer)
