"""Signing in at a provider, and everything that an attacker would bring to that."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from tests_support.identity_provider import Claims, SigningKey, b64, hs256
from tests_support.identity_world import HTML, NUMBER, IdentityWorld, opened
from tests_support.service_world import PASSWORD


@pytest.fixture
def site(tmp_path: Path) -> Iterator[IdentityWorld]:
    with opened(tmp_path) as world:
        yield world


def whose(client: FlaskClient) -> str:
    """Return which of two pages of its own a browser is shown: nobody's, if neither."""
    for path, name in (("/work", "officer"), ("/my", "citizen")):
        if client.get(path, headers=HTML).status_code == 200:
            return name
    return "nobody"


def changed(address: str, **values: str | None) -> str:
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **values}
    kept = {name: value for name, value in query.items() if value is not None}
    return f"{parts.path}?{urlencode(kept)}"


def test_an_officer_signs_in_to_the_account_that_was_linked(site: IdentityWorld) -> None:
    client, answer = site.sign_in("can-bo")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/work")
    assert whose(client) == "officer"
    assert ("signed_in", "account-thuly", None) in site.deeds()


def test_a_citizen_is_found_by_number_and_has_an_account_from_then_on(site: IdentityWorld) -> None:
    client, answer = site.sign_in("cong-dan")
    assert answer.headers["Location"] == "/my"
    assert whose(client) == "citizen"
    site.provider.people["cong-dan"] = {}  # known by the provider's own name now
    assert whose(site.sign_in("cong-dan")[0]) == "citizen"
    assert [deed for deed, *_ in site.deeds()].count("account_linked") == 2


def test_the_number_and_the_providers_name_stand_nowhere(
    site: IdentityWorld, tmp_path: Path
) -> None:
    site.sign_in("cong-dan")
    held = b"".join(path.read_bytes() for path in tmp_path.glob("callers.db*"))
    assert b"signed_in" in held
    assert NUMBER.encode() not in held
    assert b"cong-dan" not in held


@pytest.mark.parametrize(
    "claims", [{}, {"national_number": "001099000018"}, {"national_number": "12"}]
)
def test_who_belongs_to_nobody_here_is_let_in_nowhere(site: IdentityWorld, claims: Claims) -> None:
    site.provider.people["nguoi-la"] = claims
    client, answer = site.sign_in("nguoi-la")
    assert answer.status_code == 401
    assert "bộ phận một cửa" in answer.text
    assert whose(client) == "nobody"


def lie(**changes: object) -> object:
    def told(header: Claims, claims: Claims) -> None:
        for name, value in changes.items():
            if value is None:
                claims.pop(name)
            else:
                claims[name] = value

    return told


def unsigned(header: Claims, claims: Claims) -> str:
    header["alg"] = "none"
    return ".".join(b64(json.dumps(one).encode()) for one in (header, claims)) + "."


def others_key(header: Claims, claims: Claims) -> str:
    return SigningKey("k1").sign(header, claims)


def embedded_key(header: Claims, claims: Claims) -> str:
    key = SigningKey("k1")
    return key.sign({**header, "jwk": key.jwk()}, claims)


def key_address(header: Claims, claims: Claims) -> str:
    return SigningKey("k1").sign({**header, "jku": "http://127.0.0.1:1/jwks"}, claims)


LIES = {
    "no signature": (unsigned, "algorithm"),
    "somebody else's key under the same name": (others_key, "signature"),
    "a key of its own inside": (embedded_key, "header_not_taken"),
    "an address of keys inside": (key_address, "header_not_taken"),
    "another issuer": (lie(iss="https://evil.example"), "issuer"),
    "the issuer with a slash": (lambda _, c: c.update(iss=c["iss"] + "/"), "issuer"),
    "another audience": (lie(aud="ung-dung-khac"), "audience"),
    "no audience": (lie(aud=None), "audience"),
    "two audiences and nobody who asked": (lie(aud=["so-cai", "khac"]), "authorized_party"),
    "asked by somebody else": (lie(aud=["so-cai", "khac"], azp="khac"), "authorized_party"),
    "expired": (lambda _, c: c.update(exp=c["iat"] - 31), "expired"),
    "without an end": (lie(exp=None), "expired"),
    "an end that is a text": (lie(exp="2099"), "claim_form"),
    "not yet": (lambda _, c: c.update(nbf=c["iat"] + 60), "not_yet"),
    "made in the future": (lambda _, c: c.update(iat=c["iat"] + 60), "not_yet"),
    "made long ago": (lambda _, c: c.update(iat=c["iat"] - 660), "issued_at"),
    "another question's nonce": (lie(nonce="x" * 43), "nonce"),
    "no nonce": (lie(nonce=None), "nonce"),
    "nobody": (lie(sub=""), "subject"),
    "a lower level": (lie(acr="urn:example:acr:muc-1"), "assurance"),
    "no level": (lie(acr=None), "assurance"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_token_that_lies_lets_nobody_in(site: IdentityWorld, name: str) -> None:
    site.provider.lies, rule = LIES[name]  # type: ignore[assignment]
    client, answer = site.sign_in("can-bo")
    assert answer.status_code == 401
    assert whose(client) == "nobody"
    assert site.deeds()[-1] == ("sign_in_failed", None, rule)


def test_the_public_key_is_no_shared_secret(site: IdentityWorld) -> None:
    public = json.dumps(site.provider.published[0]).encode()
    site.provider.lies = lambda header, claims: hs256(public, {**header, "alg": "HS256"}, claims)
    assert site.sign_in("can-bo")[1].status_code == 401
    assert site.deeds()[-1][2] == "algorithm"


def test_a_new_key_is_fetched_and_an_invented_name_is_not_asked_for_again(
    site: IdentityWorld,
) -> None:
    site.sign_in("can-bo")
    site.world.clock.later(minutes=2)
    site.provider.rotate("k2")
    assert site.sign_in("can-bo")[1].status_code == 303
    fetched = site.provider.keys_fetched
    site.provider.lies = lambda header, _: header.update(kid="k3")
    for _ in range(5):
        assert site.sign_in("can-bo")[1].status_code == 401
    assert site.deeds()[-1][2] == "key_unknown"
    assert site.provider.keys_fetched == fetched


def test_a_key_that_was_taken_back_counts_no_more_after_an_hour(site: IdentityWorld) -> None:
    site.sign_in("can-bo")
    site.provider.published = [SigningKey("k9").jwk()]
    site.world.clock.later(minutes=61)
    assert site.sign_in("can-bo")[1].status_code == 401


def test_a_code_in_another_browser_is_worth_nothing(site: IdentityWorld) -> None:
    site.provider.person = "can-bo"
    victims = site.world.client()
    stolen = site.answered(site.asked(victims))
    attackers = site.world.client()
    site.asked(attackers)  # has a visit of its own
    assert attackers.get(stolen, headers=HTML).status_code == 401
    assert whose(attackers) == "nobody"


def test_a_code_is_not_put_into_another_visit(site: IdentityWorld) -> None:
    site.provider.person = "can-bo"
    stolen = dict(parse_qsl(urlsplit(site.answered(site.asked(site.world.client()))).query))
    attackers = site.world.client()
    own = site.answered(site.asked(attackers))
    injected = changed(own, code=stolen["code"])
    assert attackers.get(injected, headers=HTML).status_code == 401
    assert site.deeds()[-1][2] == "code"  # PKCE: the verifier is another browser's
    assert whose(attackers) == "nobody"


def test_a_browser_that_is_sent_to_somebody_elses_answer_is_not_signed_in(
    site: IdentityWorld,
) -> None:
    site.provider.person = "can-bo"
    attackers_answer = site.answered(site.asked(site.world.client()))
    victim = site.world.client()
    assert victim.get(attackers_answer, headers=HTML).status_code == 401
    assert whose(victim) == "nobody"


def test_an_answer_counts_once(site: IdentityWorld) -> None:
    site.provider.person = "can-bo"
    client = site.world.client()
    answer = site.answered(site.asked(client))
    assert client.get(answer, headers=HTML).status_code == 303
    again = site.world.client()
    assert again.get(answer, headers=HTML).status_code == 401
    assert client.get(answer, headers=HTML).status_code == 401


def test_an_answer_that_comes_late_counts_for_nothing(site: IdentityWorld) -> None:
    site.provider.person = "can-bo"
    client = site.world.client()
    answer = site.answered(site.asked(client))
    site.world.clock.later(minutes=10)
    assert client.get(answer, headers=HTML).status_code == 401


@pytest.mark.parametrize("said", [None, "https://evil.example", ""])
def test_another_providers_answer_is_not_mixed_up_with_ours(
    site: IdentityWorld, said: str | None
) -> None:
    site.provider.person = "can-bo"
    client = site.world.client()
    answer = changed(site.answered(site.asked(client)), iss=said)
    assert client.get(answer, headers=HTML).status_code == 401
    assert site.deeds()[-1][2] == "answer_issuer"


def test_metadata_of_another_issuer_are_not_taken(site: IdentityWorld) -> None:
    site.provider.metadata_lies = {"issuer": "https://evil.example"}
    answer = site.world.client().get("/oidc/login", headers=HTML)
    assert answer.status_code == 503


@pytest.mark.parametrize("place", ["http://example.org/token", "file:///etc/passwd", ""])
def test_secrets_go_to_no_unsafe_address(site: IdentityWorld, place: str) -> None:
    site.provider.metadata_lies = {"token_endpoint": place}
    assert site.world.client().get("/oidc/login", headers=HTML).status_code == 503


def test_a_refusal_at_the_provider_is_told_and_nothing_it_says_is_shown(
    site: IdentityWorld,
) -> None:
    client = site.world.client()
    answer = site.answered(site.asked(client))
    refused = changed(answer, code=None, error="access_denied", error_description="<b>hack</b>")
    shown = client.get(refused, headers=HTML)
    assert shown.status_code == 401
    assert "hack" not in shown.text


@pytest.mark.parametrize("name", ["return_to", "next", "to", "redirect_uri", "target_link_uri"])
def test_nobody_is_sent_elsewhere_by_an_address(site: IdentityWorld, name: str) -> None:
    site.provider.person = "can-bo"
    client = site.world.client()
    answer = site.answered(site.asked(client, f"/oidc/login?{name}=https://evil.example/"))
    back = client.get(changed(answer, **{name: "//evil.example"}), headers=HTML)
    assert back.headers["Location"] == "/work"


def test_a_session_that_was_there_before_is_not_the_one_after(site: IdentityWorld) -> None:
    client, _ = site.world.signed_in("doanhnghiep")
    planted = client.get_cookie("session")
    assert planted is not None
    site.provider.person = "can-bo"
    client.get(site.answered(site.asked(client)), headers=HTML)
    after = client.get_cookie("session")
    assert after is not None
    assert after.value != planted.value
    assert site.world.ports.sessions.find(planted.value, at=site.world.clock.at) is None


def test_a_planted_session_is_never_the_one_that_a_password_begins(site: IdentityWorld) -> None:
    attackers, _ = site.world.signed_in("doanhnghiep")
    planted = attackers.get_cookie("session")
    assert planted is not None
    victim = site.world.client()
    victim.set_cookie("session", planted.value)
    # The form is not the planted session's own, so it is refused; without the cookie it is taken.
    form = {"name": "thuly", "password": PASSWORD}
    assert victim.post("/login", data=form).status_code == 403
    victim.delete_cookie("session")
    assert victim.post("/login", data=form).status_code == 303
    assert whose(victim) == "officer"
    assert whose(attackers) == "nobody"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://e.vn"}])
def test_another_site_signs_nobody_in_by_password(
    site: IdentityWorld, headers: dict[str, str]
) -> None:
    client = site.world.client()
    answer = client.post("/login", data={"name": "thuly", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert client.get_cookie("session") is None


def test_the_browser_keeps_nothing_of_the_visit(site: IdentityWorld) -> None:
    client, answer = site.sign_in("can-bo")
    assert client.get_cookie("visit") is None
    assert not answer.text.count("code=")


def test_what_is_asked_has_all_that_protects_it(site: IdentityWorld) -> None:
    query = dict(parse_qsl(urlsplit(site.asked(site.world.client())).query))
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert query["redirect_uri"] == "http://localhost/oidc/callback"
    assert query["acr_values"] == "urn:example:acr:muc-2"
    assert {"state", "nonce"} <= query.keys()
    assert len({query["state"], query["nonce"], query["code_challenge"]}) == 3


def test_signing_out_offers_to_end_the_providers_session(site: IdentityWorld) -> None:
    client, _ = site.sign_in("can-bo")
    csrf = client.get("/work", headers=HTML).text.split('name="csrf" value="')[1].split('"')[0]
    answer = client.post("/logout", data={"csrf": csrf}, headers=HTML)
    assert answer.headers["Location"] == "/oidc/signed-out"
    page = client.get("/oidc/signed-out", headers=HTML).text
    assert f'href="{site.provider.issuer}/logout?client_id=so-cai' in page
    assert whose(client) == "nobody"


def backchannel(site: IdentityWorld, token: str) -> int:
    return (
        site.world.client()
        .post("/oidc/backchannel-logout", data={"logout_token": token})
        .status_code
    )


@pytest.mark.parametrize("by", [{}, {"sub": None, "sid": "phien-can-bo"}, {"sid": "phien-can-bo"}])
def test_the_provider_ends_sessions_here(site: IdentityWorld, by: Claims) -> None:
    client, _ = site.sign_in("can-bo")
    other, _ = site.sign_in("cong-dan")
    site.provider.person = "can-bo"
    assert backchannel(site, site.provider.logout_token(**by)) == 200
    assert whose(client) == "nobody"
    assert whose(other) == "citizen"
    assert site.deeds()[-1] == ("provider_ended_sessions", "account-thuly", None)


def test_an_old_logout_token_does_not_end_a_new_session(site: IdentityWorld) -> None:
    token = site.provider.logout_token(sub="can-bo")
    assert backchannel(site, token) == 200
    client, _ = site.sign_in("can-bo")
    assert backchannel(site, token) == 400
    assert whose(client) == "officer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"events": {}}, {"events": None}, {"nonce": "x"}, {"aud": "khac"}, {"exp": 1},
        {"iss": "https://e.vn"}, {"sub": None}, {"jti": None}, {"iat": 1},
        {"events": {"backchannel-logout": {}}},
    ],
)  # fmt: skip
def test_a_logout_token_that_is_none_ends_nothing(site: IdentityWorld, wrong: Claims) -> None:
    client, _ = site.sign_in("can-bo")
    assert backchannel(site, site.provider.logout_token(**wrong)) == 400
    assert whose(client) == "officer"


def test_an_id_token_is_no_logout_token(site: IdentityWorld) -> None:
    client, _ = site.sign_in("can-bo")
    assert backchannel(site, site.provider.id_token("can-bo", "n" * 43)) == 400
    assert whose(client) == "officer"
