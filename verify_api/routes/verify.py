"""``POST /v1/verify`` and ``POST /v1/verify/batch``: codes, pictures, PDFs; one or thousands.

A verdict is status 200 whatever it says. Codes come in bodies only: an address is written down on
its way, a body is not.
"""

from collections.abc import Iterator
from itertools import islice

import orjson
from flask import Blueprint, request

from verify_api.access_rules import Disclosed, DisclosedStream, access, the_caller
from verify_api.answers import json_answer, language, page, wants_page
from verify_api.bodies import BatchLine, batch_lines, refuse_query, submitted
from verify_api.callers import Action, Reach, who_may
from verify_api.check_notes import Answered, note_checks
from verify_api.check_receipt import was_read
from verify_api.checking import check, seen_by
from verify_api.line_answers import LineAnswer, answer_lines
from verify_api.ports import Seen
from verify_api.problems import document, problem_of
from verify_api.receipt_words import LOOKED
from verify_api.running import the_running
from verify_api.throttle import throttle
from verify_api.verdict_json import verdict_json

blueprint = Blueprint("verify", __name__)

LINES_A_FLUSH = 100
"""About a tenth of a second of work; then the answers so far are sent."""

NDJSON = "application/x-ndjson"
PURPOSE = "verify_certificate"
LEGAL_BASIS = "presented_by_holder"


@blueprint.post("/v1/verify")
@access(
    who_may(Action.VERIFY),
    scope=Reach.PUBLIC,
    purpose=PURPOSE,
    reads_personal=True,
    legal_basis=LEGAL_BASIS,
)
def verify() -> Disclosed:
    """Answer about one text, or about every code in a picture or PDF."""
    refuse_query(request)
    running = the_running()
    throttle("verify", running.ports.settings.rates.verify)
    what = submitted(request)
    if what.upload is not None:
        throttle("picture", running.ports.settings.rates.picture)
    checked = check(what, running, running.ports.clock(), the_caller())
    note_checks([Answered(one.verdict, one.text) for one in checked])
    tongue = language()
    answers = [one.as_json(tongue) for one in checked]
    if wants_page():
        answer = page(
            "verify.html", answers=answers, scans=True, compared=LOOKED,
            codes=[one.text if was_read(one.verdict) else None for one in checked],
        )  # fmt: skip
    else:
        answer = json_answer({"answers": answers} if what.text is None else answers[0])
    return Disclosed(answer, seen_by(the_caller(), [one.verdict for one in checked]))


@blueprint.post("/v1/verify/batch")
@access(
    who_may(Action.VERIFY),
    scope=Reach.PUBLIC,
    purpose=PURPOSE,
    reads_personal=True,
    legal_basis=LEGAL_BASIS,
)
def verify_batch() -> DisclosedStream:
    """Answer line by line, in the order of the lines; a bad line is an answer on its line."""
    refuse_query(request)
    tongue = language()

    def broken(error: Exception) -> bytes:
        return orjson.dumps({"problem": document(problem_of(error), tongue)}) + b"\n"

    return DisclosedStream(_parts(batch_lines(request), tongue), NDJSON, broken)


def _parts(lines: Iterator[BatchLine], tongue: str) -> Iterator[tuple[bytes, tuple[Seen, ...]]]:
    while some := list(islice(lines, LINES_A_FLUSH)):
        answers = answer_lines(some)
        verdicts = [one.verdict for one in answers if one.verdict is not None]
        part = b"".join(_written(one, tongue) for one in answers)
        yield part, seen_by(the_caller(), verdicts)


def _written(one: LineAnswer, tongue: str) -> bytes:
    given = {"line": one.line.number, "id": one.line.name}
    if one.verdict is not None:
        return orjson.dumps({**given, **verdict_json(one.verdict, tongue)}) + b"\n"
    assert one.error is not None, "a line has a verdict, or why there is none"
    return orjson.dumps({**given, "problem": document(problem_of(one.error), tongue)}) + b"\n"
