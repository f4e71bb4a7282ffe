"""All of it over one database: what the composition root hands to the service."""

from dataclasses import dataclass
from functools import cached_property

from verify_api.caller_database import CallerDatabase
from verify_api.identity.clients import Clients
from verify_api.identity.http_calls import DirectCalls, HttpCalls
from verify_api.identity.journal import Journal
from verify_api.identity.links import Links, NumberDirectory
from verify_api.identity.organisations import Organisations
from verify_api.identity.provider import Discovery, Provider
from verify_api.identity.relying_party import RelyingParty


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as far as the service can know."""

    database: CallerDatabase
    directory: NumberDirectory | None = None
    """Finds citizens; None where nobody signs in over a provider."""
    provider: Provider | None = None
    """None: only accounts of ours sign in."""
    secret: str = ""
    """Shared with the provider."""
    public_url: str = ""
    http: HttpCalls = DirectCalls()  # noqa: RUF009  it holds nothing

    @cached_property
    def journal(self) -> Journal:
        """Who signed in, who was let in."""
        return Journal(self.database)

    @cached_property
    def organisations(self) -> Organisations:
        """Who belongs where."""
        return Organisations(self.database)

    @cached_property
    def clients(self) -> Clients:
        """Which systems have keys here."""
        return Clients(self.database)

    @cached_property
    def party(self) -> RelyingParty | None:
        """We, at the provider; None where there is none."""
        if self.provider is None:
            return None
        discovery = Discovery(self.provider, self.http)
        return RelyingParty(
            self.provider, self.secret, self.public_url, self.http, discovery, self.database
        )

    @cached_property
    def links(self) -> Links | None:
        """Whose account is whose; None where there is no provider."""
        if self.provider is None or self.directory is None:
            return None
        return Links(self.database, self.directory, self.provider.issuer)
