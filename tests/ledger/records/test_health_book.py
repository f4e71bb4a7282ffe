"""A book's decisions: links that leave nothing behind, representatives, closed parts, death."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.categories import Category
from ledger.errors import InvalidInputError, RefusedError
from ledger.records.health_book import book
from ledger.records.health_book.book import EMPTY, HealthBook, Named
from ledger.records.health_book.facts import (
    AssertedIdentity,
    AssertedNumber,
    BookOpened,
    Fact,
    Relation,
    RepresentativeAppointed,
    SelfEntered,
)

A, B, C = (UUID(int=number) for number in (1, 2, 3))
TODAY = date(2026, 11, 23)
WHO = AssertedIdentity("NGUYỄN VĂN MẪU", "1985", 1, (AssertedNumber("personal", "0" * 12),))


def after(state: HealthBook, *facts: Fact) -> HealthBook:
    for fact in facts:
        state = book.evolve(state, fact)
    return state


def test_a_book_is_opened_once() -> None:
    opened = after(EMPTY, *book.open_book(EMPTY))
    assert opened.is_open
    assert book.open_book(opened) == ()


def test_an_identity_is_asserted_once() -> None:
    known = after(EMPTY, *book.assert_identity(EMPTY, identity=WHO))
    assert book.assert_identity(known, identity=WHO) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        AssertedIdentity("", "1985", 1),
        AssertedIdentity("MẪU", "19850000", 1),
        AssertedIdentity("MẪU", "1985", 4),
        AssertedIdentity("MẪU", None, None, tuple(AssertedNumber("k", str(n)) for n in range(21))),
    ],
)
def test_an_identity_of_another_form_is_refused(wrong: AssertedIdentity) -> None:
    with pytest.raises(InvalidInputError):
        book.assert_identity(EMPTY, identity=wrong)


FACTS = st.lists(
    st.sampled_from([BookOpened(), SelfEntered("một"), SelfEntered("hai")]), max_size=6
)


@given(FACTS, FACTS, FACTS)
def test_linked_and_parted_books_are_as_they_were(
    first: list[Fact], second: list[Fact], meanwhile: list[Fact]
) -> None:
    part, whole = after(EMPTY, *first), after(EMPTY, *second)
    to_part, to_whole = book.link(Named(A, part), Named(B, whole), reason="một người")
    linked, joined = after(part, to_part), after(whole, to_whole)
    assert book.subjects_of(Named(B, joined)) == (A, B)
    undo_part, undo_whole = book.unlink(Named(A, linked), Named(B, joined), reason="hai người")
    assert after(linked, *meanwhile, undo_part) == after(part, *meanwhile)
    assert after(joined, *meanwhile, undo_whole) == after(whole, *meanwhile)


def test_links_are_one_deep_and_never_a_circle() -> None:
    to_part, to_whole = book.link(Named(A), Named(B), reason="x")
    part, whole = Named(A, after(EMPTY, to_part)), Named(B, after(EMPTY, to_whole))
    for one, other, rule in (
        (Named(A), Named(A), "same_person"),
        (part, Named(C), "already_linked"),
        (Named(C), part, "already_linked"),
        (whole, Named(C), "has_joined_books"),
        (whole, part, "already_linked"),
    ):
        with pytest.raises(RefusedError) as refused:
            book.link(one, other, reason="x")
        assert refused.value.rule == rule
    with pytest.raises(RefusedError):
        book.unlink(part, Named(C), reason="x")
    with pytest.raises(InvalidInputError):
        book.link(Named(A), Named(C), reason=" ")


def test_a_representative_is_appointed_once_and_can_end() -> None:
    appointed = book.appoint(
        EMPTY, representative=B, relation=Relation.PARENT, until=date(2030, 1, 1),
        evidence="Giấy khai sinh", today=TODAY,
    )  # fmt: skip
    assert isinstance(appointed, RepresentativeAppointed)
    state = after(EMPTY, appointed)
    with pytest.raises(RefusedError):
        book.appoint(
            state, representative=B, relation=Relation.PARENT, until=None, evidence="x", today=TODAY
        )
    with pytest.raises(RefusedError):
        book.appoint(
            EMPTY, representative=B, relation=Relation.GUARDIAN, until=TODAY, evidence="x",
            today=TODAY,
        )  # fmt: skip
    ended = book.end_representation(state, representative=B, reason="đủ 18 tuổi")
    assert after(state, ended).representatives == ()
    with pytest.raises(RefusedError):
        book.end_representation(EMPTY, representative=B, reason="x")


def test_a_part_is_closed_and_opened_again() -> None:
    closed = after(EMPTY, *book.close(EMPTY, category=Category.MENTAL))
    assert book.close(closed, category=Category.MENTAL) == ()
    assert book.open_again(EMPTY, category=Category.MENTAL) == ()
    assert after(closed, *book.open_again(closed, category=Category.MENTAL)) == EMPTY
    one = after(EMPTY, *book.close(EMPTY, visit=A))
    assert one.closed == ((None, A),)
    for both in ({}, {"category": Category.HIV, "visit": A}):
        with pytest.raises(InvalidInputError):
            book.close(EMPTY, **both)  # type: ignore[arg-type]


def test_a_death_is_recorded_once_and_not_before_it_happened() -> None:
    died = book.record_death(EMPTY, on=TODAY, evidence="Giấy báo tử", today=TODAY)
    state = after(EMPTY, died)
    assert state.died_on == TODAY
    with pytest.raises(RefusedError):
        book.record_death(state, on=TODAY, evidence="x", today=TODAY)
    with pytest.raises(InvalidInputError):
        book.record_death(EMPTY, on=date(2026, 11, 24), evidence="x", today=TODAY)


@given(FACTS, st.integers(0, 6))
def test_a_fold_in_two_parts_is_the_fold(facts: list[Fact], cut: int) -> None:
    assert after(book.fold(facts[:cut]), *facts[cut:]) == book.fold(facts)


def test_a_death_in_error_is_taken_back_and_may_be_recorded_again() -> None:
    died = after(EMPTY, book.record_death(EMPTY, on=TODAY, evidence="x", today=TODAY))
    with pytest.raises(RefusedError, match="nothing new"):
        book.check_lives([EMPTY, died])
    lives = after(died, book.withdraw_death(died, reason="nhầm người"))
    book.check_lives([EMPTY, lives])
    again = book.record_death(lives, on=TODAY, evidence="x", today=TODAY)
    assert again.on == TODAY
    with pytest.raises(RefusedError, match="no death"):
        book.withdraw_death(lives, reason="nhầm người")


def test_a_book_is_shown_in_an_app_until_that_ends() -> None:
    shown = after(EMPTY, *book.integrate(EMPTY, app="vneid"))
    assert shown.apps == {"vneid"}
    assert book.integrate(shown, app="vneid") == ()
    both = after(shown, *book.integrate(shown, app="clinic"))
    left = after(both, *book.end_integration(both, app="vneid"))
    assert left.apps == {"clinic"}
    assert book.end_integration(left, app="vneid") == ()


@pytest.mark.parametrize("name", ["", "a", "VNeID", "vne id", "1app", "a" * 21, "vneíd"])
def test_an_app_has_a_short_name(name: str) -> None:
    with pytest.raises(InvalidInputError, match="2 to 20"):
        book.integrate(EMPTY, app=name)
