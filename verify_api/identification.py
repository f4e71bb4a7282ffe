"""Who sends this request: a session's cookie, a machine's token, or nobody in particular.

A browser sends its cookie with requests that other sites make it send. So whatever changes
something under a session shows the session's own token, and does not come from another site.
"""

from typing import Final

from flask import Request, Response

from verify_api.callers import ANONYMOUS, Caller
from verify_api.errors import CrossSiteError, NotSignedInError
from verify_api.identity.authentication import Method
from verify_api.ports import Ports, ServiceSettings
from verify_api.sessions import LIFETIME, Session, is_csrf

CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def cookie_name(settings: ServiceSettings) -> str:
    """Return the session cookie's name: bound to the host by its prefix where https allows it."""
    return "__Host-session" if settings.https else "session"


def identify(request: Request, ports: Ports) -> Caller:
    """Return who calls.

    Raises:
        NotSignedInError: A token was sent that counts for nothing.
        CrossSiteError: A change under a session that its own pages did not send.
    """
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        return _machine(authorization, ports)
    if "Cookie" not in request.headers:
        return ANONYMOUS
    cookie = request.cookies.get(cookie_name(ports.settings))
    session = None if cookie is None else ports.sessions.find(cookie, at=ports.clock())
    if session is None:
        return ANONYMOUS
    if request.method not in _SAFE:
        require_same_site(request, ports.settings)
        _require_csrf(request, session)
    account = session.account
    return Caller(
        account.account_id,
        account.role,
        account.organisation,
        account.subject,
        account.title,
        session.csrf,
        session.authentication.at,
        session.authentication.method is Method.PROVIDER,
    )


def _machine(authorization: str, ports: Ports) -> Caller:
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() == "bearer":
        caller = ports.api_tokens.find(text.strip(), at=ports.clock())
        if caller is not None:
            return caller
    raise NotSignedInError("expected a token that was issued, is not over and not revoked")


def require_same_site(request: Request, settings: ServiceSettings) -> None:
    """Refuse what another site made the browser send.

    Raises:
        CrossSiteError: By ``Sec-Fetch-Site``, or ``Origin`` where a browser is too old for that.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSiteError("sent by another site")
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != settings.public_url:
        raise CrossSiteError("sent by another site")


def _require_csrf(request: Request, session: Session) -> None:
    given = request.headers.get(CSRF_HEADER)
    if given is None and request.mimetype in _FORMS:
        given = request.form.get(CSRF_FIELD)
    if given is None or not is_csrf(given, session.csrf):
        raise CrossSiteError("expected the token of this session's forms: load the page again")


def set_session(response: Response, cookie: str, settings: ServiceSettings) -> None:
    """Let the browser keep ``cookie``, out of reach of scripts."""
    response.set_cookie(
        cookie_name(settings),
        cookie,
        max_age=LIFETIME,
        secure=settings.https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def clear_session(response: Response, settings: ServiceSettings) -> None:
    """Let the browser forget the session."""
    response.delete_cookie(
        cookie_name(settings), secure=settings.https, httponly=True, samesite="Lax", path="/"
    )
