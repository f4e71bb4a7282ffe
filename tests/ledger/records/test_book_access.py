from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.categories import EVERYTHING, WITHHELD, Category
from ledger.errors import RefusedError
from ledger.records.book_access import (
    Basis,
    Bond,
    Closings,
    Grant,
    Ground,
    Mandate,
    check_within,
    decide,
    mandated,
    represented,
)

GENERAL = frozenset({Category.GENERAL})
OPEN = Closings()
ONE = UUID(int=1)
CARE = Ground(Basis.VISIT, EVERYTHING, ONE)
CONSENT = Ground(Basis.CONSENT, frozenset({Category.GENERAL, Category.HIV}), UUID(int=2))
ORDER = Ground(Basis.ORDER, frozenset({Category.MENTAL}), UUID(int=3))
EMERGENCY = Ground(Basis.EMERGENCY, EVERYTHING, UUID(int=4))
OWN = Ground(Basis.OWN, EVERYTHING)
BORN = date(2010, 2, 28)


def refused(grounds: list[Ground], closings: Closings = OPEN) -> bool:
    try:
        decide(EVERYTHING, grounds, closings)
    except RefusedError as error:
        return error.rule == "no_access_ground"
    return False


def test_nobody_reads_without_a_ground() -> None:
    assert refused([])


def test_the_person_reads_everything() -> None:
    everything_closed = Closings(EVERYTHING, frozenset({ONE}), restricted=True)
    grant = decide(EVERYTHING, [OWN], everything_closed)
    assert grant == Grant(EVERYTHING, (OWN,))
    assert grant.withheld == frozenset()


def test_a_care_relation_never_opens_what_is_withheld() -> None:
    grant = decide(EVERYTHING, [CARE], OPEN)
    assert grant.categories == GENERAL
    assert grant.withheld == WITHHELD
    with pytest.raises(RefusedError):
        decide({Category.HIV}, [CARE], OPEN)


def test_a_consent_adds_what_it_names_and_each_part_has_its_ground() -> None:
    grant = decide(EVERYTHING, [CONSENT, CARE], OPEN)
    assert grant.categories == {Category.GENERAL, Category.HIV}
    assert [ground.basis for ground in grant.grounds] == [Basis.VISIT, Basis.CONSENT]


def test_nobody_breaks_the_glass_for_what_they_may_read_anyhow() -> None:
    grant = decide(GENERAL, [EMERGENCY, CARE], OPEN)
    assert grant.grounds == (CARE,)


def test_what_the_person_closed_stays_closed_to_care_and_open_to_consent() -> None:
    closings = Closings(GENERAL, frozenset({ONE}))
    assert refused([CARE], closings)
    grant = decide(EVERYTHING, [CARE, CONSENT], closings)
    assert grant.grounds == (CONSENT,)
    assert grant.closed_visits == {ONE}


def test_an_emergency_and_an_order_see_closed_visits() -> None:
    closings = Closings(GENERAL, frozenset({ONE}))
    assert decide(EVERYTHING, [EMERGENCY], closings) == Grant(EVERYTHING, (EMERGENCY,))
    assert decide(EVERYTHING, [ORDER], closings) == Grant(ORDER.categories, (ORDER,))


def test_a_restriction_stops_care_and_consent_and_not_an_emergency() -> None:
    restricted = Closings(restricted=True)
    assert refused([CARE, CONSENT], restricted)
    assert decide(EVERYTHING, [CARE, CONSENT, EMERGENCY], restricted).grounds == (EMERGENCY,)
    assert decide(EVERYTHING, [ORDER], restricted).grounds == (ORDER,)


_grounds = st.builds(
    Ground, st.sampled_from(list(Basis)), st.frozensets(st.sampled_from(list(Category))), st.none()
)


@given(
    st.frozensets(st.sampled_from(list(Category))),
    st.lists(_grounds, max_size=6),
    st.builds(
        Closings, st.frozensets(st.sampled_from(list(Category))), st.just(frozenset({ONE})),
        st.booleans(),
    ),
)  # fmt: skip
def test_nothing_is_opened_that_was_not_asked_and_no_ground_is_named_that_opens_nothing(
    asked: frozenset[Category], grounds: list[Ground], closings: Closings
) -> None:
    try:
        grant = decide(asked, grounds, closings)
    except RefusedError:
        return
    assert grant.categories
    assert grant.categories <= asked
    assert grant.categories <= frozenset().union(*(one.categories for one in grant.grounds))
    opened = [
        decide(asked, grant.grounds[: count + 1], closings).categories
        for count in range(len(grant.grounds))
    ]
    assert all(less < more for less, more in pairwise(opened))


@given(st.lists(_grounds, max_size=5), _grounds)
def test_more_grounds_never_open_less(grounds: list[Ground], one: Ground) -> None:
    try:
        before = decide(EVERYTHING, grounds, OPEN).categories
    except RefusedError:
        before = frozenset()
    try:
        after = decide(EVERYTHING, [*grounds, one], OPEN).categories
    except RefusedError:
        after = frozenset()
    assert before <= after


@pytest.mark.parametrize(
    ("bond", "on", "opened"),
    [
        (Bond.PARENT, date(2012, 1, 1), EVERYTHING - {Category.VIOLENCE}),
        (Bond.PARENT, date(2025, 2, 27), EVERYTHING - {Category.VIOLENCE}),
        (Bond.PARENT, date(2025, 2, 28), GENERAL),
        (Bond.PARENT, date(2028, 2, 27), GENERAL),
        (Bond.PARENT, date(2028, 2, 28), frozenset()),
        (Bond.PARENT, date(2040, 1, 1), frozenset()),
        (Bond.GUARDIAN, date(2028, 2, 27), GENERAL),
        (Bond.GUARDIAN, date(2028, 2, 28), EVERYTHING - {Category.VIOLENCE}),
        (Bond.AUTHORISED, date(2040, 1, 1), GENERAL),
    ],
)
def test_a_representatives_right_follows_the_age(
    bond: Bond, on: date, opened: frozenset[Category]
) -> None:
    assert represented(bond, born=BORN, on=on, until=None) == opened


@pytest.mark.parametrize("bond", list(Bond))
def test_no_representative_ever_sees_what_tells_of_violence(bond: Bond) -> None:
    for year in range(2010, 2060):
        seen = represented(bond, born=BORN, on=date(year, 6, 1), until=None)
        assert Category.VIOLENCE not in seen


def test_an_appointment_ends_on_its_day() -> None:
    until = date(2020, 1, 1)
    assert represented(Bond.PARENT, born=BORN, on=date(2019, 12, 31), until=until)
    assert not represented(Bond.PARENT, born=BORN, on=until, until=until)


def test_a_parent_of_a_child_whose_age_nobody_knows_shows_a_document_first() -> None:
    assert not represented(Bond.PARENT, born=None, on=date(2020, 1, 1), until=None)


@given(
    st.lists(st.builds(
        Mandate, st.sampled_from(Bond), st.just(BORN),
        st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    ), max_size=3),
    st.frozensets(st.sampled_from(Category), min_size=1),
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.integers(0, 1_500),
)  # fmt: skip
def test_what_a_representative_opens_they_may_read_on_every_day_of_it(
    mandates: list[Mandate], categories: frozenset[Category], on: date, days: int
) -> None:
    last = on + timedelta(days=days)
    within = all(
        categories <= mandated(mandates, on + timedelta(days=day)) for day in range(days + 1)
    )
    if within:
        check_within(mandates, categories, on=on, last=last)
        return
    with pytest.raises(RefusedError) as refused:
        check_within(mandates, categories, on=on, last=last)
    assert refused.value.rule == "beyond_representation"


def test_a_guardian_of_a_child_opens_nothing_withheld_over_the_years_that_are_the_childs() -> None:
    guardian = (Mandate(Bond.GUARDIAN, BORN, None),)
    for on, last in ((date(2024, 1, 1), date(2030, 1, 1)), (date(2024, 1, 1), date.max)):
        with pytest.raises(RefusedError):
            check_within(guardian, {Category.HIV}, on=on, last=last)
    check_within(guardian, {Category.HIV}, on=date(2029, 1, 1), last=date.max)
    leaping = (Mandate(Bond.GUARDIAN, date(2012, 2, 29), None),)
    with pytest.raises(RefusedError):
        check_within(leaping, {Category.HIV}, on=date(2027, 2, 1), last=date(2031, 1, 1))
