"""Where a SMART Health Link leads: its manifest by POST, its files to who has just opened it.

Nothing is opened by GET: the programs that look at links in messages beforehand open none. The
opening, and the look in the person's history, are facts before the answer leaves. Viewers are
pages of other sites, so every answer may be read by any.

Source: HL7 SMART Health Links (STU1), "SHL Manifest Request".
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request
from msgspec import Struct, field

from keys.base64url import from_base64url
from ledger.commands import sharing
from ledger.commands.sharing import LEGAL_BASIS, Opened, PasscodeRefusedError
from ledger.errors import NotFoundError
from ledger.records.share import NO_SHARE, SECRET_BYTES
from verify_api.access_rules import access
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.governing import Governing, act_of_caller
from verify_api.json_bodies import read_json
from verify_api.passwords import is_password
from verify_api.problems import status_of
from verify_api.running import the_ports
from verify_api.throttle import throttle

JOSE: Final = "application/jose"
CONTENT_TYPE: Final = "application/fhir+json"
_ANY_SITE: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_BEFORE: Final = {
    **_ANY_SITE,
    "Access-Control-Allow-Methods": "POST, GET",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}

# The endpoints look at data of a person who allowed it; the command itself records each look in
# the transaction that counts the opening, so that neither can be without the other.
_opens = access(
    who_may(Action.OPEN_SHARE), scope=Reach.PUBLIC, purpose="open_share", reads_personal=False
)


class ManifestBody(Struct, forbid_unknown_fields=False):
    """What a viewer sends; a later version of the specification may send more."""

    recipient: str
    passcode: str | None = None
    most_embedded: int | None = field(name="embeddedLengthMax", default=None)


def shl_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("shl", __name__, url_prefix="/shl")

    @blueprint.route("/<address>", methods=["POST"], provide_automatic_options=False)
    @_opens
    def manifest(address: str) -> Response:
        """Open a link: return its files, or where they are for a short time."""
        throttle("share", the_ports().settings.rates.share)
        body = read_json(request, ManifestBody)
        try:
            opened = sharing.open_link(
                desk.facts, address=_secret(address), recipient=body.recipient,
                passcode=body.passcode, is_passcode=is_password, act=act_of_caller(LEGAL_BASIS),
            )  # fmt: skip
        except PasscodeRefusedError as error:
            # The specification's own answer, which viewers know how to read.
            left = {"remainingAttempts": error.remaining}
            return _for_any_site(json_answer(left, status_of(type(error))))
        return _for_any_site(json_answer(_manifest(address, opened, body.most_embedded)))

    @blueprint.get("/<address>/files/<ticket>")
    @_opens
    def file(address: str, ticket: str) -> Response:
        """Hand an encrypted file to who has just opened the link."""
        throttle("share", the_ports().settings.rates.share)
        at = the_ports().clock()
        content = sharing.fetch(desk.facts, address=_secret(address), ticket=ticket, at=at)
        return _for_any_site(Response(content, mimetype=JOSE))

    @blueprint.route("/<address>", methods=["OPTIONS"], endpoint="before_manifest")
    @_opens
    def before(address: str) -> Response:
        """Tell a browser that a viewer on another site may ask."""
        del address
        answer = Response(status=HTTPStatus.NO_CONTENT)
        answer.headers.update(_BEFORE)
        return answer

    return blueprint


def _manifest(address: str, opened: Opened, most: int | None) -> dict[str, object]:
    base = f"{the_ports().settings.public_url}/shl/{address}/files/"
    files: list[dict[str, str]] = []
    for content, ticket in zip(opened.files, opened.tickets, strict=True):
        embedded = most is None or len(content) <= most
        place = {"embedded": content.decode()} if embedded else {"location": base + ticket}
        files.append({"contentType": CONTENT_TYPE, **place})
    # A link is a snapshot: whoever keeps it need not ask again.
    return {"status": "finalized", "files": files}


def _secret(address: str) -> bytes:
    try:
        secret = from_base64url(address)
    except ValueError as error:
        raise NotFoundError(NO_SHARE) from error
    if len(secret) != SECRET_BYTES:
        raise NotFoundError(NO_SHARE)
    return secret


def _for_any_site(answer: Response) -> Response:
    answer.headers.update(_ANY_SITE)
    return answer
