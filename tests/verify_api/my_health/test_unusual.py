"""Looks that stand out are marked by plain rules, one's own never."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ledger.clinical.balp import LookTold
from verify_api.my_health.unusual import MANY, Mark, marks_of

DAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""10:00 in Vietnam."""


def look(number: int, *, at: datetime = DAY, organisation: str | None = "79A02") -> LookTold:
    return LookTold(
        UUID(int=number), at, "clinician", organisation, "health-book", "read_book", "care-visit",
        "page", own=False, position=number,
    )  # fmt: skip


def marks(*looks: LookTold) -> dict[int, tuple[Mark, ...]]:
    return {event.int: found for event, found in marks_of(looks).items()}


def test_only_the_first_look_of_a_place_is_a_first_look() -> None:
    assert marks(look(3), look(2), look(1)) == {1: (Mark.FIRST,)}
    assert marks(look(2, organisation="01B03"), look(1)) == {
        1: (Mark.FIRST,), 2: (Mark.FIRST,),
    }  # fmt: skip


def test_an_emergency_and_a_refusal_are_marked() -> None:
    emergency = replace(look(2), legal_basis="emergency")
    refused = replace(look(3), refused=True)
    found = marks(refused, emergency, look(1))
    assert (found[2], found[3]) == ((Mark.EMERGENCY,), (Mark.REFUSED,))


def test_night_is_counted_in_vietnam() -> None:
    hours = {22: True, 23: True, 0: True, 5: True, 6: False, 12: False, 21: False}
    for hour, night in hours.items():
        at = datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=hour - 7)
        assert (Mark.NIGHT in marks(look(1, at=at)).get(1, ())) is night, hour


def test_more_looks_than_usual_on_one_day_are_all_marked() -> None:
    just = [look(number) for number in range(1, MANY + 1)]
    assert not any(Mark.MANY in found for found in marks(*just).values())
    more = [*just, look(MANY + 1)]
    assert sum(Mark.MANY in found for found in marks(*more).values()) == MANY + 1
    elsewhere = [*just, look(MANY + 1, at=DAY + timedelta(days=1))]
    assert not any(Mark.MANY in found for found in marks(*elsewhere).values())


def test_what_the_person_did_has_no_mark() -> None:
    own = replace(look(1, at=DAY + timedelta(hours=14), organisation=None), own=True)
    assert marks(own) == {}
