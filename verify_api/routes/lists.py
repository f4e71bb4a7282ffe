"""What is published, signed, for everybody: trust list, status lists, the offline bundle."""

from hashlib import sha256

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.http import http_date

from verify_api.access_rules import access
from verify_api.callers import Action, Reach, who_may
from verify_api.headers import PUBLISHED
from verify_api.ports import Document
from verify_api.running import the_ports

blueprint = Blueprint("lists", __name__)

_publish = access(
    who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="published_lists", reads_personal=False
)


@blueprint.get("/v1/trust/list")
@_publish
def trust_list() -> Response:
    """Serve the trust list in force, as COSE."""
    return _published(the_ports().documents.trust_list())


@blueprint.get("/v1/trust/jwks")
@_publish
def trust_jwks() -> Response:
    """Serve its keys as a JSON Web Key Set; it can say neither windows nor compromises."""
    return _published(the_ports().documents.jwks())


@blueprint.get("/s/<province>/<name>")
@_publish
def status_list(province: str, name: str) -> Response:
    """Serve a status list token, at the address that certificates name."""
    document = the_ports().documents.status_list(f"{province}/{name}")
    if document is None:
        raise NotFound
    return _published(document)


@blueprint.get("/v1/bundle")
@_publish
def bundle() -> Response:
    """Serve all that an offline verifier needs."""
    return _published(the_ports().documents.bundle())


def _published(document: Document) -> Response:
    response = Response(document.content, content_type=document.media_type, headers=PUBLISHED)
    response.headers["Cache-Control"] = f"public, max-age={document.max_age.total_seconds():.0f}"
    response.headers["Last-Modified"] = http_date(document.made_at)
    response.set_etag(sha256(document.content).hexdigest()[:32])
    response.make_conditional(request.environ)
    return response
