"""Who has a file, and letters that were kept: an auditor finds what no command decides."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from ledger.audit.lawful import judge_stream
from ledger.audit.rows import RawRow
from ledger.certificates import request_processing as processing
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_custody import (
    Reason,
    RequestAssigned,
    RequestHandedBack,
    RequestTaken,
)
from ledger.certificates.request_facts import TOPICS, RequestForwarded
from ledger.facts import Act, RecordedFact
from ledger.records import letter
from ledger.records.letter import LetterKept, letter_stream
from tests_support.many_facts import stored
from tests_support.request_desk import (
    CALENDAR,
    MONDAY,
    SUBJECT,
    after,
    by,
    history_to,
    request_in,
)

STREAM = UUID(int=7)
CASE = Role.CASE_OFFICER
NAMES = {fact: topic for topic, fact in {**TOPICS, **letter.TOPICS}.items()}
Said = tuple[str, str, object]


def found(said: Sequence[Said], stream: UUID = STREAM) -> list[tuple[str, object]]:
    """Return what an auditor finds of facts, each by an actor in a role."""
    recorded = [
        RecordedFact(
            number, UUID(int=number), stream, number, NAMES[type(fact)], fact,
            Act(MONDAY, actor, role, "CA01"), SUBJECT, b"",
        )
        for number, (actor, role, fact) in enumerate(said, 1)
    ]  # fmt: skip
    rows = [
        RawRow(row.position, row.event_id.bytes, row.stream_id.bytes, row.version, row.topic,
               row.state, row.entry)
        for row in stored(recorded)
    ]  # fmt: skip
    return [(one.code, one.place["version"]) for one in judge_stream(rows).findings]


def way(stage: Stage) -> list[Said]:
    """Return the straight way to a stage: the applicant's three facts, then the counter's."""
    roles = [*[Role.CITIZEN] * 3, *[Role.INTAKE_OFFICER] * 2]
    return [("somebody", role, fact) for role, fact in zip(roles, history_to(stage), strict=True)]


BEFORE = way(Stage.ACCEPTED)
LAST = len(BEFORE)


def taken(officer: str, former: str | None = None, reason: Reason | None = None) -> RequestTaken:
    return RequestTaken(CASE, officer, former, reason)


def test_files_that_go_from_hand_to_hand_are_lawful() -> None:
    assert found([
        *BEFORE,
        ("an", CASE, taken("an")),
        ("an", CASE, RequestAssigned(CASE, "binh", "an", None)),
        ("boss", "operator", RequestAssigned(CASE, "chi", "binh", Reason.ACCOUNT_DISABLED)),
        ("an", CASE, taken("an", "chi", Reason.ABSENT)),
        ("an", CASE, RequestForwarded("QG-1")),
        ("an", CASE, RequestHandedBack(CASE)),
    ]) == []  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("an", CASE, taken("an", "binh", Reason.ABSENT)), "C10.custody"),
        (("an", CASE, taken("binh")), "C10.actor"),
        (("an", "signer", taken("an")), "C10.role"),
        (("an", CASE, taken("an", None, Reason.ABSENT)), "C10.custody"),
        (("an", CASE, RequestHandedBack(CASE)), "C10.custody"),
        (("an", "police_checker", RequestHandedBack(CASE)), "C10.role"),
        (("an", CASE, RequestAssigned(CASE, "binh", None, None)), "C10.custody"),
        (("boss", "operator", RequestAssigned(CASE, "an", None, None)), "C10.custody"),
    ],
)
def test_a_forged_move_is_named(said: Said, code: str) -> None:
    assert found([*BEFORE, said]) == [(code, LAST + 1)]


def test_a_silent_take_over_is_named() -> None:
    silent = ("an", CASE, taken("an", "binh", None))
    assert found([*BEFORE, ("binh", CASE, taken("binh")), silent]) == [("C10.custody", LAST + 2)]


def test_a_step_on_what_somebody_else_has_is_named_and_the_rest_is_judged_on() -> None:
    (moved,) = processing.extend_deadline(
        request_in(Stage.ACCEPTED), act=by(CASE), days=2, calendar=CALENDAR
    )
    assert found([
        *BEFORE,
        ("binh", CASE, taken("binh")),
        ("an", CASE, RequestForwarded("QG-1")),
        ("an", CASE, moved),
    ]) == [("C10.custody", LAST + 2), ("C10.custody", LAST + 3)]  # fmt: skip


def test_a_move_after_the_end_is_named() -> None:
    state = request_in(Stage.ACCEPTED)
    stopped = processing.stop(state, act=by(CASE), ground="other", explanation="lý do")
    assert after(state, stopped).stage is Stage.STOPPED
    said = [*BEFORE, *(("an", CASE, fact) for fact in stopped), ("an", CASE, taken("an"))]
    assert found(said) == [("C10.custody", len(said))]


# Letters

NUMBER = 5
KEPT = LetterKept(STREAM, NUMBER, bytes(32), b"%PDF")
OWN = letter_stream(STREAM, NUMBER)


def test_one_letter_in_its_own_stream_is_lawful() -> None:
    assert found([("paper-desk", "system", letter.keep(STREAM, NUMBER, b"%PDF"))], OWN) == []


def test_a_second_letter_of_the_same_fact_is_named() -> None:
    said = ("paper-desk", "system", KEPT)
    assert found([said, said], OWN) == [("C10.order", 2)]


def test_a_letter_by_an_officer_or_in_a_strange_stream_is_named() -> None:
    assert found([("an", CASE, KEPT)], OWN) == [("C10.role", 1)]
    assert found([("paper-desk", "system", KEPT)], UUID(int=9)) == [("C10.letter", 1)]
    short = LetterKept(STREAM, NUMBER, b"short", b"%PDF")
    assert found([("paper-desk", "system", short)], OWN) == [("C10.letter", 1)]
