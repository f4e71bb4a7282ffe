"""The fold of what visits say: which version counts, two times, what is hidden, one order."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.categories import Category
from ledger.clinical.book import Book, Event, Known, fold, key_of, versions, without
from ledger.clinical.entry import Absence, Entry, Kind, Status
from ledger.clinical.moments import VIETNAM, seconds
from ledger.clinical.sections import KINDS, Section, Standing, section, standing

ANN, BEN = UUID(int=0xA), UUID(int=0xB)
NOW = seconds(datetime(2026, 11, 23, tzinfo=VIETNAM))
DAY = int(timedelta(days=1).total_seconds())


def entry(text: str, number: str = "1", **more: Any) -> Entry:
    given: dict[str, Any] = {
        "kind": Kind.PROBLEM, "type": "Condition", "id": number, "place": 0,
        "status": Status.ACTIVE, "text": text, "at": NOW - DAY, **more,
    }  # fmt: skip
    return Entry(**given)


def known(*entries: Entry, visit: int = 1, version: int = 1, event: Event = Event.RECORDED,
          at: int = NOW, subject: UUID = ANN, position: int | None = None) -> Known:  # fmt: skip
    place = 10 * version + visit if position is None else position
    return Known(UUID(int=visit), version, event, subject, "79A02", place, at, 1, entries)


def texts(book: Book) -> list[str]:
    return [item.entry.text for item in book.items]


def on(day: date) -> int:
    return seconds(datetime(day.year, day.month, day.day, tzinfo=VIETNAM)) + DAY


def test_the_same_resource_in_two_visits_is_one_entry_in_its_newest_version() -> None:
    first = known(entry("Hen"), visit=1, position=1)
    second = known(entry("Hen phế quản"), visit=2, position=2)
    (item,) = fold([second, first]).items
    assert item.entry.text == "Hen phế quản"
    assert item.sources == 2
    assert [v.entry and v.entry.text for v in versions([second, first], item.key)] == [
        "Hen",
        "Hen phế quản",
    ]


def test_resources_without_an_id_are_never_taken_for_one_another() -> None:
    one, two = known(entry("Hen", ""), visit=1), known(entry("Ho", ""), visit=2)
    assert sorted(texts(fold([one, two]))) == ["Hen", "Ho"]


def test_facilities_do_not_share_identifiers() -> None:
    here = known(entry("Hen"))
    there = known(entry("Ho"), visit=2)._replace(facility="01B03")
    assert len(fold([here, there]).items) == 2


def test_what_a_correction_leaves_out_is_gone_and_stays_in_the_history() -> None:
    facts = [
        known(entry("Hen"), entry("Ho", "2")),
        known(entry("Hen"), version=2, event=Event.CORRECTED),
    ]
    assert texts(fold(facts)) == ["Hen"]
    history = versions(facts, key_of(facts[0], facts[0].entries[1]))
    assert [v.entry and v.entry.text for v in history] == ["Ho", None]


def test_an_entry_that_was_entered_in_error_is_hidden_and_kept() -> None:
    wrong = entry("Hen", status=Status.ENTERED_IN_ERROR)
    assert fold([known(wrong)]).items == ()
    assert versions([known(wrong)], ("79A02", "Condition", "1"))[0].entry == wrong


def test_what_was_recorded_later_does_not_change_a_past_view() -> None:
    facts = [known(entry("Hen"))]
    before = fold(facts, as_of=NOW)
    facts += [
        known(entry("Ho"), version=2, event=Event.CORRECTED, at=NOW + 1),
        known(entry("Sốt", "9"), visit=2, at=NOW + 1),
    ]
    assert fold(facts, as_of=NOW).items == before.items
    assert sorted(texts(fold(facts))) == ["Ho", "Sốt"]


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2019, 12, 31), []),
        (date(2020, 1, 1), [Status.ACTIVE]),
        (date(2020, 5, 31), [Status.ACTIVE]),
        (date(2020, 6, 2), [Status.RESOLVED]),
    ],
)
def test_a_problem_stood_otherwise_on_a_day_in_the_past(day: date, shown: list[Status]) -> None:
    began, ended = on(date(2019, 12, 31)), on(date(2020, 6, 1))
    asthma = entry("Hen", status=Status.RESOLVED, at=began, until=ended)
    assert [item.status for item in fold([known(asthma)], effective=on(day)).items] == shown


def test_when_something_ended_is_not_made_up() -> None:
    asthma = entry("Hen", status=Status.RESOLVED, at=on(date(2010, 1, 1)))
    (item,) = fold([known(asthma)], effective=on(date(2015, 1, 1))).items
    assert item.status is Status.UNKNOWN
    (item,) = fold([known(asthma)], effective=NOW + DAY).items
    assert item.status is Status.RESOLVED


def test_an_entry_without_a_time_is_never_left_out() -> None:
    allergy = entry("Penicillin", kind=Kind.ALLERGY, at=None)
    assert texts(fold([known(allergy)], effective=on(date(1990, 1, 1)))) == ["Penicillin"]


def test_what_came_long_after_it_happened_is_marked() -> None:
    late, timely = entry("Hen", at=NOW - 15 * DAY), entry("Ho", "2", at=NOW - 13 * DAY)
    assert [item.late for item in fold([known(late, timely)]).items] == [False, True]


def test_a_visit_of_somebody_else_leaves_nothing_even_in_the_past() -> None:
    facts = [known(entry("Hen")), known(version=2, event=Event.LEFT, at=NOW + 1)]
    assert fold(facts, as_of=NOW).items == ()
    assert versions(facts, ("79A02", "Condition", "1")) == ()


def test_a_visit_that_moved_between_two_linked_books_is_there_once() -> None:
    facts = [
        known(entry("Hen")),
        known(version=2, event=Event.LEFT),
        known(entry("Hen"), version=2, event=Event.ARRIVED, subject=BEN),
    ]
    assert texts(fold(facts)) == ["Hen"]


def test_none_known_is_not_no_data() -> None:
    none = entry("Không dị ứng", kind=Kind.ALLERGY, absence=Absence.NONE_KNOWN)
    some = entry("Không dị ứng thuốc", kind=Kind.ALLERGY, absence=Absence.SOME_NONE_KNOWN)
    refuted = entry("Penicillin", "2", kind=Kind.ALLERGY, status=Status.REFUTED)
    real = entry("Tôm", "3", kind=Kind.ALLERGY)

    def stands(*entries: Entry) -> Standing:
        return standing(section(fold([known(*entries)]), Section.ALLERGIES))

    assert stands() is Standing.NO_DATA
    assert stands(none) is Standing.NONE_KNOWN
    assert stands(some) is Standing.NO_DATA
    assert stands(refuted) is Standing.NO_DATA
    assert stands(none, real) is Standing.SOME


def test_what_is_current_comes_first_and_dangerous_allergies_before_others() -> None:
    old = entry("Amlodipin", "1", kind=Kind.MEDICINE, status=Status.STOPPED, at=NOW - DAY)
    now = entry("Metformin", "2", kind=Kind.MEDICINE, at=NOW - 900 * DAY)
    mild = entry("Tôm", "3", kind=Kind.ALLERGY)
    grave = entry("Penicillin", "4", kind=Kind.ALLERGY, at=None, details=(("criticality", "high"),))
    book = fold([known(old, now, mild, grave)])
    assert [i.entry.text for i in section(book, Section.MEDICINES)] == ["Metformin", "Amlodipin"]
    assert [i.entry.text for i in section(book, Section.ALLERGIES)] == ["Penicillin", "Tôm"]


def test_every_kind_is_shown_somewhere() -> None:
    assert frozenset().union(*KINDS.values()) == frozenset(Kind) - {Kind.CONTEXT}


def test_what_is_withheld_leaves_no_trace() -> None:
    hidden = entry("Nhiễm HIV", "2", categories=(Category.HIV,))
    book = fold([known(entry("Hen"), hidden)])
    assert texts(without(book, categories=frozenset({Category.HIV}))) == ["Hen"]
    assert texts(without(book, kinds=frozenset({Kind.PROBLEM}))) == []
    assert texts(without(book, visits=frozenset({UUID(int=1)}))) == []
    assert without(book) is book


KINDS_SENT = st.sampled_from(list(Kind))
ENTRIES = st.builds(
    entry,
    st.sampled_from(["Hen", "Ho", "Sốt"]),
    st.sampled_from(["", "1", "2", "3"]),
    kind=KINDS_SENT,
    type=st.sampled_from(["Condition", "Observation", "Anything", "AnotherThing"]),
    at=st.none() | st.integers(NOW - 900 * DAY, NOW),
    status=st.sampled_from(list(Status)),
)


@st.composite
def facts_of(draw: st.DrawFn, subject: UUID, first_visit: int) -> list[Known]:
    facts = []
    for visit in range(first_visit, first_visit + draw(st.integers(0, 3))):
        events = draw(st.lists(st.sampled_from([Event.CORRECTED, Event.VOIDED]), max_size=2))
        for version, event in enumerate([Event.RECORDED, *events], 1):
            entries = () if event is Event.VOIDED else tuple(draw(st.lists(ENTRIES, max_size=3)))
            at = NOW + draw(st.integers(0, 50))
            fact = known(*entries, visit=visit, version=version, event=event, at=at,
                         subject=subject, position=1000 * version + visit)  # fmt: skip
            facts.append(fact._replace(facility=f"79A{subject.int:02}"))
    return facts


@given(facts_of(ANN, 1), facts_of(BEN, 100), st.randoms())
def test_linked_books_are_the_union_and_unlinking_restores_each(
    ann: list[Known], ben: list[Known], random: Any
) -> None:
    alone = fold(ann), fold(ben)
    both = [*ann, *ben]
    random.shuffle(both)
    linked = fold(both)
    assert {item.key for item in linked.items} == {
        item.key for book in alone for item in book.items
    }
    assert fold([one for one in both if one.subject == ANN]) == alone[0]
    assert fold([one for one in both if one.subject == BEN]) == alone[1]


@given(facts_of(ANN, 1), st.randoms())
def test_the_order_in_which_facts_are_read_changes_nothing(facts: list[Known], random: Any) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(facts)


@given(facts_of(ANN, 1), st.integers(NOW, NOW + 50))
def test_a_view_for_a_past_time_never_changes(facts: list[Known], as_of: int) -> None:
    by_then = [one for one in facts if one.recorded_at <= as_of]
    later = [
        one for one in facts
        if one.recorded_at > as_of
        and not any(o.visit == one.visit and o.version > one.version for o in by_then)
    ]  # fmt: skip
    whole = [one for one in facts if one in by_then or one in later]
    assert fold(whole, as_of=as_of).items == fold(by_then, as_of=as_of).items
