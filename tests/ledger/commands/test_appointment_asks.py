"""A person asks, a facility answers: what is appended together, and what nobody can do."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from ledger.certificates.lifecycle import Phase
from ledger.commands import (
    answering,
    appointment_asks,
    appointment_moves,
    appointments,
    asking,
    books,
    certificates,
    facilities,
)
from ledger.commands.appointment_moves import Move
from ledger.commands.asking import Asker
from ledger.commands.health_papers import course_of
from ledger.commands.holders import holder_of
from ledger.errors import IdempotencyMismatchError, NotFoundError, RefusedError
from ledger.facts import Act, Idempotency
from ledger.identifiers import health_book_stream
from ledger.records.appointment.use import Stage
from ledger.records.appointment_request.facts import AppointmentRequestAnswered, Specialty
from ledger.records.health_book.facts import (
    AssertedIdentity,
    AssertedNumber,
    BookOpened,
    IdentityAsserted,
)
from ledger.store.databases import open_store
from ledger.store.registry import FACT_TYPES
from tests_support.asked_town import AskedTown
from tests_support.paper_town import CENTRAL, PATIENT, PROVINCIAL, SALT, PaperTown
from tests_support.toy_ledger import OpenSeals, fresh_id

STRANGER = UUID(int=0xBAD)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[AskedTown]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with closing(open_store(url, types=FACT_TYPES, seals=OpenSeals(), ids=fresh_id)) as store:
        yield AskedTown(PaperTown(store))


def refused(rule: str, do: Callable[[], object]) -> None:
    with pytest.raises(RefusedError) as error:
        do()
    assert error.value.rule == rule


def once(name: str, content: bytes = bytes(32)) -> Idempotency:
    return Idempotency(name, content)


# A new appointment


def test_a_new_appointment_is_drafted_signed_and_closes_the_ask(asked: AskedTown) -> None:
    ask = asked.new(wish=asked.wish(specialty=Specialty.CARDIOLOGY, reason="Mệt"))
    assert asked.stage(ask) == "open"
    draft = asked.draft_new(ask)
    assert asked.stage(ask) == "taken_up"
    asked.sign(draft)
    ended = asked.found(ask).state.ended
    assert isinstance(ended, AppointmentRequestAnswered)
    assert (asked.stage(ask), ended.appointment) == ("granted", draft)
    facts = asked.town.facts
    issue = next(
        one for one in facts.read(after=0, limit=10_000) if one.topic == "appointment.issued/1"
    )
    answer = asked.found(ask).history.recorded[-1]
    assert (answer.act, answer.position) == (issue.act, issue.position + 1)  # one transaction


def test_a_draft_is_for_who_asked(asked: AskedTown) -> None:
    asked.know(STRANGER)
    ask = asked.new()
    refused("other_person", lambda: asked.draft_new(ask, subject=STRANGER))
    assert asked.stage(ask) == "open"


def test_a_paper_that_was_not_drafted_for_it_leaves_the_ask_open(asked: AskedTown) -> None:
    ask = asked.new()
    asked.town.appointment()
    assert asked.stage(ask) == "open"
    first, second = asked.draft_new(ask), asked.draft_new(ask)
    asked.sign(first)
    assert asked.stage(ask) == "taken_up"
    asked.sign(second)
    assert asked.stage(ask) == "granted"


def test_only_a_facility_that_is_registered_and_works_can_be_asked(asked: AskedTown) -> None:
    refused("facility_unknown", lambda: asked.new("01A99"))
    operator = Act(asked.town.at, "registrar", "operator")
    facilities.suspend(asked.town.facts, code=PROVINCIAL, legal_basis="1/QĐ", act=operator)
    refused("facility_unknown", lambda: asked.new(PROVINCIAL))
    assert asked.stage(asked.new(CENTRAL)) == "open"


def test_nobody_asks_for_somebody_whom_nobody_knows_or_who_died(asked: AskedTown) -> None:
    with pytest.raises(NotFoundError):
        asked.new(subject=STRANGER)
    books.record_death(
        asked.town.facts, subject=PATIENT, on=asked.today, evidence="Giấy chứng tử mẫu",
        act=asked.town.act(),
    )  # fmt: skip
    refused("person_died", asked.new)


def test_the_same_key_asks_once(asked: AskedTown) -> None:
    key = once("ask-1")
    assert asked.new(idempotency=key) == asked.new(idempotency=key)
    with pytest.raises(IdempotencyMismatchError):
        asked.new(idempotency=once("ask-1", b"\x01" * 32))


# Another day


def test_another_day_is_drafted_signed_and_closes_the_ask(asked: AskedTown) -> None:
    old = asked.town.appointment()
    ask = asked.move(old)
    draft = asked.draft_move(ask)
    assert (asked.stage(ask), appointments.load(asked.town.facts, old).state.stage) == (
        "taken_up", Stage.ISSUED,
    )  # fmt: skip
    asked.sign(draft)
    ended = asked.found(ask).state.ended
    assert isinstance(ended, AppointmentRequestAnswered)
    assert ended.appointment == draft
    assert appointments.load(asked.town.facts, old).state.replaced_by == draft
    correction = certificates.load(asked.town.facts, draft).certificate.drafted.correction
    assert correction is not None
    document = certificates.load(asked.town.facts, draft).certificate.drafted.correction_document
    assert document == answering.ASKED.encode()


def test_a_facility_that_moves_it_by_itself_grants_the_ask_all_the_same(
    asked: AskedTown,
) -> None:
    old = asked.town.appointment()
    ask = asked.move(old)
    move = Move(old, asked.town.new_id(), asked.day(40), "Bác sĩ nghỉ", SALT)
    appointment_moves.reschedule(asked.town.facts, move, act=asked.town.act())
    assert asked.stage(ask) == "open"
    asked.sign(move.certificate)
    assert asked.stage(ask) == "granted"


def test_one_that_was_missed_can_be_moved(asked: AskedTown) -> None:
    old = asked.town.appointment()
    asked.town.later(days=30)
    refused("day_went_by", lambda: asked.give_up(old))
    ask = asked.move(old)
    asked.sign(asked.draft_move(ask))
    assert asked.stage(ask) == "granted"


def test_a_paper_whose_code_has_run_out_is_asked_about_no_more(asked: AskedTown) -> None:
    old = asked.town.appointment()
    asked.town.later(days=100)
    refused("is_expired", lambda: asked.move(old))


# None at all


def test_what_is_given_up_is_cancelled_with_its_paper_and_the_ask(asked: AskedTown) -> None:
    old = asked.town.appointment()
    ask = asked.give_up(old)
    receipt = asked.grant_giving_up(ask)
    facts = asked.town.facts
    assert appointments.load(facts, old).state.stage is Stage.CANCELLED
    assert course_of(facts, old).phase is Phase.CANCELLED
    assert asked.stage(ask) == "granted"
    answer = asked.found(ask).history.recorded[-1]
    assert answer.position in receipt.positions  # one transaction


def test_a_facility_that_cancels_it_by_itself_grants_the_ask_all_the_same(
    asked: AskedTown,
) -> None:
    old = asked.town.appointment()
    ask = asked.give_up(old)
    appointments.cancel(asked.town.facts, certificate=old, reason="Nhầm", act=asked.town.act())
    assert asked.stage(ask) == "granted"


def test_the_same_key_cancels_once(asked: AskedTown) -> None:
    ask = asked.give_up(asked.town.appointment())
    first = asked.grant_giving_up(ask, idempotency=once("give-up-1"))
    again = asked.grant_giving_up(ask, idempotency=once("give-up-1"))
    assert (again.positions, again.repeated) == (first.positions, True)


@pytest.mark.parametrize("how", ["used", "moved", "cancelled", "visited"])
def test_an_appointment_that_ends_otherwise_ends_what_was_asked(asked: AskedTown, how: str) -> None:
    old = asked.town.appointment()
    ask = asked.move(old) if how != "moved" else asked.give_up(old)
    facts, act = asked.town.facts, asked.town.act()
    if how == "used":
        asked.town.consume(old, abnormal_signs=True)
    elif how == "visited":
        appointments.note_visit(facts, certificate=old, visit=asked.town.new_id(), act=act)
    elif how == "cancelled":
        appointments.cancel(facts, certificate=old, reason="Nhầm", act=act)
    else:
        move = Move(old, asked.town.new_id(), asked.day(40), "Bác sĩ nghỉ", SALT)
        appointment_moves.reschedule(facts, move, act=act)
        asked.sign(move.certificate)
    assert asked.stage(ask) == "lapsed"
    refused("is_consumed" if how in {"used", "visited"} else f"is_{_ENDS[how]}",
            lambda: asked.move(old))  # fmt: skip


_ENDS = {"moved": "rescheduled", "cancelled": "cancelled"}


# Who may


def test_somebody_elses_appointment_is_as_if_there_were_none(asked: AskedTown) -> None:
    asked.know(STRANGER)
    theirs = asked.town.appointment(subject=STRANGER)
    for do in (asked.move, asked.give_up):
        with pytest.raises(NotFoundError) as hidden:
            do(theirs)
        with pytest.raises(NotFoundError) as nothing:
            do(asked.town.new_id())
        assert str(hidden.value) == str(nothing.value)
    ask = asked.move(theirs, subject=STRANGER)
    with pytest.raises(NotFoundError):
        asked.withdraw(ask)


def test_whoever_is_known_under_two_pseudonyms_asks_under_either(asked: AskedTown) -> None:
    facts, act = asked.town.facts, asked.town.act()
    for subject in (PATIENT, STRANGER):
        books.open_book(facts, subject=subject, act=act)
    theirs = asked.town.appointment(subject=STRANGER)
    books.link(facts, part=STRANGER, whole=PATIENT, reason="Một người", act=act)
    ask = asked.move(theirs)
    assert asked.found(ask).subject == PATIENT
    asked.withdraw(ask, subject=STRANGER)
    assert asked.stage(ask) == "withdrawn"


def test_another_facility_finds_no_ask_and_answers_none(asked: AskedTown) -> None:
    new, given_up = asked.new(), asked.give_up(asked.town.appointment())
    tries: tuple[Callable[[], object], ...] = (
        lambda: asked.decline(new, CENTRAL),
        lambda: asked.draft_new(new, CENTRAL),
        lambda: asked.grant_giving_up(given_up, CENTRAL),
        lambda: asked.decline(asked.town.new_id()),
        lambda: asked.decline(asked.town.appointment()),  # a stream of something else
    )
    for do in tries:
        with pytest.raises(NotFoundError):
            do()
    assert (asked.stage(new), asked.stage(given_up)) == ("open", "open")


def test_nothing_is_done_for_an_ask_that_was_taken_back(asked: AskedTown) -> None:
    old = asked.town.appointment()
    new, given_up = asked.new(), asked.give_up(old)
    for ask in (new, given_up):
        asked.withdraw(ask)
        assert asked.withdraw(ask).repeated
    refused("ask_ended", lambda: asked.draft_new(new))
    refused("ask_ended", lambda: asked.grant_giving_up(given_up))
    refused("ask_ended", lambda: asked.decline(new))
    assert appointments.load(asked.town.facts, old).state.stage is Stage.ISSUED


def test_an_answer_is_to_what_was_asked(asked: AskedTown) -> None:
    new, move = asked.new(), asked.move(asked.town.appointment())
    refused("not_asked_for", lambda: asked.grant_giving_up(move))
    refused("not_asked_for", lambda: asked.draft_move(new))
    refused("not_asked_for", lambda: asked.draft_new(move))


def test_an_ask_whose_paper_is_drafted_is_not_taken_back(asked: AskedTown) -> None:
    ask = asked.new()
    asked.draft_new(ask)
    refused("ask_taken_up", lambda: asked.withdraw(ask))


# How often, how long


def test_one_appointment_is_asked_about_once_at_a_time_by_whichever_kind(
    asked: AskedTown,
) -> None:
    old = asked.town.appointment()
    first = asked.move(old)
    refused("already_asked", lambda: asked.move(old))
    refused("already_asked", lambda: asked.give_up(old))
    asked.decline(first)
    second = asked.give_up(old)
    assert second != first
    assert appointment_asks.asked_about(asked.town.facts, old).times == 2
    assert [asked.stage(one) for one in (first, second)] == ["declined", "open"]


def test_an_ask_that_lapsed_unnoticed_is_ended_by_the_next(asked: AskedTown) -> None:
    old = asked.town.appointment()
    first = asked.move(old, wish=asked.wish(1, 2))
    asked.town.later(days=3)
    assert asked.stage(first) == "open"
    second = asked.move(old)
    assert [asked.stage(one) for one in (first, second)] == ["lapsed", "open"]


def test_nobody_answers_after_the_last_day_and_the_worker_says_so(asked: AskedTown) -> None:
    ask = asked.new(wish=asked.wish(1, 2))
    asked.town.later(days=2)
    assert asked.lapse(ask).repeated
    asked.town.later(days=1)
    refused("ask_lapsed", lambda: asked.decline(ask))
    refused("ask_lapsed", lambda: asked.draft_new(ask))
    asked.lapse(ask)
    assert asked.lapse(ask).repeated
    assert asked.stage(ask) == "lapsed"


def test_a_late_day_that_was_drafted_in_time_is_granted_when_it_is_signed(
    asked: AskedTown,
) -> None:
    ask = asked.new(wish=asked.wish(1, 2))
    draft = asked.draft_new(ask, appointed=asked.day(20))
    asked.town.later(days=5)
    assert asked.lapse(ask).repeated
    asked.sign(draft)
    assert asked.stage(ask) == "granted"


def test_so_many_wait_and_no_more(asked: AskedTown) -> None:
    refused("too_many_asks", lambda: asked.new(waiting=10))
    old = asked.town.appointment()
    refused("too_many_asks", lambda: asking.ask_to_give_up(
        asked.town.facts, Asker(PATIENT, 10), appointment=old, reason=None, act=asked.me(),
    ))  # fmt: skip


# Whom a paper is about


def test_the_register_says_whom_a_paper_is_about(asked: AskedTown) -> None:
    holder = holder_of(asked.town.facts, PATIENT)
    assert holder is not None
    assert (holder.name, holder.birth_date.isoformat(), holder.sex, holder.id_tail) == (
        "NGUYỄN VĂN MẪU", "1999-01-01", 1, "1234",
    )  # fmt: skip


IDENTITY = AssertedIdentity(
    "LÊ THỊ MẪU", "2020-05-01", 2, (AssertedNumber("insurance-card", "HS4010000000123"),)
)


@pytest.mark.parametrize(
    ("told", "tail"),
    [
        (IDENTITY, "0123"),
        (replace(IDENTITY, birth="2020"), None),
        (replace(IDENTITY, birth=None), None),
        (replace(IDENTITY, sex=None), None),
        (replace(IDENTITY, numbers=()), None),
    ],
)
def test_else_a_facility_has_said_enough_or_not(
    asked: AskedTown, told: AssertedIdentity, tail: str | None
) -> None:
    facts = asked.town.facts
    stream = health_book_stream(STRANGER)
    facts.append(
        asked.town.act(),
        facts.history(stream).then(BookOpened(), IdentityAsserted(told), subject=STRANGER),
    )
    holder = holder_of(facts, STRANGER)
    assert (None if holder is None else holder.id_tail) == tail
