"""Taking in visits: one, or thousands.

Every visit is decided by itself: one that is refused holds back no other. What many have in common
is asked for once: facility, patients, streams and keys; and what is new is one transaction.
"""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from ledger.commands import patients
from ledger.commands.deliveries import Decided, Delivery, Taken, decide, refused
from ledger.commands.facilities import check_may_send
from ledger.commands.loading import answered, until_settled
from ledger.commands.patients import Found, PatientNumbers
from ledger.errors import ConflictError, InvalidInputError, RefusedError
from ledger.facts import Act, Change, FactStore, History, Idempotency, Receipt
from ledger.identifiers import facility_stream, health_book_stream
from ledger.records.health_book.facts import AssertedIdentity
from ledger.store.fact_store import Command


class BulkFacts(FactStore, Protocol):
    """A fact store that reads and appends many streams at once."""

    def histories(self, stream_ids: Sequence[UUID]) -> dict[UUID, History]:
        """Return many streams; empty ones are among them."""
        ...

    def append_many(self, commands: Sequence[Command]) -> list[Receipt]:
        """Append all in one transaction, or nothing.

        Raises:
            ConflictError: One of them conflicts.
        """
        ...


def record_visit(
    facts: FactStore,
    numbers: PatientNumbers,
    delivery: Delivery,
    *,
    act: Act,
    new_id: Callable[[], UUID],
    idempotency: Idempotency | None = None,
) -> Taken:
    """Take in one visit or resource of the facility that ``act`` names as organisation.

    The same bytes again are answered with the first receipt. Other bytes are a correction, which
    needs a reason.

    Raises:
        RefusedError: ``facility_unknown``, ``stale_resend``, ``correction_needs_a_reason``,
            ``revision_differs``, ``visit_of_another_person``.
        InvalidInputError: The patient's identity has the wrong form.
        IdempotencyMismatchError: The key was used for another message.
    """
    check_may_send(facts, act.organisation)
    found = _whose(facts, numbers, [delivery], act, new_id)[0]

    def attempt() -> Taken:
        answered(facts, idempotency)
        history = facts.history(delivery.stream)
        decided = decide(facts, delivery, found, history, act)
        if isinstance(decided, Taken):
            return decided
        opened: Change | None = None
        odd: tuple[str, ...] = ()
        if delivery.numbers:
            book = facts.history(health_book_stream(found.subject))
            opened, odd = patients.met(book, found.subject, delivery.identities)
        changes = (decided.change,) if opened is None else (opened, decided.change)
        receipt = facts.append(act, *changes, idempotency=idempotency)
        at = 0 if opened is None else len(opened.facts)
        return decided.taken(receipt.positions[at], (*found.findings, *odd))

    return until_settled(attempt)


def record_visits(
    facts: BulkFacts,
    numbers: PatientNumbers,
    deliveries: Sequence[Delivery],
    *,
    act: Act,
    new_id: Callable[[], UUID],
) -> list[Taken]:
    """Take in many; what is refused is answered as such and holds back no other.

    Raises:
        RefusedError: ``facility_unknown``.
        StoreUnavailableError: Nothing is known of any of them; send all again.
    """
    check_may_send(facts, act.organisation)
    taken: dict[int, Taken] = {}
    waiting = list(range(len(deliveries)))
    while waiting:
        # Two of one stream follow one another: the second is decided on the first.
        now: list[int] = []
        later: list[int] = []
        streams: set[UUID] = set()
        for index in waiting:
            first = deliveries[index].stream not in streams
            streams.add(deliveries[index].stream)
            (now if first else later).append(index)
        some = _record_some(facts, numbers, [deliveries[i] for i in now], act, new_id)
        taken |= dict(zip(now, some, strict=True))
        waiting = later
    return [taken[index] for index in range(len(deliveries))]


def _record_some(
    facts: BulkFacts,
    numbers: PatientNumbers,
    deliveries: Sequence[Delivery],
    act: Act,
    new_id: Callable[[], UUID],
) -> list[Taken]:
    """Take in deliveries of different streams."""
    try:
        batch = _Batch(facts, numbers, deliveries, act, new_id)
        return batch.recorded()
    except (ConflictError, InvalidInputError):
        # Somebody else writes the same visits, or one of them is wrong: each by itself.
        return [_one(facts, numbers, delivery, act, new_id) for delivery in deliveries]


def _one(
    facts: FactStore,
    numbers: PatientNumbers,
    delivery: Delivery,
    act: Act,
    new_id: Callable[[], UUID],
) -> Taken:
    try:
        return record_visit(facts, numbers, delivery, act=act, new_id=new_id)
    except (RefusedError, InvalidInputError) as error:
        return refused(delivery, error)


class _Batch:
    """Deliveries of different streams that are asked about, decided and appended together."""

    def __init__(
        self,
        facts: BulkFacts,
        numbers: PatientNumbers,
        deliveries: Sequence[Delivery],
        act: Act,
        new_id: Callable[[], UUID],
    ) -> None:
        self._facts = facts
        self._deliveries = deliveries
        self._act = act
        self._whose = _whose(facts, numbers, deliveries, act, new_id)
        books = [
            health_book_stream(found.subject)
            for found, delivery in zip(self._whose, deliveries, strict=True)
            if delivery.numbers
        ]
        streams = [delivery.stream for delivery in deliveries]
        self._histories = facts.histories(list(dict.fromkeys([*books, *streams])))

    def recorded(self) -> list[Taken]:
        """Append what is new and return the answers, in the order of the deliveries."""
        answers: list[Taken | Decided] = []
        for delivery, found in zip(self._deliveries, self._whose, strict=True):
            history = self._histories[delivery.stream]
            try:
                answers.append(decide(self._facts, delivery, found, history, self._act))
            except RefusedError as error:
                answers.append(refused(delivery, error))
        new = [answer for answer in answers if isinstance(answer, Decided)]
        commands, odd = self._books(new)
        books = len(commands)
        commands += [Command(self._act, (decided.change,)) for decided in new]
        receipts = iter(self._facts.append_many(commands)[books:] if commands else ())
        taken: list[Taken] = []
        for answer, found in zip(answers, self._whose, strict=True):
            if isinstance(answer, Taken):
                taken.append(answer)
                continue
            findings = (*found.findings, *odd.get(found.subject, ()))
            taken.append(answer.taken(next(receipts).positions[0], findings))
        return taken

    def _books(self, new: Sequence[Decided]) -> tuple[list[Command], dict[UUID, tuple[str, ...]]]:
        """Return what is new of the books of those of whom something is new, and what is odd."""
        streams = {decided.delivery.stream for decided in new}
        asserted: dict[UUID, list[AssertedIdentity]] = {}
        for delivery, found in zip(self._deliveries, self._whose, strict=True):
            if delivery.stream in streams and delivery.numbers:
                asserted.setdefault(found.subject, []).extend(delivery.identities)
        commands: list[Command] = []
        odd: dict[UUID, tuple[str, ...]] = {}
        for subject, identities in asserted.items():
            history = self._histories[health_book_stream(subject)]
            change, odd[subject] = patients.met(history, subject, identities)
            if change is not None:
                commands.append(Command(self._act, (change,)))
        return commands, odd


def _whose(
    facts: FactStore,
    numbers: PatientNumbers,
    deliveries: Sequence[Delivery],
    act: Act,
    new_id: Callable[[], UUID],
) -> list[Found]:
    """Return whose each delivery is; what is about nobody is the facility's own."""
    groups = [delivery.numbers for delivery in deliveries]
    named = [group for group in groups if group]
    found = iter(patients.identify_many(facts, numbers, named, new_id=new_id, at=act.at))
    facility = Found(facility_stream(act.organisation or ""))
    return [next(found) if group else facility for group in groups]
