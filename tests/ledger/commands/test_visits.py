"""Visits come once, are corrected with a reason, and race-free however many send them at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ledger.commands import books, facilities, patients
from ledger.commands.deliveries import Outcome
from ledger.commands.visit_streams import document_of, load_visit
from ledger.errors import (
    RefusedError,
)
from ledger.identifiers import health_book_stream, visit_stream
from ledger.records.health_book.facts import BookOpened, IdentityAsserted
from ledger.records.visit import (
    VisitCorrected,
    VisitRecorded,
)
from tests_support.intake_house import (
    AT,
    FACILITY,
    REGISTRAR,
    IntakeHouse,
    delivery,
    intake_house,
    patient,
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


def test_a_visit_is_kept_as_it_came(house: IntakeHouse) -> None:
    received = b'{"value": 12.50,\n  "text": "S\xe1\xbb\x91t"}'
    taken = house.take(delivery(received=received))
    assert (taken.outcome, taken.revision) == (Outcome.ACCEPTED, 1)
    assert taken.digest == sha256(received).digest()
    assert stored(house) == [received]
    assert taken.subject is not None
    book = books.load_book(house.facts, taken.subject)
    assert book.state.is_open
    assert book.state.identities == (patient(),)
    recorded = house.facts.read(after=taken.position - 1, limit=1)[0]
    assert isinstance(recorded.fact, VisitRecorded)
    assert recorded.act.organisation == FACILITY
    assert recorded.act.occurred_at is None


def test_the_same_message_again_has_the_same_receipt_and_leaves_no_fact(house: IntakeHouse) -> None:
    first = house.take(delivery())
    head = house.facts.head()
    again = house.take(delivery(reason="a reason changes nothing"))
    assert again == replace(first, outcome=Outcome.REPEATED)
    assert house.take_many(delivery(), delivery()) == [again, again]
    assert house.facts.head() == head


def test_other_bytes_need_a_reason_and_are_a_new_revision(house: IntakeHouse) -> None:
    first = house.take(delivery())
    with pytest.raises(RefusedError) as refused:
        house.take(delivery(received=b"{}"))
    assert refused.value.rule == "correction_needs_a_reason"
    corrected = house.take(delivery(received=b"{}", reason="Nhập sai cân nặng", expected=1))
    assert (corrected.outcome, corrected.revision) == (Outcome.CORRECTED, 2)
    assert corrected.subject == first.subject
    assert stored(house) == [b'{"visit":1}', b"{}"]


def test_an_older_revision_that_comes_late_is_stale(house: IntakeHouse) -> None:
    house.take(delivery())
    house.take(delivery(received=b"{}", reason="sửa"))
    with pytest.raises(RefusedError) as refused:
        house.take(delivery(reason="whatever is said"))
    assert refused.value.rule == "stale_resend"


def test_a_correction_of_another_revision_than_the_sender_knows_is_refused(
    house: IntakeHouse,
) -> None:
    house.take(delivery())
    house.take(delivery(received=b"{}", reason="sửa"))
    with pytest.raises(RefusedError) as refused:
        house.take(delivery(received=b"[]", reason="sửa", expected=1))
    assert refused.value.rule == "revision_differs"


def test_a_facility_that_may_not_send_is_refused(house: IntakeHouse) -> None:
    with pytest.raises(RefusedError) as refused:
        house.take(delivery(facility="79Z99"), facility="79Z99")
    assert refused.value.rule == "facility_unknown"
    facilities.suspend(house.facts, code=FACILITY, legal_basis="QĐ 1/2026", act=REGISTRAR)
    with pytest.raises(RefusedError):
        house.take(delivery())
    with pytest.raises(RefusedError):
        house.take_many(delivery())
    facilities.resume(house.facts, code=FACILITY, legal_basis="QĐ 2/2026", act=REGISTRAR)
    assert house.take(delivery()).outcome is Outcome.ACCEPTED


def test_a_correction_under_a_linked_number_stays_with_the_visit(house: IntakeHouse) -> None:
    one, two = house.take(delivery()), house.take(delivery("LK-2", whose=patient("000099000002")))
    assert one.subject is not None
    assert two.subject is not None
    books.link(house.facts, part=two.subject, whole=one.subject, reason="một", act=REGISTRAR)
    corrected = house.take(delivery(whose=patient("000099000002"), received=b"{}", reason="sửa"))
    assert corrected.subject == one.subject


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    barrier = threading.Barrier(count)

    def one(number: int) -> object:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_eight_who_send_the_same_visit_leave_one_fact(house: IntakeHouse) -> None:
    taken = at_once(8, lambda _: house.take(delivery()))
    history = house.facts.history(visit_stream(FACILITY, "LK-1"))
    assert [type(fact) for fact in history.facts] == [VisitRecorded]
    positions = {getattr(one, "position", None) for one in taken}
    assert positions == {history.recorded[0].position}
    outcomes = sorted(str(getattr(one, "outcome", "")) for one in taken)
    assert outcomes == ["accepted", *["repeated"] * 7]


def test_eight_who_send_the_same_batch_leave_each_visit_once(house: IntakeHouse) -> None:
    batch = [delivery(f"LK-{n}", whose=patient(f"0000990000{n % 7:02}")) for n in range(40)]
    at_once(8, lambda _: house.take_many(*batch))
    recorded = house.facts.read(after=0, limit=10_000)
    assert sum(isinstance(one.fact, VisitRecorded) for one in recorded) == 40
    assert sum(isinstance(one.fact, BookOpened) for one in recorded) == 7
    assert sum(isinstance(one.fact, IdentityAsserted) for one in recorded) == 7


def test_eight_who_send_a_new_patient_at_once_make_one_person(house: IntakeHouse) -> None:
    taken = at_once(8, lambda n: house.take(delivery(f"LK-{n}", whose=patient())))
    assert len({getattr(one, "subject", None) for one in taken}) == 1
    subject = getattr(taken[0], "subject", None)
    assert isinstance(subject, UUID)
    facts = house.facts.history(health_book_stream(subject)).facts
    assert [type(fact) for fact in facts] == [BookOpened, IdentityAsserted]


def test_of_many_each_is_answered_and_one_that_is_refused_holds_back_none(
    house: IntakeHouse,
) -> None:
    house.take(delivery("LK-0"))
    taken = house.take_many(
        delivery("LK-0"),
        delivery("LK-0", b"{}"),
        delivery("LK-1"),
        delivery("LK-1", b"{}", reason="sửa"),
        delivery("LK-1"),
        delivery("LK-2", whose=replace(patient(), numbers=())),
        delivery("LK-3", whose=replace(patient(), name="")),
        delivery("LK-4", whose=patient("000099000004")),
        replace(delivery("LK-5"), patient=None, number=("mrn:79A02", "unknown")),
        replace(delivery("LK-6"), patient=None, number=("personal", "000099000004")),
    )
    assert [(one.outcome.value, one.rule) for one in taken] == [
        ("repeated", ""),
        ("refused", "correction_needs_a_reason"),
        ("accepted", ""),
        ("corrected", ""),
        ("refused", "stale_resend"),
        ("refused", "patient_number"),
        ("refused", "not_blank"),
        ("accepted", ""),
        ("accepted", ""),
        ("accepted", ""),
    ]
    assert taken[9].subject == taken[7].subject
    assert taken[8].subject is not None
    assert books.load_book(house.facts, taken[8].subject).state.is_open


def test_a_batch_is_one_append_unless_somebody_was_faster(house: IntakeHouse) -> None:
    batch = [delivery(f"LK-{n}", whose=patient(f"0000990000{n:02}")) for n in range(30)]
    taken = house.take_many(*batch)
    assert {one.outcome for one in taken} == {Outcome.ACCEPTED}
    for one, sent in zip(taken, batch, strict=True):
        assert house.facts.read(after=one.position - 1, limit=1)[0].stream_id == sent.stream


def test_a_hospitals_own_number_joins_visits_that_name_nothing_else(house: IntakeHouse) -> None:
    own = patients.own_number(FACILITY, "BN-1")
    nameless = patient("", **{own[0]: own[1]})
    first = house.take(delivery("LK-1", whose=nameless))
    both = patient("000099000009", **{own[0]: own[1]})
    second = house.take(delivery("LK-2", whose=both))
    assert second.subject == first.subject
    third = house.take(delivery("LK-3", whose=patient("000099000009")))
    assert third.subject == first.subject


def test_a_hospitals_own_number_never_makes_one_of_two_people(house: IntakeHouse) -> None:
    own = patients.own_number(FACILITY, "BN-1")
    one = house.take(delivery("LK-1", whose=patient("000099000001", **{own[0]: own[1]})))
    other = house.take(delivery("LK-2", whose=patient("000099000002", **{own[0]: own[1]})))
    assert one.subject != other.subject
    assert patients.NUMBERS_DIFFER in other.findings
    batch = house.take_many(
        delivery("LK-3", whose=patient("000099000003", **{"mrn:79A02": "BN-2"})),
        delivery("LK-4", whose=patient("000099000004", **{"mrn:79A02": "BN-2"})),
        delivery("LK-5", whose=patient("", **{"mrn:79A02": "BN-2"})),
    )
    assert batch[0].subject != batch[1].subject
    assert batch[2].subject == batch[0].subject


def test_another_name_is_a_finding_and_care_goes_on(house: IntakeHouse) -> None:
    house.take(delivery("LK-1"))
    same = house.take(delivery("LK-2", whose=replace(patient(), name="Nguyen van mau")))
    less = house.take(delivery("LK-3", whose=replace(patient(), birth=None)))
    odd = house.take(delivery("LK-4", whose=replace(patient(), name="TRẦN THỊ MẪU")))
    born = house.take(delivery("LK-5", whose=replace(patient(), birth="1986-02-01")))
    assert same.findings == less.findings == ()
    assert odd.findings == born.findings == (patients.IDENTITY_DIFFERS,)
    assert {one.subject for one in (same, less, odd, born)} == {same.subject}


def test_who_is_known_to_the_judicial_side_is_the_same_person(house: IntakeHouse) -> None:
    known = uuid4()
    house.keys.numbers.remember("000099000001", known, kind="personal", at=AT)
    assert house.take(delivery()).subject == known


def test_revisions_are_facts_and_nothing_is_written_anew(house: IntakeHouse) -> None:
    house.take(delivery())
    before = house.facts.history(visit_stream(FACILITY, "LK-1")).recorded
    house.take(delivery(received=b"{}", reason="sửa"))
    after = house.facts.history(visit_stream(FACILITY, "LK-1")).recorded
    assert after[: len(before)] == before
    assert isinstance(after[-1].fact, VisitCorrected)


def test_the_commands_for_one_and_for_many_agree(house: IntakeHouse) -> None:
    one = house.take(delivery("LK-1"))
    many = house.take_many(delivery("LK-1"))
    assert many == [replace(one, outcome=Outcome.REPEATED)]
