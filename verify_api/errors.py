"""What can go wrong between a request and the floors below; each class is one thing to act on.

Messages name places, forms and limits, never what somebody sent and never a person's data.
"""

from typing import ClassVar


class ServiceError(Exception):
    """Base of everything this floor raises on purpose; never raised itself."""

    code: ClassVar[str] = "service_error"


class MalformedRequestError(ServiceError):
    """The request is not in the form that this address takes."""

    code: ClassVar[str] = "malformed_request"

    def __init__(self, rule: str, message: str) -> None:
        """Refuse by ``rule``, a stable snake_case name that clients may match on."""
        super().__init__(message)
        self.rule = rule


class UnsupportedMediaError(ServiceError):
    """The body is of a media type that this address does not read."""

    code: ClassVar[str] = "unsupported_media_type"


class BodyTooLargeError(ServiceError):
    """The body is longer than this address takes."""

    code: ClassVar[str] = "too_large"

    def __init__(self, limit: int) -> None:
        """Name the ``limit`` in bytes."""
        super().__init__(f"expected a body of at most {limit} bytes")


class TooManyRequestsError(ServiceError):
    """This caller asks too often."""

    code: ClassVar[str] = "too_many_requests"

    def __init__(self, retry_after_seconds: float) -> None:
        """Say after how many seconds the next request is answered."""
        super().__init__("asked too often: wait, then ask again")
        self.retry_after_seconds = retry_after_seconds


class NotSignedInError(ServiceError):
    """Nobody in particular asks for what only certain roles may have."""

    code: ClassVar[str] = "not_signed_in"


class ForbiddenError(ServiceError):
    """The caller's role or scope does not reach this."""

    code: ClassVar[str] = "forbidden"


class CrossSiteError(ServiceError):
    """A change was sent by a page that is not ours, or by one of ours that is too old."""

    code: ClassVar[str] = "cross_site"


class SignInRefusedError(ServiceError):
    """The name and password are not those of an account that may sign in; which, is not said."""

    code: ClassVar[str] = "sign_in_refused"


class AccessNotRecordedError(ServiceError):
    """That somebody looks could not be recorded, so nothing is shown."""

    code: ClassVar[str] = "access_not_recorded"


class UndeclaredEndpointError(ServiceError):
    """An endpoint does not say who may call it, so the service does not start."""

    code: ClassVar[str] = "undeclared_endpoint"


class WitnessStateError(ServiceError):
    """What a witness remembers is lost, is older than what it said, or cannot be kept."""

    code: ClassVar[str] = "witness_state"

    def __init__(self, rule: str, message: str) -> None:
        """Refuse by ``rule``, a stable snake_case name."""
        super().__init__(message)
        self.rule = rule
