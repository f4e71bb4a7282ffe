"""What weighs most asks again who one is."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from ledger.certificates.kind import Wording
from tests_support.identity_world import HTML, IdentityWorld, opened
from tests_support.service_world import PASSWORD
from verify_api.descriptions import DESCRIPTIONS
from verify_api.identity.organisations import Organisation, OrganisationKind
from verify_api.step_up import WEIGHTY, nearest_page

INVITE = "/organisation/invitations"
FORM = {"name": "moi", "title": "Người Mới", "role": "verifier"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[IdentityWorld]:
    with opened(tmp_path) as world:
        desk, at = world.identity.organisations, world.world.clock.at
        name = Wording("Công ty mẫu", "Specimen company")
        desk.name(Organisation("DN-MAU", OrganisationKind.EMPLOYER, name), at=at, by="console")
        desk.appoint("doanhnghiep", at=at, by="console")
        links = world.identity.links
        assert links is not None
        links.link("doanhnghiep", "chu-doanh-nghiep", at=at, by="console")
        yield world


@pytest.fixture
def old(site: IdentityWorld) -> tuple[FlaskClient, dict[str, str]]:
    """Return a session six minutes after it began, and its form."""
    client, csrf = site.world.signed_in("doanhnghiep")
    site.world.clock.later(minutes=6)
    return client, {**FORM, "csrf": csrf}


def test_a_fresh_session_goes_on(site: IdentityWorld) -> None:
    client, csrf = site.world.signed_in("doanhnghiep")
    site.world.clock.later(minutes=4, seconds=59)
    assert client.post(INVITE, data={**FORM, "csrf": csrf}, headers=HTML).status_code == 200


def test_a_program_is_told_by_rfc_9470(
    site: IdentityWorld, old: tuple[FlaskClient, dict[str, str]]
) -> None:
    client, form = old
    answer = client.post(INVITE, data=form)
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "insufficient_user_authentication"
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_user_authentication"' in challenge
    assert "max_age=300" in challenge
    again = client.post("/step-up", data={"password": PASSWORD, "csrf": form["csrf"]})
    assert again.status_code == 200
    assert client.post(INVITE, data=form).status_code == 201
    assert ("stepped_up", "account-doanhnghiep", None) in site.deeds()


def test_a_page_keeps_what_was_typed_and_goes_on_with_the_password(
    site: IdentityWorld, old: tuple[FlaskClient, dict[str, str]]
) -> None:
    client, form = old
    asked = client.post(INVITE, data=form, headers=HTML)
    assert asked.status_code == 401
    assert 'name="title" value="Người Mới"' in asked.text
    assert f'action="{INVITE}"' in asked.text
    wrong = client.post(INVITE, data={**form, "step_up_password": "sai"}, headers=HTML)
    assert wrong.status_code == 401
    assert "Mật khẩu không đúng" in wrong.text
    assert "sai" not in wrong.text.replace("sai.", "")
    done = client.post(INVITE, data={**form, "step_up_password": PASSWORD}, headers=HTML)
    assert done.status_code == 200
    assert [deed for deed, *_ in site.deeds()][-3:] == [
        "step_up_failed", "stepped_up", "member_invited",
    ]  # fmt: skip


def test_it_is_fresh_for_five_minutes_of_this_session_alone(
    site: IdentityWorld, old: tuple[FlaskClient, dict[str, str]]
) -> None:
    client, form = old
    other, csrf = site.world.signed_in("doanhnghiep")
    site.world.clock.later(minutes=6)
    client.post("/step-up", data={"password": PASSWORD, "csrf": form["csrf"]})
    assert other.post(INVITE, data={**FORM, "csrf": csrf}).status_code == 401
    site.world.clock.later(minutes=5)
    assert client.post(INVITE, data=form).status_code == 401


def test_a_guesser_is_slowed_down_and_the_journal_does_not_grow(
    old: tuple[FlaskClient, dict[str, str]], site: IdentityWorld
) -> None:
    client, form = old
    statuses = [
        client.post("/step-up", data={"password": f"sai {n}", "csrf": form["csrf"]}).status_code
        for n in range(9)
    ]
    assert statuses[5:] == [429] * 4
    assert [deed for deed, *_ in site.deeds()].count("step_up_failed") == 1


def test_another_site_cannot_step_a_session_up(old: tuple[FlaskClient, dict[str, str]]) -> None:
    client, _ = old
    assert client.post("/step-up", data={"password": PASSWORD}).status_code == 403


def test_who_has_no_part_in_it_is_not_asked(site: IdentityWorld) -> None:
    client, csrf = site.world.signed_in("thuly")
    site.world.clock.later(minutes=6)
    assert client.post(INVITE, data={**FORM, "csrf": csrf}).status_code == 403
    assert site.world.client().post("/step-up", data={"password": PASSWORD}).status_code == 401


def test_the_provider_asks_again_and_the_way_leads_back(site: IdentityWorld) -> None:
    client, _ = site.sign_in("chu-doanh-nghiep")
    csrf = client.get("/", headers=HTML).text.split('name="csrf" value="')[1].split('"')[0]
    site.world.clock.later(minutes=6)
    asked = client.post(INVITE, data={**FORM, "csrf": csrf}, headers=HTML)
    assert asked.status_code == 401
    assert 'href="/oidc/step-up?to=/organisation"' in asked.text
    there = site.asked(client, "/oidc/step-up?to=/organisation")
    assert "prompt=login" in there
    assert "max_age=0" in there
    back = client.get(site.answered(there), headers=HTML)
    assert back.headers["Location"] == "/organisation"
    assert client.post(INVITE, data={**FORM, "csrf": csrf}, headers=HTML).status_code == 200


def test_a_provider_that_did_not_ask_again_makes_nothing_fresh(site: IdentityWorld) -> None:
    client, _ = site.sign_in("chu-doanh-nghiep")
    site.world.clock.later(minutes=6)
    before = int(site.world.clock.at.timestamp()) - 300
    site.provider.lies = lambda _, claims: claims.update(auth_time=before)
    back = client.get(site.answered(site.asked(client, "/oidc/step-up")), headers=HTML)
    assert back.status_code == 401
    assert site.deeds()[-1][2] == "not_fresh"


def test_somebody_else_steps_no_session_up(site: IdentityWorld) -> None:
    client, _ = site.sign_in("chu-doanh-nghiep")
    site.world.clock.later(minutes=6)
    site.provider.person = "can-bo"
    back = client.get(site.answered(site.asked(client, "/oidc/step-up")), headers=HTML)
    assert back.status_code == 401
    assert "không phải là người đang đăng nhập" in back.text


def test_a_sign_in_at_the_provider_long_ago_is_not_fresh_here(site: IdentityWorld) -> None:
    site.provider.signed_in_at = site.world.clock.at
    site.world.clock.later(minutes=10)
    client, _ = site.sign_in("chu-doanh-nghiep")
    csrf = client.get("/", headers=HTML).text.split('name="csrf" value="')[1].split('"')[0]
    assert client.post(INVITE, data={**FORM, "csrf": csrf}).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "/%0d%0aLocation:x", "",
        "javascript:alert(1)", "/nothing/here", "\t//evil.example", "/organisation//evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(site: IdentityWorld, path: str) -> None:
    with site.world.app.test_request_context("/"):
        assert nearest_page(path) in {"/", "/organisation"}
    client, csrf = site.world.signed_in("doanhnghiep")
    answer = client.post(
        "/step-up", data={"password": PASSWORD, "csrf": csrf, "to": path}, headers=HTML
    )
    assert answer.headers["Location"] in {"/", "/organisation"}
    there = client.get(f"/oidc/step-up?to={quote(path)}", headers=HTML)
    assert there.headers["Location"].startswith(site.provider.issuer)


def test_every_endpoint_that_is_named_is_there() -> None:
    assert set(DESCRIPTIONS) >= WEIGHTY  # and every description has its route: test_openapi
