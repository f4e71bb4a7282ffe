"""Refused attempts: one fact a person and day, so many an account, none that is not counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.commands.access import who_looked
from ledger.commands.refusals import record_refusal, refusals
from ledger.facts import Act
from ledger.records import refusal_day
from ledger.records.access import AccessRefused, Channel, RecordKind
from ledger.records.refusal_day import MOST_A_DAY, RefusalCounted, RefusalsCapped
from tests_support.health_people import NOW, PATIENT, HealthPeople, clinician


@pytest.fixture
def people() -> HealthPeople:
    return HealthPeople()


def refuse(people: HealthPeople, subject: UUID = PATIENT, act: Act | None = None) -> bool:
    return record_refusal(
        people.facts, subject=subject, kind=RecordKind.HEALTH_BOOK, purpose="read_book",
        channel=Channel.API, act=act or clinician(),
    )  # fmt: skip


def test_a_refusal_is_in_the_persons_history_once_a_day_and_account(people: HealthPeople) -> None:
    assert [refuse(people) for _ in range(3)] == [True, False, False]
    assert refuse(people, act=clinician("doctor-2"))
    assert refuse(people, act=clinician(at=NOW + timedelta(days=1)))
    found = who_looked(people.facts, subject=PATIENT)
    assert [one.fact for one in found] == [
        AccessRefused(RecordKind.HEALTH_BOOK, "read_book", Channel.API)
    ] * 3
    assert [one.act.actor for one in found] == ["doctor-1", "doctor-2", "doctor-1"]


def test_who_guesses_leaves_no_more_than_is_counted_and_a_last_word(people: HealthPeople) -> None:
    before = people.facts.head()
    for number in range(3 * MOST_A_DAY):
        refuse(people, UUID(int=1000 + number))
    assert people.facts.head() - before == MOST_A_DAY + 1
    (capped,) = refusals(people.facts, after=before, limit=100)
    assert capped.fact == RefusalsCapped(MOST_A_DAY)
    assert not refuse(people)
    assert who_looked(people.facts, subject=PATIENT) == ()
    assert refuse(people, act=clinician("doctor-2"))


def test_of_nobody_no_history_is_begun(people: HealthPeople) -> None:
    nobody = UUID(int=4711)
    assert refuse(people, nobody)
    assert not refuse(people, nobody)
    assert who_looked(people.facts, subject=nobody) == ()


def test_attempts_at_the_same_time_are_counted_one_by_one(people: HealthPeople) -> None:
    with ThreadPoolExecutor(4) as pool:
        left = list(pool.map(lambda _: refuse(people), range(8)))
    assert left.count(True) == 1
    assert len(who_looked(people.facts, subject=PATIENT)) == 1


@given(st.lists(st.integers(0, 3 * MOST_A_DAY), max_size=4 * MOST_A_DAY))
def test_whatever_is_asked_for_a_day_has_an_end(asked: list[int]) -> None:
    facts: list[refusal_day.Fact] = []
    for number in asked:
        facts += refusal_day.count(facts, asked_for=UUID(int=number))
    counted = [one.asked_for for one in facts if isinstance(one, RefusalCounted)]
    assert len(set(counted)) == len(counted) <= MOST_A_DAY
    assert sum(isinstance(one, RefusalsCapped) for one in facts) == (len(set(asked)) > MOST_A_DAY)
