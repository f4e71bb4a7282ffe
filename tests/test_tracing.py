import os
import subprocess
import sys
import threading
from threading import Thread
from types import FrameType

import pytest

from tests_support.tracing import PASSED_ON, untraced

ASK = [sys.executable, "-c", f"import os; print([os.getenv(name) for name in {PASSED_ON}])"]


def stepped() -> None:
    """Be seen by a tracer."""


def test_lines_are_not_counted_inside_and_are_counted_again_after() -> None:
    seen: list[str] = []

    def tracer(frame: FrameType, _event: str, _argument: object) -> None:
        if frame.f_code is stepped.__code__:
            seen.append("stepped")

    def run() -> None:
        sys.settrace(tracer)
        with untraced():
            stepped()
            seen.append("left")
        stepped()

    # The tracer of a thread is its own: that of this test run stays where it is.
    thread = Thread(target=run)
    thread.start()
    thread.join()
    assert seen == ["left", "stepped"]


def test_a_failure_inside_leaves_the_tracer_as_it_was() -> None:
    before = sys.gettrace()
    with pytest.raises(ZeroDivisionError), untraced():
        _ = 1 / 0
    assert sys.gettrace() is before


def test_a_thread_begun_inside_does_not_count_and_one_after_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def hook(frame: FrameType, _event: str, _argument: object) -> None:
        if frame.f_code is stepped.__code__:
            seen.append("stepped")

    monkeypatch.setattr(threading, "_trace_hook", hook)
    with untraced():
        (inside := Thread(target=stepped)).start()
        inside.join()
        assert threading.gettrace() is None
    assert seen == []
    assert threading.gettrace() is hook
    (after := Thread(target=stepped)).start()
    after.join()
    assert seen == ["stepped"]


def test_a_process_begun_inside_does_not_count_and_one_after_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in PASSED_ON:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COVERAGE_PROCESS_CONFIG", "told")
    with untraced():
        asked = subprocess.run(ASK, capture_output=True, text=True, check=True)
        assert asked.stdout == "[None, None]\n"
    assert os.environ["COVERAGE_PROCESS_CONFIG"] == "told"


@pytest.mark.many_cases
def test_a_test_of_many_cases_is_not_traced() -> None:
    assert sys.gettrace() is None
