"""What becomes of a visit after it was sent, over one ledger: shown without content, changed.

A facility sees and changes what it sent; a data steward, who works on mixtures of persons, moves
the visits of all facilities.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from ledger.commands import visit_changes
from ledger.commands.books import subjects_of
from ledger.commands.kept_files import KeptFiles
from ledger.commands.loading import Loaded
from ledger.commands.patients import PatientNumbers
from ledger.commands.right_patient import ByNumbers, GivenNumber, by_numbers, with_book
from ledger.commands.visit_files import Attached, NewFile, attach_file, open_file
from ledger.commands.visit_streams import document_of, load_visit, newest, sender_of, subject_of
from ledger.errors import NotFoundError
from ledger.facts import Act, FactStore, Idempotency
from ledger.records.visit import DocumentAttached, Visit
from verify_api.callers import Action, Role, who_may
from verify_api.visit_json import VisitTold


@dataclass(frozen=True, slots=True)
class Change:
    """How a caller wants a visit changed."""

    visit: UUID
    reason: str
    expected: int | None
    """The revision that they have seen; None for any."""
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads files: the facility that sent them, or the person."""

    facility: str | None
    subject: UUID | None


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file, what is said of it, and whose it is."""

    subject: UUID
    named: DocumentAttached
    content: bytes


@dataclass(frozen=True, slots=True)
class VisitDesk:
    """Fills the endpoints and commands about single visits."""

    facts: FactStore
    """Opens what is sealed: the receipt has the digest of the received bytes."""
    numbers: PatientNumbers
    new_id: Callable[[], UUID]
    files: KeptFiles

    def show(self, stream: UUID, act: Act) -> VisitTold:
        """Return where a visit stands; nothing of what it says, and not whose it is.

        Raises:
            NotFoundError: There is none that the act's role and facility may see.
        """
        found = self._own(stream, act)
        state, last = found.state, newest(found.history)
        received = document_of(state.newest)
        return VisitTold(
            visit=str(stream),
            facility=sender_of(found.history),
            state="voided" if state.voided else "stands",
            revision=state.revision,
            reassigned=state.subject is not None,
            position=last.position,
            recorded_at=last.act.at,
            sha256=None if received is None else sha256(received).hexdigest(),
        )

    def void(self, change: Change, act: Act) -> VisitTold:
        """Mark a visit as entered in error, and return where it stands.

        Raises:
            NotFoundError: The act's facility never sent it.
            RefusedError: ``already_voided``, ``revision_differs``,
                ``correction_needs_a_reason``.
            IdempotencyMismatchError: The key was used for something else.
        """
        visit_changes.void(
            self.facts, stream=change.visit, reason=change.reason, act=act,
            expected=change.expected, idempotency=change.idempotency,
        )  # fmt: skip
        return self.show(change.visit, act)

    def reassign(
        self, change: Change, to: UUID | Sequence[GivenNumber], act: Act, *, new: bool = False
    ) -> int:
        """Move a visit to whom it is really about; return how many readers are told of it.

        Raises:
            NotFoundError: There is no such visit, or nobody is meant by ``to``.
            InvalidInputError: A number has another form.
            RefusedError: ``numbers_differ``, or a rule of `visit_changes.reassign`.
            IdempotencyMismatchError: The key was used for something else.
        """
        found = self._own(change.visit, act)
        if isinstance(to, UUID):
            subject = with_book(self.facts, to)
        else:
            asked = ByNumbers(sender_of(found.history), to, new=new)
            subject = by_numbers(self.facts, self.numbers, asked, new_id=self.new_id, act=act)
        moved = visit_changes.reassign(
            self.facts, stream=change.visit, to=subject, reason=change.reason, act=act,
            expected=change.expected, idempotency=change.idempotency, files=self.files,
        )  # fmt: skip
        return len(moved.readers)

    def attach(self, visit: UUID, new: NewFile, act: Act) -> Attached:
        """Keep a file of a visit that the act's facility sent.

        Raises:
            InvalidInputError: It is none that is kept, or its title has another form.
            NotFoundError: The facility never sent the visit.
            RefusedError: ``voided``, ``visit_erased``.
        """
        return attach_file(self.facts, self.files, visit=visit, new=new, act=act)

    def attached(self, visit: UUID, reader: Reader) -> tuple[UUID, tuple[DocumentAttached, ...]]:
        """Return whose a visit is, and what is said of its files.

        Raises:
            NotFoundError: There is no such visit for this reader.
        """
        subject, state = self._readable(visit, reader)
        return subject, state.attached

    def file(self, visit: UUID, address: bytes, reader: Reader) -> OpenedFile:
        """Return a file of a visit.

        Raises:
            NotFoundError: There is no such file for this reader.
            RefusedError: ``visit_erased``.
            TamperedError: What lies there is not what was kept.
        """
        subject, state = self._readable(visit, reader)
        named, content = open_file(self.files, visit, state, address)
        return OpenedFile(subject, named, content)

    def _readable(self, visit: UUID, reader: Reader) -> tuple[UUID, Visit]:
        """Return a visit to who sent it or whom it is about.

        A voided one was about nobody: the person does not see its files.
        """
        found = load_visit(self.facts, visit)
        subject = subject_of(found.history)
        assert subject is not None, "a visit is about somebody"
        sent = reader.facility is not None and sender_of(found.history) == reader.facility
        own = reader.subject in subjects_of(self.facts, subject) and not found.state.voided
        if not (sent or own):
            raise NotFoundError("no visit is known under this reference")
        return subject, found.state

    def _own(self, stream: UUID, act: Act) -> Loaded[Visit]:
        if Role(act.role) in who_may(Action.CLEAN_DATA):
            return load_visit(self.facts, stream)
        return visit_changes.load_own(self.facts, stream, act.organisation)
