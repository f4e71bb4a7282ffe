"""The papers that a person holds, as they were at one time: from their facts to the book's form.

The facts up to that time alone count, so a past moment has one answer for ever.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Protocol, cast
from uuid import UUID

from ledger.calendar import WorkingCalendar, local_day
from ledger.categories import Category
from ledger.certificates import lifecycle
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.certificates.lifecycle import Certificate, Phase
from ledger.certificates.lifecycle_facts import Fact as CertificateFact
from ledger.clinical.book_papers import BookPaper, Counted, PaperState, Place
from ledger.clinical.moments import seconds
from ledger.clinical.sections import Section
from ledger.clinical.sensitive import categories_of
from ledger.commands import appointments, referrals
from ledger.commands.reading import ManyStreams
from ledger.facts import History
from ledger.identifiers import appointment_stream, referral_stream, visit_stream
from ledger.personal import Erased
from ledger.records.appointment import facts as appointment_facts
from ledger.records.appointment import use as appointment_use
from ledger.records.appointment.use import Appointment
from ledger.records.referral import facts as referral_facts
from ledger.records.referral import use as referral_use
from ledger.records.referral.use import Referral

NameOf = Callable[[str], str | None]
"""From a facility's code to its registered name; None if it is unknown."""
Content = Mapping[str, object]

_ICD: Final = "http://hl7.org/fhir/sid/icd-10"
_CLOCK: Final = len("YYYYMMDDHHMM")
_SILENT: Final = frozenset({"salt", "number", "file_number", "episode_key"})
"""Fields that say nothing of an illness."""


class HeldPapers(Protocol):
    """Knows, without any content, which papers are about whom: `projections.health_queries`."""

    def papers(self, subjects: Iterable[UUID]) -> tuple[UUID, ...]:
        """Return the references of all papers of some persons, drafts among them."""
        ...


@dataclass(frozen=True, slots=True)
class _Held:
    """A paper's certificate at the time asked for."""

    reference: UUID
    subject: UUID
    certificate: Certificate
    content: Content
    number: str
    issued_at: datetime
    until: datetime
    """Exclusive."""


def read_papers(
    facts: ManyStreams,
    references: Sequence[UUID],
    *,
    at: datetime,
    calendar: WorkingCalendar,
    name_of: NameOf,
) -> tuple[BookPaper, ...]:
    """Return the referrals and appointments among ``references`` that were issued by ``at``.

    Of what was erased nothing is known, and nothing is returned.
    """
    streams = {
        one: (one, referral_stream(one), appointment_stream(one))
        for one in dict.fromkeys(references)
    }
    histories = facts.histories([s for three in streams.values() for s in three]) if streams else {}
    found: list[BookPaper] = []
    for reference, (itself, referral, appointment) in streams.items():
        held = _held(reference, histories[itself], at)
        if held is None:
            continue
        paper: BookPaper | None
        if held.certificate.drafted.kind == REFERRAL.code:
            paper = _referral(held, _until(histories[referral], at), at, calendar)
        else:
            paper = _appointment(held, _until(histories[appointment], at), at)
        if paper is not None:
            found.append(_named(paper, name_of))
    return tuple(found)


def _until(history: History, at: datetime) -> tuple[object, ...]:
    """Return the facts that were recorded by the second ``at``, as the book's fold counts them."""
    last = seconds(at)
    return tuple(one.fact for one in history.recorded if seconds(one.act.at) <= last)


def _held(reference: UUID, history: History, at: datetime) -> _Held | None:
    """Return a paper that is in somebody's hands; None for drafts, and for what was erased."""
    certificate = lifecycle.fold(cast("tuple[CertificateFact, ...]", _until(history, at)))
    if certificate is None or certificate.issued_at is None or certificate.intent is None:
        return None
    if certificate.drafted.kind not in {REFERRAL.code, APPOINTMENT.code}:
        return None
    if isinstance(certificate.drafted.content, Erased):
        return None
    intent, subject = certificate.intent, history.recorded[0].subject
    assert subject is not None, "a paper is about somebody"
    return _Held(
        reference, subject, certificate, lifecycle.content_of(certificate), intent.number,
        certificate.issued_at, intent.expires_at,
    )  # fmt: skip


def _referral(
    held: _Held, facts: tuple[object, ...], at: datetime, calendar: WorkingCalendar
) -> BookPaper:
    state = referral_use.fold(cast("tuple[referral_facts.Fact, ...]", facts))
    if state is None:  # a failure came between the paper and its use
        state = referral_use.evolve(None, referrals.opening_of(held.reference, held.certificate))
    where, today = _state_of_referral(held, state, at), local_day(at)
    last = local_day(held.until - timedelta(seconds=1))
    waits = where in {PaperState.USABLE, PaperState.PRESENTED} and today <= last
    if state.reusable:
        left, counted = (last - today).days, Counted.CALENDAR_DAYS
    else:
        left, counted = calendar.working_days_between(today, last), Counted.WORKING_DAYS
    use = state.use or (state.past[-1] if state.past else None)
    presented = state.presented[-1] if state.presented else None
    holder = presented if use is None or where is PaperState.PRESENTED else use.facility
    content = held.content
    to = zip(_texts(content, "to_facilities"), _texts(content, "to_names"), strict=True)
    return replace(
        _paper(held, Section.REFERRALS, where, last),
        to=tuple(Place(code, name) for code, name in to),
        days_left=left if waits else None,
        counted=counted,
        at=None if holder is None else Place(holder, ""),
        since=None if use is None or holder != use.facility else use.since,
        rejected_by=tuple(Place(one, "") for one in state.rejected),
        one_year=state.reusable,
    )


def _appointment(held: _Held, facts: tuple[object, ...], at: datetime) -> BookPaper | None:
    state = appointment_use.fold(cast("tuple[appointment_facts.Fact, ...]", facts))
    if state is None:
        state = appointment_use.evolve(
            None, appointments.opening_of(held.reference, held.certificate)
        )
    if isinstance(state.day, Erased):
        return None
    today = local_day(at)
    where = _state_of_appointment(held, state, today)
    appointed = str(held.content["appointed"])
    issuer = _issuer(held.content)
    return replace(
        _paper(held, Section.APPOINTMENTS, where, state.day),
        to=(issuer,),
        clock=f"{appointed[8:10]}:{appointed[10:]}" if len(appointed) == _CLOCK else "",
        days_left=(state.day - today).days if where is PaperState.USABLE else None,
        at=None if state.used_by is None else Place(state.used_by, ""),
        since=state.used_at,
        replaced_by=state.replaced_by or held.certificate.superseded_by,
    )


def _paper(held: _Held, section: Section, state: PaperState, last: date) -> BookPaper:
    content = held.content
    issuer = _issuer(content)
    return BookPaper(
        section, held.reference, held.subject, held.number, str(content.get("number", "")),
        issuer, (), held.issued_at, state, last, replaced_by=held.certificate.superseded_by,
        visit=visit_stream(issuer.code, str(content["episode_key"])),
        categories=paper_categories(content),
    )  # fmt: skip


_ENDED: Final[Mapping[Phase, PaperState]] = {
    Phase.SUPERSEDED: PaperState.REPLACED,
    Phase.RECALLED: PaperState.RECALLED,
    Phase.CANCELLED: PaperState.CANCELLED,
}
_REFERRALS: Final[Mapping[referral_use.Stage, PaperState]] = {
    referral_use.Stage.AVAILABLE: PaperState.USABLE,
    referral_use.Stage.PRESENTED: PaperState.PRESENTED,
    referral_use.Stage.IN_USE: PaperState.IN_USE,
    referral_use.Stage.CLOSED: PaperState.USED,
    referral_use.Stage.REJECTED: PaperState.REJECTED,
    referral_use.Stage.CANCELLED: PaperState.CANCELLED,
}
_APPOINTMENTS: Final[Mapping[appointment_use.Stage, PaperState]] = {
    appointment_use.Stage.ISSUED: PaperState.USABLE,
    appointment_use.Stage.MISSED: PaperState.MISSED,
    appointment_use.Stage.CONSUMED: PaperState.USED,
    appointment_use.Stage.RESCHEDULED: PaperState.MOVED,
    appointment_use.Stage.CANCELLED: PaperState.CANCELLED,
}


def _state_of_referral(held: _Held, state: Referral, at: datetime) -> PaperState:
    """Return where it is: care that has begun by it goes on, whatever becomes of the paper."""
    where = _REFERRALS[state.stage]
    if where in {PaperState.USABLE, PaperState.PRESENTED}:
        ended = _ENDED.get(held.certificate.phase)
        if ended is not None:
            return ended
        if where is PaperState.USABLE and state.lapsed(at):
            return PaperState.LAPSED
    return where


def _state_of_appointment(held: _Held, state: Appointment, today: date) -> PaperState:
    where = _APPOINTMENTS[state.stage]
    if not state.open:
        return where
    ended = _ENDED.get(held.certificate.phase)
    if ended is not None:
        return ended
    assert isinstance(state.day, date), "what was erased is not shown"
    return PaperState.MISSED if state.day < today else where


def _issuer(content: Content) -> Place:
    return Place(str(content["facility"]), str(content["facility_name"]))


def _texts(content: Content, name: str) -> tuple[str, ...]:
    value = content.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def paper_categories(content: Content) -> frozenset[Category]:
    """Return why the paper is withheld: by its codes, and by any of its words, a name's as well.

    That somebody is sent to a psychiatric hospital tells what the diagnosis would.
    """
    codes = (content.get("main_disease"), *_texts(content, "further_diseases"))
    words = [
        text
        for name, value in content.items()
        if name not in _SILENT
        for text in ((value,) if isinstance(value, str) else _texts(content, name))
    ]
    return categories_of(
        {
            "code": {"coding": [{"system": _ICD, "code": str(one)} for one in codes if one]},
            "description": "\n".join(words),
        }
    )


def _named(paper: BookPaper, name_of: NameOf) -> BookPaper:
    """Return it with the names of facilities: as the paper has them, else as registered now."""
    printed = {one.code: one.name for one in (paper.issuer, *paper.to)}

    def named(place: Place) -> Place:
        return Place(place.code, printed.get(place.code) or name_of(place.code) or place.code)

    return replace(
        paper,
        at=None if paper.at is None else named(paper.at),
        rejected_by=tuple(named(one) for one in paper.rejected_by),
    )
