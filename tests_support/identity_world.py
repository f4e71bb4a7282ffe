"""The service of `tests_support.service_world` beside a provider of identities."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.certificates.kind import Wording
from tests_support.fake_register import SUBJECT
from tests_support.identity_provider import (
    ACR,
    CLIENT_ID,
    SECRET,
    IdentityProvider,
    serving,
)
from tests_support.service_clock import Clock
from tests_support.service_world import GENEROUS, World, open_world
from verify_api.caller_database import SqliteCallers
from verify_api.identity.authentication import Assurance
from verify_api.identity.desk import Identity
from verify_api.identity.provider import Provider
from verify_api.ports import ServiceSettings

NUMBER = "001099000017"
HTML = {"Accept": "text/html"}


class Directory:
    """Knows one citizen by number."""

    def tag(self, number: str, kind: str) -> bytes:
        """Return a keyed hash, with a key that is no secret here."""
        return sha256(f"test {kind} {number}".encode()).digest()

    def find(self, number: str, *, kind: str) -> UUID | None:
        """Return whose number it is."""
        return SUBJECT if (number, kind) == (NUMBER, "personal") else None


@dataclass
class IdentityWorld:
    """Both, and the walk between them."""

    world: World
    provider: IdentityProvider
    identity: Identity

    def asked(self, client: FlaskClient, path: str = "/oidc/login") -> str:
        """Return the address to which ``path`` sends a browser, at the provider."""
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def answered(self, address: str) -> str:
        """Return path and query by which the provider sends the browser back."""
        assert address.startswith(f"{self.provider.issuer}/authorize?"), address
        query = parse_qs(urlsplit(address).query)
        back = self.provider.authorize({name: values[0] for name, values in query.items()})
        parts = urlsplit(back)
        return f"{parts.path}?{parts.query}"

    def sign_in(self, person: str) -> tuple[FlaskClient, TestResponse]:
        """Return a browser in which ``person`` walked there and back, and what it was shown."""
        self.provider.person = person
        client = self.world.client()
        return client, client.get(self.answered(self.asked(client)), headers=HTML)

    def deeds(self) -> list[tuple[str, str | None, str | None]]:
        """Return deed, account and rule of each entry of the journal."""
        return [
            (one.deed.value, one.account, one.detail.get("rule"))
            for one in self.identity.journal.entries()
        ]


@contextmanager
def opened(folder: Path, url: str = "http://localhost") -> Iterator[IdentityWorld]:
    """Open the world at ``url`` with a provider that knows a citizen and an officer."""
    database = SqliteCallers(folder / "callers.db")
    provider = IdentityProvider(Clock().now, f"{url}/oidc/callback")
    with serving(provider):
        identity = Identity(
            database,
            Directory(),
            Provider(
                provider.issuer, CLIENT_ID, Wording("Định danh mẫu", "Specimen identity"),
                number_claim="national_number", assurances={ACR: Assurance.SUBSTANTIAL},
            ),
            SECRET,
            url,
        )  # fmt: skip
        world = open_world(
            folder, settings=ServiceSettings(url, rates=GENEROUS, demo=True), database=database,
            identity=identity,
        )  # fmt: skip
        provider.now = world.clock.now
        provider.people = {"cong-dan": {"national_number": NUMBER}, "can-bo": {}, "nguoi-la": {}}
        links = identity.links
        assert links is not None
        links.link("thuly", "can-bo", at=world.clock.at, by="console")
        try:
            yield IdentityWorld(world, provider, identity)
        finally:
            database.close()
