"""What of a person's visits keeps them from being forgotten, and until when."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from ledger.categories import Category
from ledger.clinical.book import Event, Known
from ledger.clinical.entry import Coding, Entry, Kind, Status
from ledger.commands import books, erasure
from ledger.commands.retention import HealthRetention, closed_records
from ledger.errors import RefusedError
from ledger.facts import Act
from ledger.personal import Purpose
from ledger.records.erasure.retention import ClosedRecord, RetentionClass
from tests_support.health_people import FACILITY, NOW, OTHER, PATIENT, HealthPeople, officer

ICD = "http://hl7.org/fhir/sid/icd-10"
REQUEST = UUID(int=1)


def seconds(year: int) -> int:
    return int(datetime(year, 6, 1, tzinfo=UTC).timestamp())


def entry(kind: Kind, *, until: int | None = None, code: str = "", category: str = "") -> Entry:
    codings = (Coding(ICD, code),) if code else ()
    categories = (Category(category),) if category else ()
    return Entry(
        kind, "Encounter", "1", 0, Status.COMPLETED, codings, until=until, categories=categories
    )


def known(*entries: Entry, event: Event = Event.RECORDED, recorded: int = 2026) -> Known:
    return Known(UUID(int=5), 1, event, PATIENT, FACILITY, 1, seconds(recorded), 1, entries)


class Visits:
    def __init__(self, *known: Known) -> None:
        self.all = list(known)

    def known(self, subjects: Iterable[UUID]) -> list[Known]:
        wanted = set(subjects)
        return [one for one in self.all if one.subject in wanted]


@pytest.mark.parametrize(
    ("entries", "sorts"),
    [
        ((), set()),
        ((entry(Kind.PROBLEM, code="I10"),), set()),
        ((entry(Kind.PROBLEM, code="V43.5"),), {RetentionClass.ACCIDENT}),
        ((entry(Kind.PROBLEM, code="Y96"),), {RetentionClass.ACCIDENT}),
        ((entry(Kind.PROBLEM, code="Z94.0"),), {RetentionClass.TRANSPLANT}),
        ((entry(Kind.PROBLEM, category="mental"),), {RetentionClass.PSYCHIATRIC}),
        ((entry(Kind.PROBLEM, category="hiv"),), set()),
    ],
)
def test_codes_and_categories_say_which_sort_a_record_is(
    entries: tuple[Entry, ...], sorts: set[RetentionClass]
) -> None:
    found = {one.sort for one in closed_records([known(*entries)])}
    assert found == {RetentionClass.RECORD, *sorts}


def test_a_record_is_closed_when_the_visit_ended_or_else_when_it_was_recorded() -> None:
    ended = known(entry(Kind.VISIT, until=seconds(2011)))
    assert list(closed_records([ended])) == [ClosedRecord(RetentionClass.RECORD, 2011)]
    open_still = known(entry(Kind.VISIT), recorded=2024)
    assert list(closed_records([open_still])) == [ClosedRecord(RetentionClass.RECORD, 2024)]
    # 17:30 UTC on the last day of a year is New Year's Day in Vietnam.
    late = int(datetime(2011, 12, 31, 17, 30, tzinfo=UTC).timestamp())
    assert next(closed_records([known(entry(Kind.VISIT, until=late))])).year == 2012


def test_what_was_taken_away_is_no_record_of_this_person() -> None:
    assert list(closed_records([known(event=Event.LEFT), known(event=Event.VOIDED)])) == []


def ask(people: HealthPeople, visits: Visits, subject: UUID = PATIENT) -> str:
    """Ask to forget health data; return the refusal's words, or nothing if there was none."""
    try:
        erasure.request_erasure(
            people.facts, subject=subject, request=REQUEST,
            purposes=(Purpose.HEALTH, Purpose.HEALTH_RESTRICTED), legal_basis="luật mẫu",
            act=officer(), health=HealthRetention(visits),
        )  # fmt: skip
    except RefusedError as error:
        return f"{error.rule}: {error}"
    return ""


def test_the_living_are_refused_with_the_rule_and_offered_a_restriction() -> None:
    said = ask(HealthPeople(), Visits())
    assert said.startswith("retention_hold: must stay: health, health-restricted, until 10 years")
    assert "Circular 33/2025" in said
    assert said.endswith("ask for a restriction of processing instead")


def died(people: HealthPeople, on: date) -> None:
    books.record_death(
        people.facts, subject=PATIENT, on=on, evidence="giấy báo tử mẫu", act=officer()
    )


def test_the_dead_are_forgotten_after_the_longest_term_and_not_a_day_before() -> None:
    people = HealthPeople()
    died(people, date(2010, 3, 3))
    old = known(entry(Kind.VISIT, until=seconds(2008)), entry(Kind.PROBLEM, category="mental"))
    assert ask(people, Visits(old)).endswith(
        "until the end of 2028 (Circular 33/2025/TT-BYT); "
        "ask for a restriction of processing instead"
    )
    assert ask(HealthPeopleOf(date(2010, 3, 3)), Visits()) == ""


def HealthPeopleOf(on: date) -> HealthPeople:  # noqa: N802  reads like the class it makes one of
    people = HealthPeople()
    died(people, on)
    return people


def test_a_registered_person_without_any_health_data_has_none_kept() -> None:
    people = HealthPeople()
    people.register(OTHER, date(1980, 1, 1))
    assert ask(people, Visits(), OTHER) == ""
    # Without a look at the visits nobody can say, and nothing is lost.
    around = erasure.circumstances(people.facts, OTHER, Act(NOW, "dpo-1", "officer"))
    assert Purpose.HEALTH in around.retained


def test_whoever_only_a_facility_knows_can_be_forgotten_too() -> None:
    people = HealthPeople()
    stranger = UUID(int=0xBEEF)
    books.open_book(people.facts, subject=stranger, act=officer())
    assert "until 10 years" in ask(people, Visits(), stranger)
    books.record_death(
        people.facts, subject=stranger, on=date(2001, 1, 1), evidence="mẫu", act=officer()
    )
    assert ask(people, Visits(), stranger) == ""
