"""Referrals and appointments at a facility's desk: ordered, signed, shown, taken in.

A facility sees the papers that it issued, that are addressed to it, or that it has; every other
one is to it as if it were not there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from keys.trust_list import TrustedKey
from ledger.calendar import WorkingCalendar, local_day
from ledger.certificates import lifecycle
from ledger.certificates.health_paper import SALT_BYTES, binding_of, day_of
from ledger.certificates.kind import CertificateKind, Holder, Sex
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.certificates.kinds.referral.diseases import REMARKS
from ledger.certificates.lifecycle import Phase
from ledger.certificates.qr_text import to_qr_text
from ledger.clinical.insurance_papers import (
    read_appointment,
    read_referral,
    write_appointment,
    write_referral,
)
from ledger.commands import appointments, certificates, health_papers, papers, referrals
from ledger.commands.appointments import AppointmentOnFile
from ledger.commands.books import subjects_of
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.health_papers import Draft
from ledger.commands.held_papers import paper_categories
from ledger.commands.issuing import IssuedCertificate, IssuingDesk
from ledger.commands.paper_tables import as_appointment, as_referral, ordered
from ledger.commands.papers import Letterhead
from ledger.commands.patients import PatientNumbers, assert_patient, identify
from ledger.commands.releasing import UNLOGGED, Release
from ledger.commands.representation import represent
from ledger.errors import InvalidInputError, NotFoundError, NotYetLoggedError, RefusedError
from ledger.facts import Act, FactStore, Idempotency, Receipt
from ledger.paper.document_signer import DocumentSigner
from ledger.records.health_book.facts import AssertedIdentity, AssertedNumber
from ledger.records.referral.use import Referral

ID_TAIL: Final = 4
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
KINDS: Final[Mapping[str, CertificateKind]] = {
    REFERRAL.code: REFERRAL, APPOINTMENT.code: APPOINTMENT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """A paper as a facility orders it: whom for, under which number, what it says."""

    holder: Holder
    number_kind: str
    """As the blind index knows it, such as ``personal`` or ``insurance-card``."""
    number: str
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one paper, and whose it is."""

    subject: UUID | None
    body: Any
    """Fields for JSON, or the bytes of a document."""
    version: int = 0
    representative: UUID | None = None
    """Who is shown it for the person, where it is not they themselves."""


@dataclass(frozen=True, slots=True)
class HealthPaperDesk:
    """What the endpoints and the shell do with health papers."""

    facts: FactStore
    numbers: PatientNumbers
    issuing: IssuingDesk
    issuing_key: Callable[[str, int], TrustedKey]
    """From a facility and a document type to the key that signs now."""
    document_signer: Callable[[str], DocumentSigner]
    letterhead: Callable[[str, str], Letterhead]
    """From a facility's code and the signer's account to what its papers bear."""
    calendar: WorkingCalendar
    new_id: Callable[[], UUID]
    random: Callable[[int], bytes]
    release: Release = UNLOGGED
    """Holds papers back until the log has them."""

    def draft(
        self, kind: str, order: Order, *, act: Act, idempotency: Idempotency | None
    ) -> dict[str, Any]:
        """Put a paper together; the same order under its key is answered as the first time.

        Raises:
            InvalidInputError: A field is wrong; names the place.
            RefusedError: A rule of `ledger.commands.referrals.draft` or of appointments.
        """
        identity = AssertedIdentity(
            order.holder.name, order.holder.birth_date.isoformat(), int(order.holder.sex),
            (AssertedNumber(order.number_kind, order.number),),
        )  # fmt: skip
        KINDS[kind].check(self._checked(kind, order.content, act))
        found = identify(self.facts, self.numbers, identity, new_id=self.new_id, at=act.at)
        met, _ = assert_patient(self.facts, found.subject, identity)
        if met is not None:
            self.facts.append(act, met)
        paper = Draft(
            self.new_id(), found.subject, order.holder, order.content, self.random(SALT_BYTES)
        )
        if kind == REFERRAL.code:
            drafted = referrals.draft(self.facts, paper, act=act, idempotency=idempotency)
            told = [
                {"code": one.value, "vi": REMARKS[one].vi, "en": REMARKS[one].en}
                for one in drafted.remarks
            ]
            return {"id": self.drafted(drafted.receipt), "remarks": told}
        receipt = appointments.draft(self.facts, paper, act=act, idempotency=idempotency)
        return {"id": self.drafted(receipt), "remarks": []}

    def _checked(self, kind: str, content: Mapping[str, object], act: Act) -> dict[str, object]:
        """Return ``content`` as it will be, so that a wrong order makes nobody known."""
        named: dict[str, object] = {
            "facility_name": health_papers.check_drafter(self.facts, content, act)
        }
        if kind == REFERRAL.code:
            named["to_names"] = health_papers.names_of(self.facts, content.get("to_facilities"))
        return health_papers.salted(content, bytes(SALT_BYTES), **named)

    def drafted(self, receipt: Receipt) -> str:
        """Return the paper that a receipt is about, also one that is answered again."""
        first = receipt.positions[0]
        return str(self.facts.read(after=first - 1, limit=1)[0].stream_id)

    def read_table(self, kind: str, data: bytes) -> Order:
        """Return the order in a document of table 13 or 14; the patient is found by the card.

        Raises:
            InvalidInputError: What is wrong in it, with the place of its field.
        """
        paper = read_referral(data) if kind == REFERRAL.code else read_appointment(data)
        if not paper.cards:
            raise InvalidInputError("MA_THE_BHYT", "missing", "a health insurance card")
        card = paper.cards[0]
        told = ordered(paper, id_tail=card[-ID_TAIL:])
        return Order(told.holder, "insurance-card", card, told.content)

    def sign(self, kind: str, certificate: UUID, *, act: Act) -> dict[str, Any]:
        """Sign and issue a draft of the acting facility.

        Raises:
            NotFoundError: There is no such draft here.
            RefusedError: ``signer_is_drafter``, ``no_signing_key`` and others.
        """
        facility = health_papers.acting_facility(act)
        self._drafted_here(kind, certificate, facility)
        key = self.issuing_key(facility, KINDS[kind].document_type)
        commands = referrals if kind == REFERRAL.code else appointments
        issued = commands.issue(self.issuing, certificate=certificate, key=key, act=act)
        found = certificates.load(self.facts, certificate)
        intent = found.certificate.intent
        assert intent is not None, "it has just been signed"
        return {
            "id": str(certificate),
            "number": intent.number,
            "valid_until": intent.expires_at.isoformat(),
            "short_code": issued.short_code,
            "code": self._released(issued, facility, act),
        }

    def _released(self, issued: IssuedCertificate, facility: str, act: Act) -> str | None:
        """Return the text of the code; None until the log covers it, as with its PDF."""
        try:
            self.release.proof(issued.certificate)
        except NotYetLoggedError:
            return None
        return to_qr_text(issued.token, self.letterhead(facility, act.actor).host)

    def _drafted_here(self, kind: str, certificate: UUID, facility: str) -> CertificateOnFile:
        found = certificates.load(self.facts, certificate)
        mine = not health_papers.is_erased(found) and (
            lifecycle.content_of(found.certificate).get("facility") == facility
        )
        if found.certificate.drafted.kind != kind or not mine:
            raise NotFoundError(f"no {kind} is known under this reference")
        return found

    def state(self, kind: str, certificate: UUID, *, act: Act) -> Shown:
        """Return where a paper is, without a word of what it says.

        Raises:
            NotFoundError: There is none that the acting facility may see.
        """
        if kind == REFERRAL.code:
            found = self._referral(certificate, health_papers.acting_facility(act))
            return Shown(found.subject, self._referral_state(found, act.at), found.version)
        met = self._appointment(certificate, health_papers.acting_facility(act))
        return Shown(met.subject, _appointment_state(met), met.version)

    def show(self, kind: str, certificate: UUID, *, act: Act) -> Shown:
        """Return a paper with all that it says."""
        where = self.state(kind, certificate, act=act)
        found = certificates.load(self.facts, certificate)
        holder, content = lifecycle.holder_of(found.certificate), _content(found)
        body = {
            **where.body,
            "number": _number(found),
            "holder": {
                "name": holder.name,
                "birth_date": holder.birth_date.isoformat(),
                "sex": int(holder.sex),
                "id_tail": holder.id_tail,
            },
            "content": content,
            "binding": binding_of(content).hex(),
        }
        return Shown(where.subject, body, where.version)

    def xml(self, kind: str, certificate: UUID, *, act: Act) -> Shown:
        """Return a paper as table 13 or 14."""
        where = self.state(kind, certificate, act=act)
        found = certificates.load(self.facts, certificate)
        holder, content, number = (
            lifecycle.holder_of(found.certificate), _content(found), _number(found),
        )  # fmt: skip
        if kind == REFERRAL.code:
            data = write_referral(as_referral(content, holder, number))
        else:
            data = write_appointment(as_appointment(content, holder, number))
        return Shown(where.subject, data, where.version)

    def pdf(self, kind: str, certificate: UUID, *, act: Act) -> Shown:
        """Return a paper as the signed PDF; made the first time."""
        where = self.state(kind, certificate, act=act)
        return Shown(where.subject, self.paper(certificate, at=act.at), where.version)

    def holders_pdf(self, kind: str, certificate: UUID, *, reader: UUID, at: datetime) -> Shown:
        """Return the signed PDF to its holder, or who acts for them.

        Raises:
            NotFoundError: There is none, it is somebody else's, or it is not issued.
        """
        found, acting = self.held(kind, certificate, reader=reader, at=at)
        pdf = self.paper(certificate, at=at)
        return Shown(found.subject, pdf, found.history.version, acting)

    def held(
        self, kind: str, certificate: UUID, *, reader: UUID, at: datetime
    ) -> tuple[CertificateOnFile, UUID | None]:
        """Return an issued paper to its holder, under any pseudonym, or who acts for them.

        A representative has the papers that they may read in the book, and no others; they are
        named beside the paper.

        Raises:
            NotFoundError: There is none, it is somebody else's, or it is not issued.
        """
        unknown = f"no issued {kind} is known under this reference"
        try:
            found = health_papers.load_issued(self.facts, certificate, kind)
        except NotFoundError:  # the same words, whether there is such a paper or not
            raise NotFoundError(unknown) from None
        if found.subject is None or health_papers.is_erased(found):
            raise NotFoundError(unknown)
        mine = found.subject in subjects_of(self.facts, reader)
        if not (mine or self._may_fetch(found.subject, _content(found), reader, at)):
            raise NotFoundError(unknown)
        return found, None if mine else reader

    def _may_fetch(
        self, holder: UUID, content: Mapping[str, object], reader: UUID, at: datetime
    ) -> bool:
        """Tell whether ``reader`` acts for the holder, and may read what such a paper tells."""
        on = local_day(at)
        try:
            acting = represent(self.facts, representative=reader, subject=holder, on=on)
        except RefusedError:
            return False
        return acting.may_read(paper_categories(content), on)

    def paper(self, certificate: UUID, *, at: datetime) -> bytes:
        """Return the signed PDF of an issued paper.

        Raises:
            NotFoundError: There is none.
            NotYetLoggedError: No cosigned head of the log covers it yet.
        """
        found = certificates.load(self.facts, certificate)
        intent = found.certificate.intent
        if intent is None or found.certificate.issued_at is None:
            raise NotFoundError("no issued paper is known under this reference")
        return papers.make_paper(
            self.facts,
            certificate=certificate,
            letterhead=self.letterhead(intent.authority, intent.signer),
            signer=self.document_signer(intent.authority),
            act=Act(at, "paper-desk", "system", intent.authority),
            release=self.release,
        )

    def _referral(self, certificate: UUID, facility: str) -> referrals.ReferralOnFile:
        unknown = "no referral is known under this reference"
        try:
            found = referrals.load(self.facts, certificate)
        except NotFoundError:  # the same words, whether there is such a paper or not
            raise NotFoundError(unknown) from None
        if not _concerns(found.state, facility):
            raise NotFoundError(unknown)
        return found

    def _appointment(self, certificate: UUID, facility: str) -> AppointmentOnFile:
        unknown = "no appointment is known under this reference"
        try:
            found = appointments.load(self.facts, certificate)
        except NotFoundError:  # the same words, whether there is such a paper or not
            raise NotFoundError(unknown) from None
        if facility != found.state.facility:
            raise NotFoundError(unknown)
        return found

    def _referral_state(self, found: referrals.ReferralOnFile, at: datetime) -> dict[str, Any]:
        state, today = found.state, local_day(at)
        last = local_day(state.valid_until - timedelta(seconds=1))
        ended = health_papers.course_of(self.facts, found.certificate).phase
        return {
            "id": str(found.certificate),
            "stage": state.stage.value if ended is Phase.ACTIVE else ended.value,
            "lapsed": state.lapsed(at),
            "from": state.origin,
            "to": [*state.addressed_to],
            "present_until": last.isoformat(),
            "days_left": self.calendar.working_days_between(today, last),
            "one_year": state.reusable,
            "needs_appointment": state.needs_appointment,
            "presented_at": [*state.presented],
            "rejected_by": [*state.rejected],
            "in_use_by": None if state.use is None else state.use.facility,
            "in_use_since": None if state.use is None else state.use.since.isoformat(),
            "episodes": len(state.past),
            "conflicts": [
                {"facility": facility, "rule": rule.value} for facility, rule in state.conflicts
            ],
            "version": found.version,
        }


def _concerns(state: Referral, facility: str) -> bool:
    return facility == state.origin or facility in state.addressed_to


def _appointment_state(found: AppointmentOnFile) -> dict[str, Any]:
    state = found.state
    return {
        "id": str(found.certificate),
        "stage": state.stage.value,
        "facility": state.facility,
        "replaces": None if state.replaces is None else str(state.replaces),
        "replaced_by": None if state.replaced_by is None else str(state.replaced_by),
        "used_by": state.used_by,
        "used_at": None if state.used_at is None else state.used_at.isoformat(),
        "double_uses": state.double_uses,
        "version": found.version,
    }


def _content(found: CertificateOnFile) -> Mapping[str, object]:
    return lifecycle.content_of(found.certificate)


def _number(found: CertificateOnFile) -> str:
    intent = found.certificate.intent
    assert intent is not None, "an issued certificate was signed"
    return intent.number


def holder_named(
    name: str, birth_date: str, sex: int, number: str, *, place: str = "patient"
) -> Holder:
    """Return whom a paper is about, from what was typed.

    Raises:
        InvalidInputError: The day of birth or the sex is none.
    """
    if not _DAY.fullmatch(birth_date) or (born := day_of(birth_date.replace("-", ""))) is None:
        raise InvalidInputError(f"{place}.birth_date", "date_form", "YYYY-MM-DD")
    if sex not in {int(one) for one in Sex}:
        raise InvalidInputError(f"{place}.sex", "code_unknown", "1, 2 or 3")
    return Holder(name, born, Sex(sex), number[-ID_TAIL:].upper())
