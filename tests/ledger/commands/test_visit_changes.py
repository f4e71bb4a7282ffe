"""Commands on visits after they were sent: voided, moved, in parts, with files."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ledger import documents
from ledger.commands import visit_changes
from ledger.commands.access import record_access
from ledger.commands.deliveries import Outcome
from ledger.commands.visit_streams import document_of, load_visit, subject_of
from ledger.errors import (
    IdempotencyMismatchError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
)
from ledger.facts import Act, Idempotency
from ledger.identifiers import health_book_stream, visit_stream
from ledger.personal import Erased
from ledger.records.access import Channel, RecordKind
from ledger.records.visit import (
    ReadersTold,
    RestrictedPartKept,
    VisitReassigned,
    VisitRecordedInParts,
)
from tests_support.intake_house import (
    AT,
    FACILITY,
    OTHER,
    REGISTRAR,
    IntakeHouse,
    delivery,
    intake_house,
    patient,
    sender,
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IntakeHouse]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    keys = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        keys = request.getfixturevalue("postgres_server").new_database()
    with intake_house(url, tmp_path, keys=keys) as opened:
        yield opened


def stored(house: IntakeHouse, key: str = "LK-1") -> list[bytes | None]:
    found = load_visit(house.facts, visit_stream(FACILITY, key))
    return [document_of(revision) for revision in found.state.revisions]


def test_a_void_visit_comes_back_only_by_a_correction(house: IntakeHouse) -> None:
    house.take(delivery())
    stream = visit_stream(FACILITY, "LK-1")
    visit_changes.void(house.facts, stream=stream, reason="Nhầm", act=sender(), expected=1)
    assert load_visit(house.facts, stream).state.voided
    for again in (
        lambda: visit_changes.void(house.facts, stream=stream, reason="Nhầm", act=sender()),
        lambda: visit_changes.reassign(
            house.facts, stream=stream, to=uuid4(), reason="Nhầm", act=sender()
        ),
        lambda: house.take(delivery()),
    ):
        with pytest.raises(RefusedError):
            again()
    taken = house.take(delivery(reason="Đúng là đã khám"))
    assert taken.outcome is Outcome.CORRECTED
    assert not load_visit(house.facts, stream).state.voided


def test_another_facility_neither_voids_nor_learns_that_there_is_one(house: IntakeHouse) -> None:
    house.take(delivery())
    with pytest.raises(NotFoundError):
        visit_changes.void(
            house.facts, stream=visit_stream(FACILITY, "LK-1"), reason="x", act=sender(OTHER)
        )


def test_the_restricted_part_is_sealed_apart(house: IntakeHouse) -> None:
    whole, shown = b'{"hiv":1,"flu":2}', b'{"flu":2}'
    taken = house.take(delivery(received=whole, open_part=shown))
    state = load_visit(house.facts, taken.stream).state
    assert document_of(state.newest, whole=False) == shown
    assert document_of(state.newest) == whole
    assert house.take(delivery(received=whole, open_part=shown)).outcome is Outcome.REPEATED
    assert taken.subject is not None
    house.keys.forget(taken.subject, ["health-restricted"], batch=uuid4())
    left = load_visit(house.facts, taken.stream).state
    assert document_of(left.newest) is None
    assert document_of(left.newest, whole=False) == shown
    facts = house.facts.history(taken.stream).facts
    assert isinstance(facts[0], VisitRecordedInParts)
    assert isinstance(facts[0].withheld, Erased)


def test_the_withheld_part_outlives_the_shown_one_and_tells_nothing_of_it(
    house: IntakeHouse,
) -> None:
    whole, shown = b'{"hiv":"mau","flu":"SPECIMEN"}', b'{"flu":"SPECIMEN"}'
    taken = house.take(delivery(received=whole, open_part=shown))
    assert taken.subject is not None
    house.keys.forget(taken.subject, ["health"], batch=uuid4())
    state = load_visit(house.facts, taken.stream).state
    assert document_of(state.newest) is None
    assert document_of(state.newest, whole=False) is None
    assert state.newest.withheld is not None
    dictionary, apart = state.newest.withheld
    assert isinstance(apart, bytes)
    left = documents.unpack(dictionary, apart)
    assert b"hiv" in left
    assert b"SPECIMEN" not in left


def test_a_reassigned_visit_in_parts_is_whole_under_the_other_person(house: IntakeHouse) -> None:
    whole, shown = b'{"hiv":1,"flu":2}', b'{"flu":2}'
    taken = house.take(delivery(received=whole, open_part=shown))
    other = house.take(delivery("LK-2", whose=patient("000099000002")))
    assert taken.subject is not None
    assert other.subject is not None
    visit_changes.reassign(
        house.facts, stream=taken.stream, to=other.subject, reason="Nhầm người", act=REGISTRAR
    )
    facts = house.facts.history(taken.stream).facts
    assert [type(fact) for fact in facts] == [
        VisitRecordedInParts, VisitReassigned, RestrictedPartKept,
    ]  # fmt: skip
    house.keys.forget(taken.subject, ["health", "health-restricted"], batch=uuid4())
    state = load_visit(house.facts, taken.stream).state
    assert [document_of(one) for one in state.revisions] == [None, whole]
    assert document_of(state.newest, whole=False) == shown


def test_what_is_withheld_of_a_visit_that_is_half_erased_cannot_be_moved(
    house: IntakeHouse,
) -> None:
    taken = house.take(delivery(received=b'{"hiv":1,"flu":2}', open_part=b'{"flu":2}'))
    other = house.take(delivery("LK-2", whose=patient("000099000002")))
    assert taken.subject is not None
    assert other.subject is not None
    house.keys.forget(taken.subject, ["health-restricted"], batch=uuid4())
    with pytest.raises(RefusedError) as refused:
        visit_changes.reassign(
            house.facts, stream=taken.stream, to=other.subject, reason="Nhầm", act=REGISTRAR
        )
    assert refused.value.rule == "visit_erased"


def look(house: IntakeHouse, subject: UUID, actor: str, kind: RecordKind, of: UUID | None) -> None:
    act = Act(AT, actor, "clinician", OTHER, legal_basis="care")
    record_access(
        house.facts, subject=subject, kind=kind, purpose="treatment", channel=Channel.API,
        act=act, reference=of,
    )  # fmt: skip


def test_a_reassigned_visit_is_sealed_anew_and_its_readers_are_told(house: IntakeHouse) -> None:
    wrong, right = patient(), patient("000099000002")
    look_first = house.take(delivery("LK-0"))
    assert look_first.subject is not None
    look(house, look_first.subject, "early", RecordKind.HEALTH_BOOK, None)
    taken = house.take(delivery(whose=wrong))
    other = house.take(delivery("LK-2", whose=right))
    assert taken.subject is not None
    assert other.subject is not None
    look(house, taken.subject, "reader-b", RecordKind.HEALTH_BOOK, None)
    look(house, taken.subject, "reader-a", RecordKind.VISIT, taken.stream)
    look(house, taken.subject, "elsewhere", RecordKind.VISIT, look_first.stream)
    moved = visit_changes.reassign(
        house.facts, stream=taken.stream, to=other.subject, reason="Nhầm người", act=REGISTRAR
    )
    assert moved.readers == ("reader-a", "reader-b")
    history = house.facts.history(taken.stream)
    assert subject_of(history) == other.subject
    assert history.facts[-1] == ReadersTold(taken.subject, ("reader-a", "reader-b"))
    house.keys.forget(taken.subject, ["health"], batch=uuid4())
    state = load_visit(house.facts, taken.stream).state
    assert [document_of(revision) for revision in state.revisions] == [None, b'{"visit":1}']
    assert house.take(delivery(whose=right)).outcome is Outcome.REPEATED
    corrected = house.take(delivery(whose=right, received=b"{}", reason="sửa"))
    assert corrected.subject == other.subject
    with pytest.raises(RefusedError) as refused:
        house.take(delivery(whose=wrong, received=b"[]", reason="sửa"))
    assert refused.value.rule == "visit_of_another_person"


def test_those_who_cannot_be_told_or_are_told_otherwise_are_no_readers(house: IntakeHouse) -> None:
    taken = house.take(delivery())
    other = house.take(delivery("LK-2", whose=patient("000099000002")))
    assert taken.subject is not None
    assert other.subject is not None
    for actor, role, basis in (
        ("anonymous", "anonymous", "shared_by_holder"),
        ("account-own", "citizen", "own"),
        ("account-parent", "citizen", "representative"),
    ):
        record_access(
            house.facts, subject=taken.subject, kind=RecordKind.HEALTH_BOOK, purpose="read_book",
            channel=Channel.API, act=Act(AT, actor, role, legal_basis=basis),
        )  # fmt: skip
    moved = visit_changes.reassign(
        house.facts, stream=taken.stream, to=other.subject, reason="Nhầm người", act=REGISTRAR
    )
    assert moved.readers == ("account-parent",)


def test_a_move_that_is_sent_again_is_one_and_of_a_known_revision(house: IntakeHouse) -> None:
    taken = house.take(delivery())
    other = house.take(delivery("LK-2", whose=patient("000099000002")))
    assert taken.subject is not None
    assert other.subject is not None
    look(house, taken.subject, "reader-a", RecordKind.HEALTH_BOOK, None)
    key = Idempotency("move-1", bytes(32))

    def move(expected: int | None = 1, key: Idempotency = key) -> visit_changes.Moved:
        assert other.subject is not None
        return visit_changes.reassign(
            house.facts, stream=taken.stream, to=other.subject, reason="Nhầm người",
            act=REGISTRAR, expected=expected, idempotency=key,
        )  # fmt: skip

    with pytest.raises(RefusedError) as refused:
        move(expected=2)
    assert refused.value.rule == "revision_differs"
    first, head = move(), house.facts.head()
    again = move()
    assert (again.readers, again.receipt.repeated) == (("reader-a",), True)
    assert again.receipt.positions == first.receipt.positions
    assert house.facts.head() == head
    with pytest.raises(IdempotencyMismatchError):
        move(key=Idempotency("move-1", bytes([1]) * 32))


def test_a_void_that_is_sent_again_is_one(house: IntakeHouse) -> None:
    stream = house.take(delivery()).stream
    key = Idempotency("void-1", bytes(32))
    receipts = [
        visit_changes.void(
            house.facts, stream=stream, reason="Nhầm", act=sender(), expected=1, idempotency=key
        )
        for _ in range(2)
    ]
    assert [one.repeated for one in receipts] == [False, True]
    assert receipts[0].positions == receipts[1].positions


def test_the_stream_of_something_else_is_no_visit(house: IntakeHouse) -> None:
    taken = house.take(delivery())
    assert taken.subject is not None
    for stream in (health_book_stream(taken.subject), uuid4()):
        with pytest.raises(NotFoundError):
            visit_changes.load_own(house.facts, stream, FACILITY)


def test_a_file_is_attached_once_and_never_to_a_void_visit(house: IntakeHouse) -> None:
    house.take(delivery())
    stream = visit_stream(FACILITY, "LK-1")
    address = sha256(os.urandom(8)).digest()

    def attach(media_type: str = "image/png") -> object:
        return visit_changes.attach(
            house.facts, stream=stream, address=address, size=9, media_type=media_type,
            title="X-quang", act=sender(),
        )  # fmt: skip

    assert attach() is not None
    assert attach() is None
    assert load_visit(house.facts, stream).state.attached[0].title == "X-quang"
    with pytest.raises(InvalidInputError):
        attach("png")
    visit_changes.void(house.facts, stream=stream, reason="Nhầm", act=sender())
    with pytest.raises(RefusedError):
        attach("image/jpeg")
