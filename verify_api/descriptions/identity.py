"""Signing in at a provider, showing again who one is, systems' tokens, members of organisations."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from ledger.errors import ConflictError, InvalidInputError, NotFoundError, RefusedError
from verify_api.describing import HTML, Answer, Description, Parameter, json_of
from verify_api.errors import SignInRefusedError
from verify_api.identity.errors import InsufficientAuthenticationError, ProviderUnavailableError

_FORM: Final = "application/x-www-form-urlencoded"
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_SECRET: Final[dict[str, Any]] = {"type": "string", "format": "password"}
_AT_PROVIDER: Final = Answer(
    "Go on at the provider of identities.", headers={"Location": "The provider's own page."}
)
_HERE: Final = Answer("Go on there.", headers={"Location": "A page of this service."})
_SIGN_IN: Final = Answer("Sign in first.", headers={"Location": "The form."})
_NOBODY: Final = Answer("Nobody was let in; why, as far as one can do something.", HTML)
_AGAIN: Final = Answer("The form again, with what was wrong.", HTML)
_ASKED: Final = Answer("Who one is has to be shown again.", HTML)


class FreshAnswer(Struct):
    """Until when acts of weight may follow."""

    fresh_until: str


class TokenAnswer(Struct):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    """Seconds."""
    scope: str


class OauthErrorAnswer(Struct):
    """Why there is none (RFC 6749, section 5.2)."""

    error: str


class MemberAnswer(Struct):
    """Somebody who signs in for the organisation."""

    account: str
    name: str
    title: str
    role: str
    administers: bool


class InvitationAnswer(Struct):
    """An open invitation."""

    invitation: str
    name: str
    title: str
    role: str
    until: str


class OrganisationAnswer(Struct):
    """One's own organisation."""

    organisation: str
    kind: str
    members: list[MemberAnswer]
    invitations: list[InvitationAnswer]


class InvitedAnswer(Struct):
    """The code by which somebody joins; shown this once."""

    code: str


def _form(required: tuple[str, ...], **fields: dict[str, Any]) -> dict[str, Any]:
    return {
        _FORM: {
            "type": "object",
            "required": list(required),
            "properties": {"csrf": _TEXT, **fields},
        }
    }


_JUDGED: Final = (RefusedError, ConflictError, NotFoundError)

IDENTITY: Final = MappingProxyType({
    "step_up.again": Description(
        {
            HTTPStatus.OK: Answer("Shown, for five minutes.", json_of(FreshAnswer)),
            HTTPStatus.SEE_OTHER: _HERE,
            HTTPStatus.UNAUTHORIZED: _ASKED,
        },
        body=_form(("password",), password=_SECRET, to=_TEXT),
        problems=(SignInRefusedError,),
        throttled=True,
        text="For what answers 401 with `insufficient_user_authentication` (RFC 9470).",
    ),
    "oidc.login": Description(
        {HTTPStatus.SEE_OTHER: _AT_PROVIDER, HTTPStatus.SERVICE_UNAVAILABLE: _NOBODY},
        problems=(NotFoundError,),
    ),
    "oidc.again": Description(
        {HTTPStatus.SEE_OTHER: _AT_PROVIDER, HTTPStatus.SERVICE_UNAVAILABLE: _NOBODY},
        parameters=(Parameter("to", "Where to go on: a path of this service."),),
        problems=(NotFoundError,),
    ),
    "oidc.callback": Description(
        {
            HTTPStatus.SEE_OTHER: _HERE,
            HTTPStatus.UNAUTHORIZED: _NOBODY,
            HTTPStatus.SERVICE_UNAVAILABLE: _NOBODY,
        },
        parameters=(
            Parameter("state", "As it was sent."),
            Parameter("code", "Counts once."),
            Parameter("iss", "The provider that answers (RFC 9207)."),
            Parameter("error", "Instead of a code."),
        ),
        problems=(NotFoundError,),
        text="Code flow with PKCE (S256), state and nonce, each bound to one browser.",
    ),
    "oidc.ended": Description(
        {
            HTTPStatus.OK: Answer("Their sessions have ended.", json_of({"type": "object"})),
            HTTPStatus.BAD_REQUEST: Answer("Not a logout token.", json_of(OauthErrorAnswer)),
        },
        body=_form(("logout_token",), logout_token=_TEXT),
        problems=(NotFoundError, ProviderUnavailableError),
        text="OpenID Connect Back-Channel Logout 1.0; a token counts once.",
    ),
    "oidc.farewell": Description(
        {HTTPStatus.OK: Answer("Signed out here; the link there.", HTML)},
        problems=(NotFoundError, ProviderUnavailableError),
    ),
    "oauth.token": Description(
        {
            HTTPStatus.OK: Answer("An access token of ten minutes.", json_of(TokenAnswer)),
            HTTPStatus.BAD_REQUEST: Answer("Asked another way.", json_of(OauthErrorAnswer)),
            HTTPStatus.UNAUTHORIZED: Answer("Not believed.", json_of(OauthErrorAnswer)),
        },
        body=_form(
            ("grant_type", "client_assertion_type", "client_assertion"),
            grant_type={"const": "client_credentials"}, client_assertion_type=_TEXT,
            client_assertion=_TEXT, scope=_TEXT, client_id=_TEXT,
        ),
        text="The assertion (RFC 7523) names its key by RFC 7638 thumbprint in `kid`, is for this "
        "address, ends within five minutes, and counts once by its `jti`.",
    ),
    "organisation.members": Description(
        {
            HTTPStatus.OK: Answer(
                "Members and open invitations.",
                {**json_of(OrganisationAnswer), "text/html": _TEXT},
            ),
            HTTPStatus.FOUND: _SIGN_IN,
        },
        problems=_JUDGED,
    ),
    "organisation.invite": Description(
        {
            HTTPStatus.OK: Answer("The code, on a page, this once.", HTML),
            HTTPStatus.CREATED: Answer("The code, this once.", json_of(InvitedAnswer)),
            HTTPStatus.UNAUTHORIZED: _ASKED,
            HTTPStatus.CONFLICT: _AGAIN,
            HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN,
        },
        body=_form(("name", "title", "role"), name=_TEXT, title=_TEXT, role=_TEXT),
        problems=(*_JUDGED, InsufficientAuthenticationError),
    ),
    "organisation.withdraw": Description(
        {
            HTTPStatus.OK: Answer("Withdrawn.", json_of({"type": "object"})),
            HTTPStatus.SEE_OTHER: _HERE,
        },
        problems=_JUDGED,
    ),
    "organisation.member": Description(
        {HTTPStatus.OK: Answer("The last look before.", HTML), HTTPStatus.FOUND: _SIGN_IN},
        problems=_JUDGED,
    ),
    "organisation.remove": Description(
        {
            HTTPStatus.OK: Answer("Removed.", json_of({"type": "object"})),
            HTTPStatus.SEE_OTHER: _HERE,
            HTTPStatus.UNAUTHORIZED: _ASKED,
        },
        problems=(*_JUDGED, InsufficientAuthenticationError),
    ),
    "organisation.join_form": Description({HTTPStatus.OK: Answer("The form.", HTML)}),
    "organisation.join": Description(
        {
            HTTPStatus.OK: Answer("The account is open.", HTML),
            HTTPStatus.CONFLICT: _AGAIN,
            HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN,
        },
        body=_form(("code", "password"), code=_TEXT, password=_SECRET),
        problems=(InvalidInputError,),
        throttled=True,
    ),
})  # fmt: skip
