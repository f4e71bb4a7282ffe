"""The page that a phone's camera opens from a code, and the files that pages are made of."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from verify_api.access_rules import access
from verify_api.answers import page
from verify_api.bodies import refuse_query
from verify_api.callers import Action, Reach, who_may
from verify_api.headers import SCAN_POLICY
from verify_api.static_files import static_files, static_version

blueprint = Blueprint("pages", __name__)

_FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.get("/")
@access(
    who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="verify_certificate", reads_personal=False
)
def front() -> Response:
    """Show the page that reads a code from the address's fragment, which never comes here."""
    refuse_query(request)
    return page("verify.html", answers=[], scans=True)


@blueprint.get("/static/<version>/<path:name>")
@access(who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="page_parts", reads_personal=False)
def static(version: str, name: str) -> Response:
    """Serve a file of the version that is running."""
    found = static_files().get(name)
    if found is None or version != static_version():
        raise NotFound
    content, media_type = found
    return Response(
        content,
        content_type=media_type,
        headers={"Cache-Control": _FOR_EVER, "Content-Security-Policy": SCAN_POLICY},
    )
