"""What becomes of a visit after it was sent, over one ledger: shown without content, changed.

A facility sees and changes what it sent; a data steward, who works on mixtures of persons, moves
the visits of all facilities.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from ledger.commands import visit_changes
from ledger.commands.loading import Loaded
from ledger.commands.patients import PatientNumbers
from ledger.commands.right_patient import ByNumbers, GivenNumber, by_numbers, with_book
from ledger.commands.visit_streams import document_of, load_visit, newest, sender_of
from ledger.facts import Act, FactStore, Idempotency
from ledger.records.visit import Visit
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
class VisitDesk:
    """Fills the endpoints and commands about single visits."""

    facts: FactStore
    """Opens what is sealed: the receipt has the digest of the received bytes."""
    numbers: PatientNumbers
    new_id: Callable[[], UUID]

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
            expected=change.expected, idempotency=change.idempotency,
        )  # fmt: skip
        return len(moved.readers)

    def _own(self, stream: UUID, act: Act) -> Loaded[Visit]:
        if Role(act.role) in who_may(Action.CLEAN_DATA):
            return load_visit(self.facts, stream)
        return visit_changes.load_own(self.facts, stream, act.organisation)
