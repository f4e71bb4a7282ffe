from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typing_extensions import override

from keys.key_store_errors import KeyDestroyedError
from keys.shredding import ShreddingReceipt
from keys.subject_keys import SubjectKeys
from ledger.commands import erasure as commands
from ledger.errors import ConflictError, NotFoundError, RefusedError
from ledger.facts import Act, Change, Idempotency, Receipt
from ledger.identifiers import erasure_stream
from ledger.personal import Purpose
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records import person
from ledger.records.erasure.facts import TOPICS, ErasureBegun, HoldKind, SubjectErased
from tests_support.memory_facts import MemoryFacts
from tests_support.small_ledger import small_keys

SUBJECT, RECORD, REQUEST, HOLD = (UUID(int=number) for number in range(1, 5))
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BASIS = "Law 91/2025, article 14"


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[SubjectKeys]:
    with small_keys(tmp_path) as opened:
        yield opened


def act(actor: str, role: str = "officer") -> Act:
    return Act(NOW, actor, role)


class Facts(MemoryFacts):
    """A ledger with one person, who may be interrupted before an append."""

    def __init__(self) -> None:
        super().__init__({**person.TOPICS, **TOPICS})
        self.before_append: list[Callable[[], object]] = []
        """Each happens once, between deciding and recording."""
        details = PersonalDetails(
            "NGUYỄN VĂN MẪU", NOW.date().replace(year=1999), 1, "000099001234"
        )
        registered = person.PersonRegistered(RECORD, details, ContactDetails())
        self.add(registered)

    def add(self, fact: object) -> None:
        """Let something happen in the person's own stream."""
        self.append(act("clerk-1"), self.history(SUBJECT).then(fact, subject=SUBJECT))

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        if self.before_append:
            self.before_append.pop()()
        return super().append(act, *changes, idempotency=idempotency)

    def on_file(self) -> list[type]:
        return [type(fact) for fact in self.history(erasure_stream(SUBJECT)).facts]


@pytest.fixture
def facts() -> Facts:
    return Facts()


def ask(facts: Facts, *purposes: Purpose, request: UUID = REQUEST) -> Receipt:
    return commands.request_erasure(
        facts, subject=SUBJECT, request=request, purposes=purposes, legal_basis=BASIS,
        act=act("citizen-1", "citizen"),
    )  # fmt: skip


def approve(facts: Facts, officer: str) -> Receipt:
    return commands.approve_erasure(facts, subject=SUBJECT, request=REQUEST, act=act(officer))


def order(facts: Facts, *purposes: Purpose) -> None:
    ask(facts, *purposes)
    approve(facts, "officer-1")
    approve(facts, "officer-2")


def erase(facts: Facts, keys: commands.ForgettingKeys) -> Receipt:
    return commands.erase(facts, keys, subject=SUBJECT, request=REQUEST, act=act("officer-3"))


def place(facts: Facts, keys: commands.ForgettingKeys, **more: object) -> Receipt:
    wanted: dict[str, object] = {
        "hold": HOLD, "kind": HoldKind.LEGAL, "purpose": Purpose.CONTACT,
        "legal_basis": "court order 7", "act": act("officer-1"), **more,
    }  # fmt: skip
    return commands.place_hold(facts, keys, subject=SUBJECT, **wanted)  # type: ignore[arg-type]


def lift(facts: Facts, keys: SubjectKeys, hold: UUID = HOLD) -> Receipt:
    return commands.lift_hold(
        facts, keys, subject=SUBJECT, hold=hold, legal_basis="court order 8", act=act("officer-1")
    )


def rule(error: pytest.ExceptionInfo[RefusedError]) -> str:
    return error.value.rule


def test_contact_data_is_forgotten_and_the_receipt_is_a_fact(
    facts: Facts, keys: SubjectKeys
) -> None:
    contact, identity = (keys.for_writing(SUBJECT, name) for name in ("contact", "identity"))
    order(facts, Purpose.CONTACT)
    receipt = erase(facts, keys)
    assert keys.for_reading(contact.key_id) is None
    assert keys.for_reading(identity.key_id) is not None
    recorded = facts.recorded[receipt.last - 1]
    assert recorded.subject == SUBJECT
    fact = recorded.fact
    assert isinstance(fact, SubjectErased)
    assert [(key.purpose, key.key_id, key.commitment) for key in fact.keys] == [
        (Purpose.CONTACT, contact.key_id, contact.commitment)
    ]
    assert fact.approvals == ("officer-1", "officer-2")
    assert (fact.old_root, fact.new_root, fact.assurance) == (1, 2, "software")


def test_erasing_again_changes_nothing(facts: Facts, keys: SubjectKeys) -> None:
    order(facts, Purpose.CONTACT)
    first = erase(facts, keys)
    again = erase(facts, keys)
    assert again.repeated
    assert again.positions == first.positions
    assert facts.on_file().count(SubjectErased) == 1


def test_the_register_keeps_who_has_a_file(facts: Facts, keys: SubjectKeys) -> None:
    facts.add(person.RequestOpened(UUID(int=50)))
    facts.add(person.RequestClosed(UUID(int=50)))
    for number, purpose in enumerate((Purpose.IDENTITY, Purpose.JUDICIAL), 60):
        with pytest.raises(RefusedError, match=purpose) as caught:
            ask(facts, purpose, request=UUID(int=number))
        assert rule(caught) == "retention_hold"
    order(facts, Purpose.CONTACT)
    erase(facts, keys)


def test_the_register_keeps_who_has_a_record(facts: Facts) -> None:
    facts.append(
        act("clerk-1"), facts.history(RECORD).then(person.RequestOpened(UUID(int=51)))
    )  # any fact in the record's stream
    with pytest.raises(RefusedError) as caught:
        ask(facts, Purpose.IDENTITY)
    assert rule(caught) == "retention_hold"


def test_a_person_of_whom_no_register_knows_anything_is_forgotten_whole(
    facts: Facts, keys: SubjectKeys
) -> None:
    keys.numbers.remember("000099001234", SUBJECT, kind="personal", at=NOW)
    order(facts, Purpose.IDENTITY, Purpose.CONTACT, Purpose.JUDICIAL)
    erase(facts, keys)
    assert keys.numbers.find("000099001234", kind="personal") is None
    with pytest.raises(KeyDestroyedError):
        keys.for_writing(SUBJECT, "judicial")


def test_medical_data_stay_until_their_retention_is_said_to_have_ended(facts: Facts) -> None:
    with pytest.raises(RefusedError) as caught:
        ask(facts, Purpose.HEALTH, request=UUID(int=60))
    assert rule(caught) == "retention_hold"
    for _ in range(2):
        commands.end_retention(
            facts, subject=SUBJECT, purpose=Purpose.HEALTH, legal_basis="Circular 33/2025",
            act=act("officer-1"),
        )  # fmt: skip
    ask(facts, Purpose.HEALTH)


def test_a_refusal_is_on_file(facts: Facts) -> None:
    facts.add(person.RequestOpened(UUID(int=50)))
    with pytest.raises(RefusedError) as caught:
        ask(facts, Purpose.CONTACT)
    assert rule(caught) == "request_open"
    assert [name.__name__ for name in facts.on_file()] == ["ErasureRequested", "ErasureRefused"]


def test_a_stranger_is_not_found(facts: Facts) -> None:
    with pytest.raises(NotFoundError):
        commands.request_erasure(
            facts, subject=uuid4(), request=REQUEST, purposes=[Purpose.CONTACT],
            legal_basis=BASIS, act=act("citizen-1"),
        )  # fmt: skip


def test_a_hold_keeps_the_key_itself_until_it_is_lifted(facts: Facts, keys: SubjectKeys) -> None:
    made = keys.for_writing(SUBJECT, "contact")
    order(facts, Purpose.CONTACT)
    place(facts, keys)
    with pytest.raises(RefusedError) as caught:
        erase(facts, keys)
    assert rule(caught) == "legal_hold"
    assert keys.for_reading(made.key_id) is not None
    lift(facts, keys)
    erase(facts, keys)
    assert keys.for_reading(made.key_id) is None


def test_a_hold_that_is_not_there_cannot_be_lifted(facts: Facts, keys: SubjectKeys) -> None:
    with pytest.raises(RefusedError) as caught:
        lift(facts, keys)
    assert rule(caught) == "unknown_hold"


def test_of_two_holds_the_second_still_keeps_the_key(facts: Facts, keys: SubjectKeys) -> None:
    place(facts, keys)
    place(facts, keys, hold=UUID(int=5))
    lift(facts, keys)
    with pytest.raises(RefusedError) as caught:
        ask(facts, Purpose.CONTACT)
    assert rule(caught) == "legal_hold"


def test_a_hold_that_ran_out_lets_go(facts: Facts, keys: SubjectKeys) -> None:
    place(facts, keys, until=NOW.date() + timedelta(days=1))
    later = replace(act("citizen-1"), at=NOW + timedelta(days=2))
    commands.request_erasure(
        facts, subject=SUBJECT, request=REQUEST, purposes=[Purpose.CONTACT], legal_basis=BASIS,
        act=later,
    )  # fmt: skip
    for officer in ("officer-1", "officer-2"):
        commands.approve_erasure(
            facts, subject=SUBJECT, request=REQUEST, act=replace(later, actor=officer)
        )
    commands.erase(facts, keys, subject=SUBJECT, request=REQUEST, act=later)
    with pytest.raises(RefusedError) as caught:
        place(facts, keys)
    assert rule(caught) == "already_erased"


def test_a_hold_placed_while_the_erasure_begins_is_refused(facts: Facts, keys: SubjectKeys) -> None:
    order(facts, Purpose.CONTACT)
    facts.before_append.append(lambda: erase(facts, keys))
    with pytest.raises(RefusedError) as caught:
        place(facts, keys)
    assert rule(caught) == "already_erased"
    assert facts.on_file()[-2:] == [ErasureBegun, SubjectErased]


class Killed(Exception):  # noqa: N818 (it is no error: the process dies)
    pass


def test_killed_before_or_after_the_keys_are_gone_it_is_finished_by_repeating(
    facts: Facts, keys: SubjectKeys
) -> None:
    made = keys.for_writing(SUBJECT, "contact")
    order(facts, Purpose.CONTACT)

    class Dying:
        """Dies before the keys are destroyed, then after."""

        deaths = 0

        def hold(self, subject: UUID, purpose: str) -> None:
            keys.hold(subject, purpose)

        def release(self, subject: UUID, purpose: str) -> None:
            keys.release(subject, purpose)

        def forget(
            self, subject: UUID, purposes: Iterable[str], *, batch: UUID
        ) -> ShreddingReceipt:
            self.deaths += 1
            if self.deaths == 2:
                keys.forget(subject, purposes, batch=batch)
            raise Killed

    dying = Dying()
    for _ in range(2):
        with pytest.raises(Killed):
            erase(facts, dying)
    assert facts.on_file()[-1] is ErasureBegun
    erase(facts, keys)
    assert keys.for_reading(made.key_id) is None
    assert facts.on_file().count(SubjectErased) == 1
    assert keys.receipt(REQUEST).new_root == 2


@pytest.mark.parametrize("undisturbed", [0, 1])
def test_two_who_erase_at_once_leave_one_receipt(
    facts: Facts, keys: SubjectKeys, undisturbed: int
) -> None:
    order(facts, Purpose.CONTACT)
    facts.before_append = [lambda: erase(facts, keys), *[lambda: None] * undisturbed]
    erase(facts, keys)
    assert facts.on_file().count(SubjectErased) == 1


def test_a_hold_on_keys_that_somebody_destroyed_is_refused(facts: Facts, keys: SubjectKeys) -> None:
    keys.forget(SUBJECT, ["contact"], batch=uuid4())
    with pytest.raises(RefusedError) as caught:
        place(facts, keys)
    assert rule(caught) == "already_erased"
    assert facts.on_file() == []


def test_a_hold_at_the_keys_that_never_becomes_a_fact_is_no_obstacle_for_ever(
    facts: Facts, keys: SubjectKeys
) -> None:
    keys.hold(SUBJECT, "contact")  # whoever placed it died before recording it
    order(facts, Purpose.CONTACT)
    erase(facts, keys)
    assert facts.on_file()[-1] is SubjectErased


def test_holds_that_keep_coming_at_the_keys_are_a_conflict(facts: Facts, keys: SubjectKeys) -> None:
    order(facts, Purpose.CONTACT)

    class Stubborn:
        def hold(self, subject: UUID, purpose: str) -> None:
            keys.hold(subject, purpose)

        def release(self, subject: UUID, purpose: str) -> None:
            keys.hold(subject, purpose)

        def forget(
            self, subject: UUID, purposes: Iterable[str], *, batch: UUID
        ) -> ShreddingReceipt:
            return keys.forget(subject, purposes, batch=batch)

    with pytest.raises(ConflictError):
        erase(facts, Stubborn())
    erase(facts, keys)
