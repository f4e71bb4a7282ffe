"""What can go wrong where somebody shows who they are. Messages never quote what was sent."""

from typing import ClassVar

from verify_api.errors import NotSignedInError, ServiceError, SignInRefusedError


class IdentityRefusedError(SignInRefusedError):
    """What the provider of identities sent, or a browser brought back, is not believed."""

    code: ClassVar[str] = "identity_refused"

    def __init__(self, rule: str, message: str) -> None:
        """Refuse by ``rule``, a stable snake_case name."""
        super().__init__(message)
        self.rule = rule


class ProviderUnavailableError(ServiceError):
    """The provider of identities does not answer, or not in the form of its own standard."""

    code: ClassVar[str] = "provider_unavailable"


class InsufficientAuthenticationError(NotSignedInError):
    """Who one is has to be shown again first: it was too long ago (RFC 9470)."""

    code: ClassVar[str] = "insufficient_user_authentication"


class ClientRefusedError(ServiceError):
    """A system gets no access token; the code is one of RFC 6749, section 5.2."""

    code: ClassVar[str] = "client_refused"

    def __init__(self, oauth_error: str, rule: str) -> None:
        """Answer ``oauth_error``; ``rule`` is for the journal and is told to nobody else."""
        super().__init__("expected a client assertion of a registered key, shown once")
        self.oauth_error = oauth_error
        self.rule = rule
