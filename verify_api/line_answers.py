"""Many codes at once: each line is answered by itself, and a bad one is an answer on its line.

The batch of programs and the page for people both ask here, so that one way of checking many is
throttled, counted and kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import InvalidInputError, StoreUnavailableError
from verify_api.access_rules import the_caller
from verify_api.bodies import BatchLine
from verify_api.callers import Caller
from verify_api.check_notes import Answered, note_checks
from verify_api.checking import checker_of
from verify_api.errors import MalformedRequestError
from verify_api.running import Running, the_running
from verify_api.throttle import throttle
from verify_api.verdict import Verdict

LineError = MalformedRequestError | InvalidInputError | StoreUnavailableError


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What one line was answered: a verdict, or why there is none."""

    line: BatchLine
    verdict: Verdict | None = None
    error: LineError | None = None


def answer_lines(lines: Sequence[BatchLine]) -> list[LineAnswer]:
    """Return an answer for each of ``lines``, in their order, once they are in the history.

    Raises:
        TooManyRequestsError: The caller asks too often.
        AccessNotRecordedError: The history could not be written: nothing may be answered.
    """
    running, caller = the_running(), the_caller()
    throttle("batch", running.ports.settings.rates.batch, cost=len(lines))
    answers = [_answer(line, running, caller) for line in lines]
    note_checks([Answered(one.verdict, one.line.text) for one in answers if one.verdict])
    return answers


def _answer(line: BatchLine, running: Running, caller: Caller) -> LineAnswer:
    if line.error is not None:
        return LineAnswer(line, error=line.error)
    try:
        verdict = running.ports.verify(
            line.text,
            at=running.ports.clock(),
            asked=line.asked,
            checker=checker_of(caller, line.facility),
        )
    except StoreUnavailableError as unavailable:
        return LineAnswer(line, error=unavailable)
    running.metrics.judged(verdict.state.value)
    return LineAnswer(line, verdict)
