from typing import Any

from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request import Request, evolve, portal_code
from ledger.certificates.request_facts import CertificateReady, Fact
from projections.portal_notices import NOTICES, PENDING, NoticeRow
from projections.work_queue import FILES, NO_DAY, FileRow, waits_for
from tests_support.walked_town import Town


def test_every_file_stands_where_its_facts_have_brought_it(walked: Town) -> None:
    rows = {row.request: row for row in walked.rows(FILES, FileRow)}
    for stream, state in walked.requests().items():
        row = rows.pop(str(stream))
        assert (row.stage, row.portal_code) == (state.stage.value, portal_code(state))
        assert (row.authority, row.province) == (state.draft.authority, state.draft.province)
        assert (row.dossier_code, row.subject) == (
            state.draft.dossier_code, str(state.draft.subject),
        )  # fmt: skip
        assert row.asked_in == (state.asked_in and state.asked_in.value)
        assert row.supplements == state.supplements
        assert row.submitted_on == (state.submitted_on and state.submitted_on.isoformat())
        if state.stage not in {Stage.VERIFIED, Stage.ISSUING}:  # one may have been dropped
            assert row.certificate == (state.certificate and str(state.certificate))
        check_days(row, state)
    assert not rows


def check_days(row: FileRow, state: Request) -> None:
    if state.deadline is None:
        assert (row.appointed_on, row.legal_limit_on, row.due) == (None, None, NO_DAY)
        return
    deadline = state.deadline
    assert row.appointed_on == row.due == deadline.appointed_on.isoformat()
    assert row.legal_limit_on == deadline.legal_limit_on.isoformat()
    assert bool(row.suspended) == (deadline.suspended_on is not None)
    assert bool(row.missed) == (deadline.missed is not None)
    assert bool(row.apologised) == (deadline.promised_on is not None)


def test_a_file_is_open_until_nothing_is_left_to_do(walked: Town) -> None:
    for row in walked.rows(FILES, FileRow):
        closed = Stage(row.stage) in PROCEDURE.ended - {Stage.READY}
        assert bool(row.open) == (not closed)


def test_a_file_waits_for_those_who_may_move_it_on() -> None:
    assert waits_for(Stage.SUBMITTED) == (Role.CASE_OFFICER, Role.INTAKE_OFFICER)
    assert waits_for(Stage.POLICE_CHECK) == (Role.POLICE_CHECKER,)
    assert waits_for(Stage.ISSUING) == (Role.CASE_OFFICER, Role.SIGNER, Role.SYSTEM)
    assert waits_for(Stage.STOPPED) == ()


def expected_notices(town: Town) -> list[tuple[Any, ...]]:
    """Follow each request's portal code through its own fold, fact by fact."""
    states: dict[Any, Request] = {}
    processed: dict[str, Request] = {}
    notices: list[tuple[Any, ...]] = []
    for recorded in town.facts():
        fact = recorded.fact
        if isinstance(fact, Fact):
            before = states.get(recorded.stream_id)
            after = states[recorded.stream_id] = evolve(before, fact)
            code = portal_code(after)
            if code is not None and code != (before and portal_code(before)):
                what = "result" if isinstance(fact, CertificateReady) else "status"
                notices.append((recorded.position, after.draft.dossier_code, what, code))
            if isinstance(fact, CertificateReady):
                processed[str(fact.certificate)] = after
        name = recorded.topic.removesuffix("/1").removeprefix("certificate.")
        state = processed.get(str(recorded.stream_id))
        if state is not None and name in {"recalled", "cancelled", "corrected"}:
            code = portal_code(states[next(s for s, r in states.items() if r.draft == state.draft)])
            what = "result" if name == "corrected" else "recall"
            notices.append((recorded.position, state.draft.dossier_code, what, code))
            if name == "corrected":
                processed[str(getattr(fact, "superseded_by"))] = state  # noqa: B009 (of one fact class)
    return notices


def test_provinces_are_told_of_each_change_of_code_and_each_end_of_a_certificate(
    walked: Town,
) -> None:
    shown = walked.rows(NOTICES, NoticeRow)
    told = [(row.position, row.dossier_code, row.what, row.portal_code) for row in shown]
    assert told == expected_notices(walked)
    assert {row.what for row in shown} == {"status", "result", "recall"}
    assert {row.state for row in shown} == {PENDING}
    assert all(row.certificate for row in shown if row.what != "status")
