"""Links by which a person shows a part of their book: as meant, used up, guessed at, ended."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from keys.base64url import to_base64url
from keys.content_encryption import decrypt
from ledger.categories import Category, Section
from ledger.clinical.health_link import HealthLink, read_link
from ledger.commands.access import who_looked
from ledger.records.access import AccessRecorded, RecordKind
from tests_support.governing_world import (
    BUNDLE,
    Door,
    GoverningWorld,
    open_governing_world,
    problem,
)
from tests_support.health_people import NOW, PATIENT

SHARE = {"minutes": 60, "sections": ["medicines", "allergies"], "label": "Chia sẻ mẫu"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[GoverningWorld]:
    with open_governing_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def me(world: GoverningWorld) -> Door:
    return world.door("benhnhan")


def looks(world: GoverningWorld) -> list[tuple[RecordKind, str, str | None]]:
    return [
        (one.fact.kind, one.act.role, one.act.legal_basis)
        for one in who_looked(world.people.facts, subject=PATIENT)
        if isinstance(one.fact, AccessRecorded)
    ]


def share(me: Door, **changes: object) -> tuple[str, HealthLink]:
    answer = me.post("/v1/shares", {**SHARE, **changes})
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    told = answer.get_json()
    return told["share"], read_link(told["link"])


def open_link(world: GoverningWorld, link: HealthLink, **changes: object) -> TestResponse:
    body = {"recipient": "Bác sĩ mẫu", **changes}
    return world.anybody().post(link.url.removeprefix("http://localhost"), json=body)


def test_a_link_is_opened_once_and_its_owner_sees_by_whom(world: GoverningWorld, me: Door) -> None:
    named, link = share(me)
    assert (link.flags, link.label) == ("", "Chia sẻ mẫu")
    assert link.expires_at == NOW + timedelta(hours=1)
    opened = open_link(world, link)
    assert opened.status_code == HTTPStatus.OK
    assert opened.headers["Access-Control-Allow-Origin"] == "*"
    told = opened.get_json()
    assert told["status"] == "finalized"
    (file,) = told["files"]
    assert file["contentType"] == "application/fhir+json"
    assert decrypt(file["embedded"].encode(), link.key) == BUNDLE
    assert open_link(world, link).status_code == HTTPStatus.NOT_FOUND
    seen = me.get(f"/v1/shares/{named}").get_json()
    assert seen["opened"] == 1
    assert not seen["open"]
    assert [one["recipient"] for one in seen["happened"]] == ["Bác sĩ mẫu"]
    assert (RecordKind.SHARE, "anonymous", "shared_by_holder") in looks(world)
    told = me.get("/v1/records/me/looks", **{"Accept-Language": "vi"}).get_json()["looks"]
    assert "Người có liên kết bạn chia sẻ" in {one["who"] for one in told}


def test_the_key_leaves_once_and_is_nowhere_afterwards(world: GoverningWorld, me: Door) -> None:
    named, link = share(me)
    for path in ("/v1/shares", f"/v1/shares/{named}"):
        text = me.get(path).text
        assert to_base64url(link.key) not in text
        assert link.url.rsplit("/", 1)[1] not in text
    assert repr(link.key)[2:-1] not in repr(world.people.facts.recorded)


def test_a_program_that_only_looks_opens_nothing(world: GoverningWorld, me: Door) -> None:
    _, link = share(me)
    path = link.url.removeprefix("http://localhost")
    client = world.anybody()
    assert client.get(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.head(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    before = client.options(path)
    assert before.status_code == HTTPStatus.NO_CONTENT
    assert before.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert open_link(world, link).status_code == HTTPStatus.OK


def test_the_wrong_passcode_five_times_ends_the_link(world: GoverningWorld, me: Door) -> None:
    named, link = share(me, passcode="bốn bảy một một")
    assert link.flags == "P"
    assert open_link(world, link).get_json() == {"remainingAttempts": 5}
    for left in (4, 3, 2, 1, 0):
        answer = open_link(world, link, passcode="0000")
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
        assert answer.get_json() == {"remainingAttempts": left}
    right = open_link(world, link, passcode="bốn bảy một một")
    assert right.status_code == HTTPStatus.NOT_FOUND
    assert me.get(f"/v1/shares/{named}").get_json()["passcode_failures"] == 5


def test_the_right_passcode_opens(world: GoverningWorld, me: Door) -> None:
    _, link = share(me, passcode="4711")
    assert open_link(world, link, passcode="4711").status_code == HTTPStatus.OK


def test_a_link_after_its_end_is_not_found(world: GoverningWorld, me: Door) -> None:
    _, link = share(me, minutes=15)
    world.world.clock.later(minutes=15)
    answer = open_link(world, link)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    unknown = HealthLink(link.url[:-43] + "A" * 43, link.key)
    assert open_link(world, unknown).get_json() == answer.get_json()
    assert open_link(world, HealthLink(link.url[:-5], link.key)).get_json() == answer.get_json()


def test_a_revoked_link_is_not_found(world: GoverningWorld, me: Door) -> None:
    named, link = share(me)
    assert me.delete(f"/v1/shares/{named}").get_json()["ended"]
    assert open_link(world, link).status_code == HTTPStatus.NOT_FOUND
    other = world.door("nguoikhac")
    assert other.get(f"/v1/shares/{named}").status_code == HTTPStatus.NOT_FOUND
    assert other.delete(f"/v1/shares/{named}").status_code == HTTPStatus.NOT_FOUND


def test_a_large_file_has_a_place_for_who_opened_the_link(world: GoverningWorld, me: Door) -> None:
    _, link = share(me)
    (file,) = open_link(world, link, embeddedLengthMax=10).get_json()["files"]
    assert "embedded" not in file
    path = file["location"].removeprefix("http://localhost")
    answer = world.anybody().get(path)
    assert answer.mimetype == "application/jose"
    assert decrypt(answer.data, link.key) == BUNDLE
    assert world.anybody().get(path[:-1] + "x").status_code == HTTPStatus.NOT_FOUND
    world.world.clock.later(minutes=16)
    assert world.anybody().get(path).status_code == HTTPStatus.NOT_FOUND


def test_restricted_categories_are_off_unless_they_are_named(
    world: GoverningWorld, me: Door
) -> None:
    share(me)
    share(me, categories=["hiv"])
    chosen = frozenset({Section.MEDICINES, Section.ALLERGIES})
    general = frozenset({Category.GENERAL})
    assert world.built == [(chosen, general), (chosen, general | {Category.HIV})]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": 0}, (422, "share_time", "minutes")),
        ({"minutes": -1}, (422, "share_time", "minutes")),
        ({"minutes": 10_081}, (422, "share_time", "minutes")),
        ({"minutes": 2**62}, (422, "share_time", "minutes")),
        ({"minutes": 1.5}, (400, "json", None)),
        ({"max_opens": 0}, (422, "share_opens", "max_opens")),
        ({"label": "a" * 81}, (422, "too_long", "label")),
        ({"label": "a\u0300"}, (422, "nfc", "label")),
        ({"sections": []}, (422, "sections_empty", "sections")),
        ({"sections": ["secrets"]}, (400, "json", None)),
        ({"passcode": "1"}, (422, "passcode_length", "passcode")),
        ({"recipient": "\u202e"}, (422, "invisible", "recipient")),
    ],
)
def test_a_link_in_the_wrong_form_is_not_made(
    me: Door, changes: dict[str, object], said: tuple[int, str, str | None]
) -> None:
    assert problem(me.post("/v1/shares", {**SHARE, **changes})) == said


@pytest.mark.parametrize(
    ("body", "said"),
    [({}, "json"), ({"recipient": 1}, "json"), ({"recipient": ""}, "not_blank"), ([], "json")],
)
def test_whoever_opens_a_link_says_who_they_are(
    world: GoverningWorld, me: Door, body: object, said: str
) -> None:
    _, link = share(me)
    answer = world.anybody().post(link.url.removeprefix("http://localhost"), json=body)
    assert problem(answer)[1] == said
    assert open_link(world, link).status_code == HTTPStatus.OK


def test_the_qr_code_holds_the_link(me: Door) -> None:
    told = me.post("/v1/shares", SHARE).get_json()
    assert told["qr_svg"].startswith("<svg")
    assert told["link"].startswith("shlink:/")


def test_links_are_listed_page_by_page(world: GoverningWorld, me: Door) -> None:
    made = [share(me)[0] for _ in range(3)]
    world.catch_up()
    first = me.get("/v1/shares?limit=2").get_json()
    assert [one["share"] for one in first["shares"]] == [made[2], made[1]]
    rest = me.get(f"/v1/shares?limit=2&before={first['before']}").get_json()
    assert [one["share"] for one in rest["shares"]] == [made[0]]
    assert rest["before"] is None
    assert problem(me.get("/v1/shares?limit=0"))[:2] == (400, "query_number")


def test_the_owner_looks_on_until_something_happens(world: GoverningWorld, me: Door) -> None:
    named, link = share(me)
    told = me.get(f"/v1/shares/{named}?after=1&wait=5").get_json()
    assert (told["version"], len(world.pauses)) == (1, 10)
    open_link(world, link)
    told = me.get(f"/v1/shares/{named}?after=1&wait=5").get_json()
    assert (told["version"], len(world.pauses)) == (2, 10)
