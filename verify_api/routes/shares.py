"""Links that a person makes: made, listed, looked on while somebody opens them, ended.

Whoever represents the person makes links of what they may read, and sees and ends those.

The answer to making one is the only place where its key ever is: it is not kept, and nobody can
ask for it again. Source: HL7 SMART Health Links (STU1).
"""

import threading
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request
from msgspec import Struct

from keys.base64url import to_base64url
from ledger.categories import Category, Section
from ledger.clinical.health_link import HealthLink, write_link
from ledger.commands import sharing
from ledger.commands.loading import Loaded
from ledger.commands.sharing import ShareSecrets, ShareTerms
from ledger.errors import NotFoundError
from ledger.facts import Idempotency
from ledger.paper.plain_code import draw_plain_svg
from ledger.personal import Erased
from ledger.records.access import RecordKind
from ledger.records.share import (
    NO_OWN_SHARE,
    SECRET_BYTES,
    PasscodeFailed,
    Share,
    ShareOpened,
    check_passcode,
)
from projections.columns import moment
from projections.governing_queries import shares_of
from projections.shares import ShareRow
from verify_api.access_rules import Disclosed
from verify_api.governing import Governing, Managed, asked_number, own, plain
from verify_api.json_bodies import read_json
from verify_api.passwords import SALT_BYTES, hash_password
from verify_api.routes.consents import manages_own
from verify_api.running import the_ports

LONGEST_WAIT: Final = 10
"""Seconds that one request looks on; then it is asked again."""
MOST_WAITING: Final = 8
"""Requests of one process that look on; more are answered at once, so that others get through."""
_STEP_SECONDS: Final = 0.5
_PAGE: Final = 50


class ShareBody(Struct, forbid_unknown_fields=True):
    """A link as the person asks for it."""

    minutes: int
    sections: list[Section]
    label: str
    max_opens: int = 1
    passcode: str | None = None
    recipient: str | None = None
    """For whom it is meant; nobody checks that."""
    categories: list[Category] = []
    """Withheld ones that are to be in it; none by default."""


def share_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("shares", __name__, url_prefix="/v1/shares")
    waiting = threading.BoundedSemaphore(MOST_WAITING)

    @blueprint.post("")
    @manages_own
    def create() -> Disclosed:
        """Make a link; the answer holds its key, which nobody keeps."""
        return make_share(desk, own(), read_json(request, ShareBody))

    @blueprint.get("")
    @manages_own
    def list_shares() -> Disclosed:
        """Return the caller's links, the newest first."""
        return listed_shares(desk, own())

    @blueprint.get("/<uuid:share>")
    @manages_own
    def look_on(share: UUID) -> Disclosed:
        """Return one link with who opened it; with ``wait``, as soon as something happens."""
        return share_looked_on(desk, own(), share, waiting)

    @blueprint.delete("/<uuid:share>")
    @manages_own
    def revoke(share: UUID) -> Disclosed:
        """End a link, at once."""
        return end_share(desk, own(), share)

    return blueprint


def listed_shares(desk: Governing, managed: Managed) -> Disclosed:
    """Return a page of the links that the caller may see, the newest first."""
    return managed.shown(told_shares(desk, managed), kind=RecordKind.SHARE)


def told_shares(desk: Governing, managed: Managed) -> dict[str, Any]:
    """Return that page as values."""
    before, limit = asked_number("before", 0), asked_number("limit", _PAGE, least=1, most=_PAGE)
    with desk.views.reading() as session:
        rows = shares_of(session, managed.subject, before=before or None, limit=limit)
    shown = [row for row in rows if _may_see(desk, managed, UUID(row.share))]
    told = [_row_told(row, moment(row.expires_at) > managed.act.at) for row in shown]
    following = rows[-1].number if len(rows) == limit else None
    return {"shares": told, "before": following}


def share_looked_on(
    desk: Governing, managed: Managed, share: UUID, waiting: threading.BoundedSemaphore
) -> Disclosed:
    """Return one link; with ``wait``, as soon as something happens to it."""
    told = told_share(desk, managed, share, waiting)
    return managed.shown(told, kind=RecordKind.SHARE, reference=share)


def told_share(
    desk: Governing, managed: Managed, share: UUID, waiting: threading.BoundedSemaphore
) -> dict[str, Any]:
    """Return that link as values."""
    after = asked_number("after", 0)
    wait = asked_number("wait", 0, most=LONGEST_WAIT)
    found = _found(desk, managed, share)
    if wait and found.history.version <= after and waiting.acquire(blocking=False):
        try:
            found = _awaited(desk, managed.subject, share, after, wait)
        finally:
            waiting.release()
    return _told(share, found)


def end_share(desk: Governing, managed: Managed, share: UUID) -> Disclosed:
    """End a link that the caller may see."""
    _found(desk, managed, share)
    sharing.revoke(desk.facts, subject=managed.subject, stream=share, act=managed.act)
    return managed.did({"share": str(share), "ended": True}, kind=RecordKind.SHARE, reference=share)


def _found(desk: Governing, managed: Managed, share: UUID) -> Loaded[Share]:
    """Return a link that the caller may see.

    Raises:
        NotFoundError: There is none, it is somebody else's, or it shows more than they may read.
    """
    found = sharing.own_share(desk.facts, subject=managed.subject, stream=share)
    content = found.state.content
    if managed.representation is None:
        return found
    if isinstance(content, Erased) or not managed.may_see(content.categories):
        raise NotFoundError(NO_OWN_SHARE)
    return found


def _may_see(desk: Governing, managed: Managed, share: UUID) -> bool:
    if managed.representation is None:
        return True
    try:
        return bool(_found(desk, managed, share))
    except NotFoundError:
        return False


def make_share(desk: Governing, managed: Managed, body: ShareBody) -> Disclosed:
    """Make a link of a part of the person's book."""
    share, told = new_share(desk, managed, body)
    return managed.shown(told, kind=RecordKind.SHARE, reference=share, status=HTTPStatus.CREATED)


def new_share(
    desk: Governing, managed: Managed, body: ShareBody, once: Idempotency | None = None
) -> tuple[UUID, dict[str, Any]]:
    """Make a link; return its stream and all that its maker is ever told of it.

    Args:
        desk: The ledger.
        managed: Whose book it is, and who acts.
        body: What is asked for.
        once: So that a form that is sent twice makes one link.

    Raises:
        RefusedError: ``link_made_before``, and what `ledger.commands.sharing.create` refuses.
    """
    ports, subject, act = the_ports(), managed.subject, managed.act
    draw = ports.random_bytes
    secrets = ShareSecrets(draw(SECRET_BYTES), draw(SECRET_BYTES), draw(SECRET_BYTES))
    hashed = None
    if body.passcode is not None:
        hashed = hash_password(check_passcode(body.passcode), salt=draw(SALT_BYTES))
    lasting = timedelta(minutes=min(max(body.minutes, 0), 1 << 20))
    terms = ShareTerms(
        lasting, body.max_opens, body.label, frozenset(body.sections),
        frozenset({Category.GENERAL, *body.categories}), body.recipient,
    )  # fmt: skip
    managed.check_may_open(terms.categories, act.at + lasting)
    share = sharing.create(
        desk.facts, desk.build, subject=subject, terms=terms, secrets=secrets, passcode=hashed,
        act=act, idempotency=once,
    )  # fmt: skip
    link = HealthLink(
        f"{ports.settings.public_url}/shl/{to_base64url(secrets.address)}", secrets.key,
        act.at + lasting, "P" if hashed else "", body.label,
    )  # fmt: skip
    text = write_link(link, viewer=desk.viewer)
    told = {
        "share": str(share),
        "link": text,
        "expires_at": plain(act.at + lasting),
        "max_opens": body.max_opens,
        "passcode": hashed is not None,
        "qr_svg": draw_plain_svg(text, label="SMART Health Link"),
    }
    return share, told


def _awaited(desk: Governing, subject: UUID, share: UUID, after: int, wait: int) -> Loaded[Share]:
    """Return the link once it has more than ``after`` facts, or after ``wait`` seconds."""
    found = sharing.own_share(desk.facts, subject=subject, stream=share)
    for _ in range(int(wait / _STEP_SECONDS)):
        if found.history.version > after:
            break
        desk.pause(_STEP_SECONDS)
        if desk.facts.tip(share).version > after:
            found = sharing.own_share(desk.facts, subject=subject, stream=share)
    return found


def _told(share: UUID, found: Loaded[Share]) -> dict[str, Any]:
    state, at = found.state, the_ports().clock()
    told: dict[str, Any] = {
        "share": str(share),
        "version": found.history.version,
        "open": state.is_open(at),
        "expires_at": plain(state.created.expires_at),
        "seconds_left": max(0, int((state.created.expires_at - at).total_seconds())),
        "max_opens": state.created.max_opens,
        "opened": state.opened,
        "passcode_failures": state.failures,
        "revoked": state.revoked,
        "happened": [
            {"at": plain(one.act.at), "what": "opened", "recipient": plain(one.fact.recipient)}
            if isinstance(one.fact, ShareOpened)
            else {"at": plain(one.act.at), "what": "passcode_failed"}
            for one in found.history.recorded
            if isinstance(one.fact, ShareOpened | PasscodeFailed)
        ],
    }
    if not isinstance(state.content, Erased):
        content = state.content
        told |= {
            "label": content.label,
            "recipient": content.hint,
            "sections": [section.value for section in content.sections],
            "categories": [category.value for category in content.categories],
            "passcode": content.passcode is not None,
        }
    return told


def _row_told(row: ShareRow, in_time: bool) -> dict[str, Any]:  # noqa: FBT001  one setting
    return {
        "number": row.number,
        "share": row.share,
        "created_at": plain(moment(row.created_at)),
        "expires_at": plain(moment(row.expires_at)),
        "open": in_time and not row.ended and row.opened < row.max_opens,
        "opened": row.opened,
        "max_opens": row.max_opens,
        "passcode_failures": row.failures,
        "last_opened_at": None if row.last_opened_at is None else plain(moment(row.last_opened_at)),
    }
