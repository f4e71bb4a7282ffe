"""Systems that sign who they are, and what an attacker makes of such a signature."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from werkzeug.test import TestResponse

from ledger.errors import ConflictError, InvalidInputError
from tests_support.identity_provider import SigningKey, b64, hs256
from tests_support.service_world import World, open_world
from verify_api.callers import Role
from verify_api.identity.client_assertion import ASSERTION_TYPE
from verify_api.identity.clients import Client, public_jwk

ID = "his-mau"
TOKEN = "http://localhost/oauth/token"


@dataclass
class System:
    """A registered system and its key."""

    world: World
    key: SigningKey = field(default_factory=lambda: SigningKey("unused"))
    thumbprint: str = ""
    asked: int = 0

    def claims(self) -> dict[str, Any]:
        self.asked += 1
        now = int(self.world.clock.at.timestamp())
        return {
            "iss": ID, "sub": ID, "aud": TOKEN, "jti": f"lan-thu-{self.asked:08}", "iat": now,
            "exp": now + 60,
        }  # fmt: skip

    def header(self) -> dict[str, Any]:
        return {"alg": "ES256", "kid": self.thumbprint}

    def assertion(self, **changes: Any) -> str:
        claims = {**self.claims(), **changes}
        return self.key.sign(self.header(), {n: v for n, v in claims.items() if v is not None})

    def ask(self, assertion: str, **form: str) -> TestResponse:
        sent = {
            "grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion, **form,
        }  # fmt: skip
        return self.world.client().post("/oauth/token", data=sent)

    def deeds(self) -> list[tuple[str, str | None]]:
        entries = self.world.ports.identity.journal.entries()
        return [(one.deed.value, one.detail.get("rule")) for one in entries]

    def opens(self, token: str) -> bool:
        caller = self.world.ports.api_tokens.find(token, at=self.world.clock.at)
        return caller is not None and (caller.account, caller.role) == (ID, Role.FACILITY_SYSTEM)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    world = open_world(tmp_path)
    clients, at = world.ports.identity.clients, world.clock.at
    clients.register(Client(ID, "Phần mềm mẫu", Role.FACILITY_SYSTEM, "01001"), at=at, by="console")
    made = System(world)
    made.thumbprint = clients.add_key(
        ID, json.dumps(made.key.jwk()).encode(), until=at + timedelta(days=90), at=at, by="console"
    ).thumbprint
    yield made
    world.database.close()


def test_a_signature_gets_a_token_that_opens_the_interface_for_ten_minutes(system: System) -> None:
    answer = system.ask(system.assertion())
    assert answer.status_code == 200
    told = answer.get_json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == (
        "Bearer", 600, "facility_system",
    )  # fmt: skip
    assert answer.headers["Cache-Control"] == "no-store"
    assert system.opens(told["access_token"])
    system.world.clock.later(minutes=10)
    assert not system.opens(told["access_token"])


def test_the_database_holds_no_token(system: System, tmp_path: Path) -> None:
    token = system.ask(system.assertion()).get_json()["access_token"]
    held = b"".join(path.read_bytes() for path in tmp_path.glob("callers.db*"))
    assert token.encode() not in held


def test_an_ed25519_key_is_taken_too(system: System) -> None:
    at = system.world.clock.at
    key = OKPKey.generate_key("Ed25519")
    jwk = json.dumps(key.as_dict(private=False)).encode()
    clients = system.world.ports.identity.clients
    added = clients.add_key(ID, jwk, until=at + timedelta(days=1), at=at, by="console")
    header = {"alg": "Ed25519", "kid": added.thumbprint}
    text = jwt.encode(header, system.claims(), key, algorithms=["Ed25519"])
    assert system.ask(text).status_code == 200


def unsigned(system: System) -> str:
    parts = ({"alg": "none", "kid": system.thumbprint}, system.claims())
    return ".".join(b64(json.dumps(one).encode()) for one in parts) + "."


ATTACKS: dict[str, tuple[Callable[[System], str], str]] = {
    "no signature": (unsigned, "algorithm"),
    "the public key as a shared secret": (
        lambda s: hs256(
            json.dumps(s.key.jwk()).encode(), {**s.header(), "alg": "HS256"}, s.claims()
        ),
        "algorithm",
    ),
    "somebody else's signature": (
        lambda s: SigningKey("x").sign(s.header(), s.claims()), "signature",
    ),
    "a key inside": (
        lambda s: s.key.sign({**s.header(), "jwk": s.key.jwk()}, s.claims()), "header_not_taken",
    ),
    "a key that nobody registered": (
        lambda s: s.key.sign({**s.header(), "kid": "A" * 43}, s.claims()), "key_unknown",
    ),
    "no name of a key": (lambda s: s.key.sign({"alg": "ES256"}, s.claims()), "kid_missing"),
    "another system": (lambda s: s.assertion(iss="khac", sub="khac"), "key_unknown"),
    "about somebody else": (lambda s: s.assertion(sub="khac"), "issuer"),
    "for another server": (lambda s: s.assertion(aud="https://khac.vn/oauth/token"), "audience"),
    "for us and another": (lambda s: s.assertion(aud=[TOKEN, "https://khac.vn"]), "audience"),
    "for nobody": (lambda s: s.assertion(aud=None), "audience"),
    "over": (lambda s: s.assertion(exp=int(s.world.clock.at.timestamp()) - 31), "expired"),
    "without an end": (lambda s: s.assertion(exp=None), "expiry_missing"),
    "for an hour": (
        lambda s: s.assertion(exp=int(s.world.clock.at.timestamp()) + 3600), "lives_too_long",
    ),
    "not yet": (lambda s: s.assertion(nbf=int(s.world.clock.at.timestamp()) + 60), "not_yet"),
    "made in the future": (
        lambda s: s.assertion(iat=int(s.world.clock.at.timestamp()) + 60), "not_yet",
    ),
    "without a name of its own": (lambda s: s.assertion(jti=None), "jti"),
    "an end that is true": (lambda s: s.assertion(exp=True), "claim_form"),
    "nothing": (lambda _: "", "malformed"),
    "three dots": (lambda _: "..", "malformed"),
    "very long": (lambda _: "a" * 9000, "malformed"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_assertion_that_is_not_the_systems_own_gets_nothing(system: System, name: str) -> None:
    made, rule = ATTACKS[name]
    answer = system.ask(made(system))
    assert answer.status_code == 401
    assert answer.json == {"error": "invalid_client"}
    assert system.deeds()[-1] == ("token_refused", rule)


def test_an_assertion_counts_once(system: System) -> None:
    assertion = system.assertion()
    assert system.ask(assertion).status_code == 200
    assert system.ask(assertion).status_code == 401
    assert system.deeds()[-1] == ("token_refused", "shown_before")


def test_an_assertion_is_remembered_as_long_as_it_would_count(system: System) -> None:
    now = int(system.world.clock.at.timestamp())
    assertion = system.assertion(exp=now + 300)
    assert system.ask(assertion).status_code == 200
    for _ in range(11):
        system.world.clock.later(seconds=30)
        system.ask(system.assertion())  # cleans up what is over
        assert system.ask(assertion).status_code == 401


def test_more_than_was_registered_is_not_asked_for(system: System) -> None:
    assert system.ask(system.assertion(), scope="facility_system").status_code == 200
    refused = system.ask(system.assertion(), scope="signer")
    assert (refused.status_code, refused.json) == (400, {"error": "invalid_scope"})


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, "invalid_client"),
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_id": "khac"}, "invalid_client"),
    ],
)
def test_other_ways_of_asking_get_nothing(system: System, form: dict[str, str], error: str) -> None:
    assert system.ask(system.assertion(), **form).json == {"error": error}


def test_an_assertion_in_an_address_is_not_read(system: System) -> None:
    answer = system.world.client().post(f"/oauth/token?client_assertion={system.assertion()}")
    assert answer.json == {"error": "invalid_request"}


def test_keys_change_over_without_a_pause_and_a_revoked_one_ends_its_tokens(system: System) -> None:
    clients, at = system.world.ports.identity.clients, system.world.clock.at
    old_token = system.ask(system.assertion()).get_json()["access_token"]
    old_key, old_name = system.key, system.thumbprint
    new = SigningKey("new")
    jwk = json.dumps(new.jwk()).encode()
    system.thumbprint = clients.add_key(
        ID, jwk, until=at + timedelta(days=90), at=at, by="console"
    ).thumbprint
    system.key = new
    new_token = system.ask(system.assertion()).get_json()["access_token"]
    assert system.opens(old_token)
    clients.revoke_key(old_name, at=at, by="console")
    assert not system.opens(old_token)
    assert system.opens(new_token)
    system.key, system.thumbprint = old_key, old_name
    assert system.ask(system.assertion()).status_code == 401


def test_a_key_that_is_over_or_a_system_that_is_closed_gets_nothing(system: System) -> None:
    token = system.ask(system.assertion()).get_json()["access_token"]
    system.world.ports.identity.clients.disable(ID, at=system.world.clock.at, by="console")
    assert not system.opens(token)
    assert system.ask(system.assertion()).status_code == 401


def test_a_key_counts_until_its_day(system: System) -> None:
    system.world.clock.later(days=90)
    assert system.ask(system.assertion()).status_code == 401


@pytest.mark.parametrize(
    "jwk",
    [
        b"", b"[]", b"{}", b'{"kty":"oct","k":"c2VjcmV0"}',
        json.dumps({**SigningKey("k").jwk(), "d": "AA"}).encode(),
        b'{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}', b'{"kty":"EC","crv":"P-384"}',
    ],
)  # fmt: skip
def test_only_a_public_key_of_the_two_sorts_is_registered(jwk: bytes) -> None:
    with pytest.raises(InvalidInputError):
        public_jwk(jwk)


def test_a_key_is_registered_once_and_for_no_more_than_two_years(system: System) -> None:
    clients, at = system.world.ports.identity.clients, system.world.clock.at
    jwk = json.dumps(system.key.jwk()).encode()
    with pytest.raises(ConflictError):
        clients.add_key(ID, jwk, until=at + timedelta(days=1), at=at, by="console")
    with pytest.raises(InvalidInputError):
        clients.add_key(ID, jwk, until=at + timedelta(days=733), at=at, by="console")


def test_no_system_has_an_officers_role(system: System) -> None:
    with pytest.raises(InvalidInputError):
        system.world.ports.identity.clients.register(
            Client("x", "x", Role.SIGNER, "CA01"), at=system.world.clock.at, by="console"
        )


def test_strangers_fill_no_journal(system: System) -> None:
    for _ in range(20):
        system.ask(system.assertion(aud="khac"))
    assert [deed for deed, _ in system.deeds()].count("token_refused") == 1
