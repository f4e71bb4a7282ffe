"""Commands on a person's requests about their data."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast
from uuid import UUID

from ledger.calendar import WorkingCalendar, local_day
from ledger.commands.books import subjects_of
from ledger.commands.deciding import check_known, take
from ledger.commands.erasure import load as load_erasure
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import Act, FactStore, History, Receipt
from ledger.identifiers import health_book_stream, rights_stream
from ledger.records import rights
from ledger.records.erasure.decisions import Phase
from ledger.records.rights import Right, Rights, RightsDetails
from ledger.records.visit import VisitReassigned, VisitRecorded


def load_rights(facts: FactStore, subject: UUID) -> Rights:
    """Return a person's requests."""
    return _folded(facts.history(rights_stream(subject)))


def _folded(history: History) -> Rights:
    return rights.fold(cast("tuple[rights.Fact, ...]", history.facts))


def open_request(
    facts: FactStore,
    *,
    subject: UUID,
    request: UUID,
    right: Right,
    details: RightsDetails,
    calendar: WorkingCalendar,
    act: Act,
    with_others: bool = False,
) -> Receipt:
    """Record what a person asks for; what is to be corrected in a visit is its facility's task.

    Raises:
        InvalidInputError: A part has the wrong form; a correction that names a visit of nobody.
        NotFoundError: There is no such person, or the visit is not theirs.
        RefusedError: ``request_differs``, ``too_many_requests`` or ``not_restricted``.
    """
    check_known(facts, subject, book=health_book_stream(subject))
    facility = _facility_of(facts, subject, details.visit)
    if facility is not None and right is not Right.CORRECT:
        raise InvalidInputError("visit", "visit_only_corrected", "no visit, or a correction")
    return take(
        facts, rights_stream(subject),
        lambda history: rights.open_request(
            _folded(history), request=request, right=right, details=details, facility=facility,
            with_others=with_others or facility is not None, on=local_day(act.at),
            calendar=calendar,
        ),
        subject=subject, act=replace(act, calendar_version=calendar.version),
    )  # fmt: skip


def _facility_of(facts: FactStore, subject: UUID, visit: UUID | None) -> str | None:
    if visit is None:
        return None
    owner: UUID | None = None
    sender: str | None = None
    for recorded in facts.history(visit).recorded:
        if isinstance(recorded.fact, VisitRecorded):
            owner, sender = recorded.subject, recorded.act.organisation
        elif isinstance(recorded.fact, VisitReassigned):
            owner = recorded.fact.to
    if owner not in subjects_of(facts, subject):
        raise NotFoundError("no such visit of this person is known")
    return sender


def answer(facts: FactStore, *, subject: UUID, request: UUID, words: str, act: Act) -> Receipt:
    """Tell the person that it is in work."""
    return _take(
        facts, subject, act, lambda state: rights.answer(state, request=request, words=words)
    )


def extend(
    facts: FactStore,
    *,
    subject: UUID,
    request: UUID,
    reason: str,
    calendar: WorkingCalendar,
    act: Act,
) -> Receipt:
    """Take longer, once."""
    on = local_day(act.at)
    return _take(
        facts, subject, replace(act, calendar_version=calendar.version),
        lambda state: rights.extend(
            state, request=request, reason=reason, on=on, calendar=calendar
        ),
    )  # fmt: skip


def complete(facts: FactStore, *, subject: UUID, request: UUID, words: str, act: Act) -> Receipt:
    """Record that it was done."""
    return _take(
        facts, subject, act, lambda state: rights.complete(state, request=request, words=words)
    )


def refuse(
    facts: FactStore, *, subject: UUID, request: UUID, rule: str, words: str, act: Act
) -> Receipt:
    """Record that the answer is no, by which rule.

    Raises:
        InvalidInputError: The rule is no code, or the words are none.
        RefusedError: ``unknown_request``, ``request_ended`` or ``erasure_under_way``.
    """
    return _take(
        facts, subject, act,
        lambda state: rights.refuse(
            state, request=request, rule=rule, words=words,
            former_refused=erasure_refused(facts, subject, state, request),
        ),
    )  # fmt: skip


def erasure_refused(facts: FactStore, subject: UUID, state: Rights, request: UUID) -> bool:
    """Tell whether the erasure to which a request was handed on was refused."""
    known = state.requests.get(request)
    if known is None or known.erasure is None:
        return False
    return load_erasure(facts, subject)[1].requests[known.erasure].phase is Phase.REFUSED


def _take(
    facts: FactStore, subject: UUID, act: Act, decide: Callable[[Rights], rights.Fact]
) -> Receipt:
    return take(
        facts, rights_stream(subject), lambda history: (decide(_folded(history)),),
        subject=subject, act=act,
    )  # fmt: skip
