"""An administrator lets people in and out of their own organisation, and of nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ledger.certificates.kind import Wording
from ledger.errors import ConflictError, NotFoundError, RefusedError
from tests_support.fake_desk import ORGANISATION
from tests_support.identity_world import HTML
from tests_support.service_world import GENEROUS, PASSWORD, World, open_world
from verify_api.accounts import Account
from verify_api.callers import Action, Role, who_may
from verify_api.identity.organisations import ROLES, Organisation, OrganisationKind
from verify_api.limiter import Rate
from verify_api.ports import ServiceSettings

INVITE = "/organisation/invitations"
FORM = {"name": "moi", "title": "Người Mới", "role": "verifier"}
NEW_PASSWORD = "một câu đủ dài để nhớ"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    opened = open_world(tmp_path)
    desk, at = opened.ports.identity.organisations, opened.clock.at
    for code, kind in (
        ("DN-MAU", OrganisationKind.EMPLOYER), (ORGANISATION, OrganisationKind.AUTHORITY),
    ):  # fmt: skip
        made = Organisation(code, kind, Wording(f"Đơn vị {code}", f"Organisation {code}"))
        desk.name(made, at=at, by="console")
    add(opened, "nhan-vien", Role.VERIFIER, "DN-MAU")
    add(opened, "noi-khac", Role.VERIFIER, "DN-KHAC")
    desk.appoint("doanhnghiep", at=at, by="console")
    yield opened
    opened.database.close()


def add(world: World, name: str, role: Role, organisation: str) -> None:
    account = Account(f"account-{name}", name, f"Tài khoản {name}", role, organisation)
    world.ports.accounts.add(account, PASSWORD, salt=bytes(16), at=world.clock.at)


@pytest.fixture
def leader(world: World) -> tuple[FlaskClient, str]:
    return world.signed_in("doanhnghiep")


def deeds(world: World) -> list[str]:
    return [one.deed.value for one in world.ports.identity.journal.entries()]


def test_no_officer_and_nobody_who_keeps_keys_is_made_over_the_network() -> None:
    given = {role for roles in ROLES.values() for role in roles}
    weighty = (Action.SEE_WORK, Action.SIGN, Action.CLEAN_DATA, Action.AUDIT, Action.ANSWER_RIGHTS)
    for action in weighty:
        assert not given & who_may(action)
    assert not given & {Role.OPERATOR, Role.KEY_ADMINISTRATOR, Role.CITIZEN, Role.PORTAL_SYSTEM}


def test_who_is_invited_joins_and_signs_in(world: World, leader: tuple[FlaskClient, str]) -> None:
    client, csrf = leader
    code = client.post(INVITE, data={**FORM, "csrf": csrf}).get_json()["code"]
    assert code not in client.get("/organisation", headers=HTML).text
    guest = world.client()
    joined = guest.post("/join", data={"code": code, "password": NEW_PASSWORD}, headers=HTML)
    assert joined.status_code == 200
    signed_in = guest.post("/login", data={"name": "moi", "password": NEW_PASSWORD})
    assert signed_in.status_code == 303
    listed = client.get("/organisation").get_json()
    assert [one["name"] for one in listed["members"]] == ["doanhnghiep", "moi", "nhan-vien"]
    assert {"member_invited", "member_joined"} <= set(deeds(world))


def test_an_invitation_counts_once(world: World, leader: tuple[FlaskClient, str]) -> None:
    client, csrf = leader
    code = client.post(INVITE, data={**FORM, "csrf": csrf}).get_json()["code"]
    form = {"code": code, "password": NEW_PASSWORD}
    assert world.client().post("/join", data=form, headers=HTML).status_code == 200
    assert world.client().post("/join", data=form, headers=HTML).status_code == 409


def test_a_password_that_is_too_short_uses_no_invitation_up(
    world: World, leader: tuple[FlaskClient, str]
) -> None:
    client, csrf = leader
    code = client.post(INVITE, data={**FORM, "csrf": csrf}).get_json()["code"]
    short = world.client().post("/join", data={"code": code, "password": "ngắn"}, headers=HTML)
    assert short.status_code == 422
    assert "12" in short.text
    form = {"code": code, "password": NEW_PASSWORD}
    assert world.client().post("/join", data=form, headers=HTML).status_code == 200


@pytest.mark.parametrize("ended", ["late", "withdrawn"])
def test_an_invitation_that_is_over_lets_nobody_in(
    world: World, leader: tuple[FlaskClient, str], ended: str
) -> None:
    client, csrf = leader
    code = client.post(INVITE, data={**FORM, "csrf": csrf}).get_json()["code"]
    if ended == "late":
        world.clock.later(days=7)
    else:
        (open_one,) = client.get("/organisation").get_json()["invitations"]
        client.post(f"{INVITE}/{open_one['invitation']}/withdraw", data={"csrf": csrf})
    form = {"code": code, "password": NEW_PASSWORD}
    assert world.client().post("/join", data=form, headers=HTML).status_code == 409


@pytest.mark.parametrize(
    "role", ["signer", "case_officer", "clinician", "key_administrator", "citizen", "", "VERIFIER"]
)
def test_a_role_that_members_do_not_have_is_not_given(
    world: World, leader: tuple[FlaskClient, str], role: str
) -> None:
    client, csrf = leader
    refused = client.post(INVITE, data={**FORM, "role": role, "csrf": csrf})
    assert refused.status_code == 422
    assert refused.get_json()["rule"] == "member_role"
    assert "member_invited" not in deeds(world)


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("name", "", 422), ("name", "a" * 65, 422), ("name", "có dấu", 422), ("title", " ", 422),
        ("title", "x" * 121, 422), ("title", "a\x1b[2J", 422), ("name", "thuly", 409),
    ],
)  # fmt: skip
def test_wrong_input_is_told_at_its_field_and_what_was_typed_stays(
    leader: tuple[FlaskClient, str], field: str, value: str, status: int
) -> None:
    client, csrf = leader
    shown = client.post(INVITE, data={**FORM, field: value, "csrf": csrf}, headers=HTML)
    assert shown.status_code == status
    assert f'href="#{field}"' in shown.text
    other = "title" if field == "name" else "name"
    assert f'value="{FORM[other]}"' in shown.text


def test_a_form_that_is_sent_twice_invites_once(
    world: World, leader: tuple[FlaskClient, str]
) -> None:
    client, csrf = leader
    assert client.post(INVITE, data={**FORM, "csrf": csrf}).status_code == 201
    assert client.post(INVITE, data={**FORM, "csrf": csrf}).status_code == 409
    assert deeds(world).count("member_invited") == 1


def test_a_member_who_is_removed_is_out_at_once(
    world: World, leader: tuple[FlaskClient, str]
) -> None:
    client, csrf = leader
    member, _ = world.signed_in("nhan-vien")
    assert member.get("/organisation", headers=HTML).status_code == 200
    asked = client.get("/organisation/members/account-nhan-vien", headers=HTML)
    assert "Tài khoản nhan-vien" in asked.text
    address = "/organisation/members/account-nhan-vien/remove"
    done = client.post(address, data={"csrf": csrf}, headers=HTML)
    assert (done.status_code, done.headers["Location"]) == (303, "/organisation")
    assert member.get("/organisation", headers=HTML).status_code == 302
    refused = world.client().post("/login", data={"name": "nhan-vien", "password": PASSWORD})
    assert refused.status_code == 401
    assert client.post(address, data={"csrf": csrf}).status_code == 404


@pytest.mark.parametrize("member", ["account-noi-khac", "account-thuly", "nobody"])
def test_nobody_elsewhere_is_removed(
    world: World, leader: tuple[FlaskClient, str], member: str
) -> None:
    client, csrf = leader
    answer = client.post(f"/organisation/members/{member}/remove", data={"csrf": csrf})
    assert answer.status_code == 404
    assert client.get(f"/organisation/members/{member}", headers=HTML).status_code == 404
    assert "member_removed" not in deeds(world)


def test_an_administrator_does_not_remove_themselves(leader: tuple[FlaskClient, str]) -> None:
    client, csrf = leader
    answer = client.post("/organisation/members/account-doanhnghiep/remove", data={"csrf": csrf})
    assert (answer.status_code, answer.get_json()["rule"]) == (409, "not_removable")


def test_an_authoritys_administrator_touches_no_officer(world: World) -> None:
    add(world, "quan-tri", Role.VERIFIER, ORGANISATION)
    desk, at = world.ports.identity.organisations, world.clock.at
    desk.appoint("quan-tri", at=at, by="console")
    with pytest.raises(RefusedError):
        desk.remove("account-quan-tri", "account-thuly", at=at)
    client, csrf = world.signed_in("quan-tri")
    assert "account-thuly" not in client.get("/organisation", headers=HTML).text
    refused = client.post(INVITE, data={**FORM, "role": "case_officer", "csrf": csrf})
    assert refused.status_code == 422


def test_a_member_who_does_not_administer_changes_nothing(world: World) -> None:
    client, csrf = world.signed_in("nhan-vien")
    assert "không phải là người quản trị" in client.get("/organisation", headers=HTML).text
    assert client.get("/organisation").status_code == 409
    assert client.post(INVITE, data={**FORM, "csrf": csrf}).status_code == 409
    address = "/organisation/members/account-doanhnghiep/remove"
    assert client.post(address, data={"csrf": csrf}).status_code == 409


def test_who_has_no_such_role_is_kept_out(world: World) -> None:
    client, csrf = world.signed_in("thuly")
    assert client.get("/organisation").status_code == 403
    assert client.post(INVITE, data={**FORM, "csrf": csrf}).status_code == 403
    assert world.client().get("/organisation").status_code == 401


def test_an_administrator_who_moved_on_has_nothing_to_say(world: World) -> None:
    with world.database.transaction() as transaction:
        transaction.run("UPDATE accounts SET organisation = 'DN-KHAC' WHERE name = 'doanhnghiep'")
    with pytest.raises(RefusedError):
        world.ports.identity.organisations.members("account-doanhnghiep")


def test_only_members_of_an_entered_organisation_administer(world: World) -> None:
    desk, at = world.ports.identity.organisations, world.clock.at
    with pytest.raises(NotFoundError):
        desk.appoint("noi-khac", at=at, by="console")
    with pytest.raises(NotFoundError):
        desk.appoint("nobody", at=at, by="console")
    with pytest.raises(RefusedError):
        desk.appoint("thuly", at=at, by="console")  # an officer
    made = Organisation("DN-MAU", OrganisationKind.FACILITY, Wording("x", "x"))
    with pytest.raises(ConflictError):
        desk.name(made, at=at, by="console")


def test_guessing_codes_is_slow(tmp_path: Path) -> None:
    rates = replace(GENEROUS, paper=Rate(per_second=0.1, burst=6))
    slow = open_world(tmp_path, settings=ServiceSettings("http://localhost", rates=rates))
    form = {"code": "A" * 43, "password": NEW_PASSWORD}
    statuses = [slow.client().post("/join", data=form).status_code for _ in range(8)]
    assert statuses == [409] * 6 + [429] * 2
    slow.database.close()


def test_another_site_opens_no_account(world: World) -> None:
    answer = world.client().post("/join", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
