"""A mother governs her child's data over HTTP: what she may, until when, seen by the child."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from keys.base64url import to_base64url
from ledger.categories import Category
from ledger.commands import books, consents, misuse
from ledger.commands.access import who_looked
from ledger.facts import RecordedFact
from ledger.identifiers import consent_stream, misuse_stream
from ledger.records.access import AccessRecorded
from ledger.records.health_book.facts import Relation
from tests_support.governing_world import Door, GoverningWorld, open_governing_world, problem
from tests_support.health_people import CALENDAR, EVIDENCE, FACILITY, OTHER, act, officer, terms

MOTHER = OTHER
CHILD = UUID(int=0xC1)
FOR_CHILD = f"/v1/represented/{CHILD}"
SHARE = {"minutes": 60, "sections": ["medicines"], "label": "Trường học"}


@dataclass
class Family:
    world: GoverningWorld
    mother: Door

    def child(self, born: date, *, until: date | None = None) -> None:
        facts = self.world.people.facts
        self.world.people.register(CHILD, born)
        books.appoint_representative(
            facts, subject=CHILD, representative=MOTHER, relation=Relation.PARENT, until=until,
            evidence="Giấy khai sinh mẫu", act=officer(),
        )  # fmt: skip

    def looks(self) -> list[tuple[str, str | None, UUID | None]]:
        return [
            (one.fact.purpose, one.act.legal_basis, one.act.correlation)
            for one in who_looked(self.world.people.facts, subject=CHILD)
            if isinstance(one.fact, AccessRecorded)
        ]

    def last(self, stream: UUID) -> RecordedFact:
        return self.world.people.facts.history(stream).recorded[-1]


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    with open_governing_world(tmp_path) as world:
        yield Family(world, world.door("nguoikhac"))


def consent(**changes: object) -> dict[str, object]:
    return {
        "purpose": "treatment", "categories": ["general"], "method": "electronic",
        "recipient": {"kind": "facility", "reference": FACILITY}, "explicit": True,
        "text_digest": to_base64url(bytes(32)), "until": "2027-03-01T00:00:00+07:00", **changes,
    }  # fmt: skip


def listed(answer: Any, name: str) -> list[dict[str, Any]]:
    assert answer.status_code == HTTPStatus.OK, answer.text
    told: list[dict[str, Any]] = answer.get_json()[name]
    return told


def test_a_consent_names_both_and_is_seen_by_the_child(family: Family) -> None:
    family.child(date(2020, 5, 1))
    given = family.mother.post(f"{FOR_CHILD}/consents", consent())
    assert given.status_code == HTTPStatus.CREATED, given.text
    fact = family.last(consent_stream(CHILD))
    assert (fact.subject, fact.act.correlation, fact.act.legal_basis) == (
        CHILD, MOTHER, "representative",
    )  # fmt: skip
    assert family.looks() == [("manage_represented", "representative", MOTHER)]
    (one,) = listed(family.mother.get(f"{FOR_CHILD}/consents"), "consents")
    assert one["standing"] == "in_force"
    taken = family.mother.delete(f"{FOR_CHILD}/consents/{one['consent']}")
    assert taken.get_json()["standing"] == "withdrawn"
    assert len(family.looks()) == 3


@pytest.mark.parametrize(
    ("born", "until"),
    [
        (date(1990, 5, 1), None),
        (date(2008, 11, 27), None),
        (date(2020, 5, 1), date(2026, 11, 28)),
    ],
    ids=["grown up", "eighteen today", "until today"],
)
def test_who_no_longer_represents_is_refused_like_a_stranger(
    family: Family, born: date, until: date | None
) -> None:
    family.child(born, until=until)
    if until is not None:
        family.world.world.clock.at = family.world.world.clock.at.replace(day=28)
        family.mother = family.world.door("nguoikhac")
    strange = family.world.door("benhnhan")
    for path in ("consents", "shares", "reports"):
        refused = family.mother.get(f"{FOR_CHILD}/{path}")
        other = strange.get(f"{FOR_CHILD}/{path}")
        nobody = strange.get(f"/v1/represented/{UUID(int=0xDEAD)}/{path}")
        assert {one.status_code for one in (refused, other, nobody)} == {HTTPStatus.FORBIDDEN}
        assert len({one.get_json()["detail"] for one in (refused, other, nobody)}) == 1
    assert family.mother.post(f"{FOR_CHILD}/consents", consent()).status_code == 403
    assert family.looks() == []


@pytest.mark.parametrize(
    ("born", "changes"),
    [
        (date(2020, 5, 1), {"until": None}),
        (date(2009, 1, 10), {}),
        (date(2011, 1, 10), {"categories": ["general", "hiv"]}),
        (date(2012, 2, 28), {"categories": ["hiv"]}),
        (date(2020, 5, 1), {"categories": ["violence"]}),
    ],
    ids=["without end", "past eighteen", "withheld at fifteen", "past fifteen", "violence"],
)
def test_a_parent_opens_no_more_than_they_may_read_and_no_longer(
    family: Family, born: date, changes: dict[str, Any]
) -> None:
    family.child(born)
    refused = family.mother.post(f"{FOR_CHILD}/consents", consent(**changes))
    assert problem(refused)[:2] == (HTTPStatus.CONFLICT, "beyond_representation")
    assert family.world.people.facts.history(consent_stream(CHILD)).version == 0


def test_the_last_day_before_a_birthday_is_still_theirs(family: Family) -> None:
    family.child(date(2012, 3, 1))
    given = family.mother.post(f"{FOR_CHILD}/consents", consent(categories=["hiv"]))
    assert given.status_code == HTTPStatus.CREATED, given.text


def test_what_a_child_of_fifteen_allowed_is_not_the_mothers_to_see_or_end(family: Family) -> None:
    family.child(date(2011, 1, 10))
    from_child = _own_consent(family, ["hiv"])
    general = _own_consent(family, ["general"])
    (shown,) = listed(family.mother.get(f"{FOR_CHILD}/consents"), "consents")
    assert shown["consent"] == str(general)
    refused = family.mother.delete(f"{FOR_CHILD}/consents/{from_child}")
    unknown = family.mother.delete(f"{FOR_CHILD}/consents/{UUID(int=1)}")
    assert refused.get_json() == unknown.get_json()
    assert problem(refused)[1] == "unknown_consent"


def _own_consent(family: Family, categories: list[str]) -> UUID:
    named = UUID(int=0xE0 + len(categories[0]))
    consents.grant(
        family.world.people.facts, subject=CHILD, consent_id=named,
        terms=terms(categories=tuple(map(Category, categories))), evidence=EVIDENCE,
        explicit=True, act=act("citizen-child"),
    )  # fmt: skip
    return named


def test_a_link_is_made_followed_and_ended(family: Family) -> None:
    family.child(date(2020, 5, 1))
    made = family.mother.post(f"{FOR_CHILD}/shares", SHARE)
    assert made.status_code == HTTPStatus.CREATED, made.text
    named = made.get_json()["share"]
    family.world.catch_up()
    (row,) = listed(family.mother.get(f"{FOR_CHILD}/shares"), "shares")
    assert (row["share"], row["open"]) == (named, True)
    assert family.mother.get(f"{FOR_CHILD}/shares/{named}").get_json()["label"] == "Trường học"
    assert family.mother.get(f"/v1/shares/{named}").status_code == HTTPStatus.NOT_FOUND
    assert family.mother.delete(f"{FOR_CHILD}/shares/{named}").get_json()["ended"]
    assert {basis for _, basis, _ in family.looks()} == {"representative"}


def test_a_link_of_what_is_withheld_is_not_shown_to_the_mother(family: Family) -> None:
    family.child(date(2011, 12, 10))
    withheld = {**SHARE, "categories": ["hiv"]}
    named = family.mother.post(f"{FOR_CHILD}/shares", withheld).get_json()["share"]
    family.world.world.clock.at = family.world.world.clock.at.replace(month=12, day=11)
    family.mother = family.world.door("nguoikhac")
    family.world.catch_up()
    assert listed(family.mother.get(f"{FOR_CHILD}/shares"), "shares") == []
    for answer in (
        family.mother.get(f"{FOR_CHILD}/shares/{named}"),
        family.mother.delete(f"{FOR_CHILD}/shares/{named}"),
    ):
        assert answer.status_code == HTTPStatus.NOT_FOUND
    again = family.mother.post(f"{FOR_CHILD}/shares", withheld)
    assert problem(again)[1] == "beyond_representation"


def test_a_look_is_reported_and_only_ones_own_reports_are_shown(family: Family) -> None:
    family.child(date(2011, 1, 10))
    family.mother.get(f"{FOR_CHILD}/consents")
    family.mother.get(f"{FOR_CHILD}/reports")
    first, second = who_looked(family.world.people.facts, subject=CHILD)
    misuse.report(
        family.world.people.facts, subject=CHILD, report_id=UUID(int=7), look=first.event_id,
        words="Mẹ tôi đã xem", calendar=CALENDAR, act=act("citizen-child"),
    )  # fmt: skip
    made = family.mother.post(
        f"{FOR_CHILD}/looks/{second.event_id}/report", {"words": "Không rõ vì sao"}
    )
    assert made.status_code == HTTPStatus.CREATED, made.text
    assert family.last(misuse_stream(CHILD)).act.correlation == MOTHER
    (one,) = listed(family.mother.get(f"{FOR_CHILD}/reports"), "reports")
    assert (one["report"], one["words"]) == (made.get_json()["report"], "Không rõ vì sao")
