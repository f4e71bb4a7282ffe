"""Access tokens for systems, against an assertion that they sign.

Source: RFC 6749, sections 4.4 and 5; RFC 7523.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request

from verify_api.access_rules import access
from verify_api.answers import json_answer
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Reach, who_may
from verify_api.identity.access_tokens import LIFE, SECRET_BYTES, grant
from verify_api.identity.client_assertion import ASSERTION_TYPE, unverified_client
from verify_api.identity.errors import ClientRefusedError
from verify_api.identity.journal import Deed
from verify_api.running import the_ports

TOKEN: Final = "/oauth/token"  # noqa: S105  an address
_FORM: Final = "application/x-www-form-urlencoded"

blueprint = Blueprint("oauth", __name__)


@blueprint.post(TOKEN)
@access(who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="token", reads_personal=False)
def token() -> Response:
    """Return an access token of ten minutes to a system that signs who it is."""
    ports = the_ports()
    request.max_content_length = LARGEST_TEXT
    address = ports.settings.public_url
    try:
        granted = grant(
            ports.identity.database, _assertion(), scope=request.form.get("scope", ""),
            for_us=frozenset({address, address + TOKEN}),
            secret=ports.random_bytes(SECRET_BYTES), at=ports.clock(),
        )  # fmt: skip
    except ClientRefusedError as error:
        return _refused(error)
    return json_answer({
        "access_token": granted.text, "token_type": "Bearer",
        "expires_in": int(LIFE.total_seconds()), "scope": granted.role.value,
    })  # fmt: skip


def _assertion() -> str:
    form = request.form
    # RFC 6749, 3.2: parameters stand once, in a form, never in the address.
    repeated = any(len(form.getlist(name)) > 1 for name in form)
    if request.mimetype != _FORM or request.query_string or repeated:
        raise ClientRefusedError("invalid_request", "form")
    if form.get("grant_type") != "client_credentials":
        raise ClientRefusedError("unsupported_grant_type", "grant_type")
    if form.get("client_assertion_type") != ASSERTION_TYPE or "client_secret" in form:
        raise ClientRefusedError("invalid_client", "assertion_type")
    assertion = form.get("client_assertion", "")
    if form.get("client_id") not in {None, unverified_client(assertion).client_id}:
        raise ClientRefusedError("invalid_client", "client_id")
    return assertion


def _refused(error: ClientRefusedError) -> Response:
    identity, at = the_ports().identity, the_ports().clock()
    identity.journal.write_seldom(Deed.TOKEN_REFUSED, error.rule, at=at, account=_known())
    invalid = error.oauth_error == "invalid_client"
    status = HTTPStatus.UNAUTHORIZED if invalid else HTTPStatus.BAD_REQUEST
    return json_answer({"error": error.oauth_error}, status)


def _known() -> str | None:
    """Return the system whose name was used, if there is one; that it was used shows nothing."""
    try:
        claimed = unverified_client(request.form.get("client_assertion", "")).client_id
    except ClientRefusedError:
        return None
    client = the_ports().identity.clients.named(claimed)
    return None if client is None else client.client_id
