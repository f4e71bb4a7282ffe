"""Many codes at once: each line is answered by itself, and a bad one is an answer on its line.

The batch of programs and the page for people both ask here, so that one way of checking many is
throttled, counted and kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import InvalidInputError, StoreUnavailableError
from verify_api.access_rules import the_caller
from verify_api.bodies import BatchLine
from verify_api.check_notes import Answered, note_checks
from verify_api.checking import checker_of
from verify_api.errors import MalformedRequestError
from verify_api.running import Running, the_running
from verify_api.throttle import throttle
from verify_api.verdict import Verdict
from verify_api.verifiers import Asking

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
    asked = [line for line in lines if line.error is None]
    askings = [Asking(line.text, line.asked, checker_of(caller, line.facility)) for line in asked]
    found = iter(_verified(askings, running))
    answers = [
        _counted(line, next(found), running)
        if line.error is None
        else LineAnswer(line, error=line.error)
        for line in lines
    ]
    note_checks([Answered(one.verdict, one.line.text) for one in answers if one.verdict])
    return answers


def _verified(
    askings: Sequence[Asking], running: Running
) -> Sequence[Verdict | StoreUnavailableError]:
    """Return an answer for each; nothing of a batch fails because the ledger does not answer."""
    try:
        return running.ports.verify_many(askings, at=running.ports.clock())
    except StoreUnavailableError as error:
        return [error] * len(askings)


def _counted(
    line: BatchLine, found: Verdict | StoreUnavailableError, running: Running
) -> LineAnswer:
    if isinstance(found, StoreUnavailableError):
        return LineAnswer(line, error=found)
    running.metrics.judged(found.state.value)
    return LineAnswer(line, found)
