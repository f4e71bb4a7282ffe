"""Emergency looks: opened by who treats, reviewed by somebody else, and what waits for a review.

The person has a notice of it as soon as it is recorded. It opens the health book and never the
judicial record, which no decision of this file's knows.

Source: Law 91/2025/QH15, article 19.1.a.
"""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request
from msgspec import Struct

from ledger.calendar import local_day
from ledger.commands import emergencies
from ledger.commands.books import load_book
from ledger.errors import NotFoundError
from ledger.personal import Erased
from ledger.records.book_access import Basis
from ledger.records.emergency import Emergency, EmergencyReason, Outcome, ReasonCode
from projections.governing_queries import open_tasks
from projections.health_tasks import TaskRow
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.callers import Action, Reach, Role, who_may
from verify_api.errors import ForbiddenError, MalformedRequestError
from verify_api.governing import (
    LAW,
    Governing,
    act_of_caller,
    asked_number,
    check_task_is_mine,
    disclosed,
    done,
    new_id,
    plain,
)
from verify_api.json_bodies import read_json
from verify_api.running import the_ports

ANSWERERS: Final = who_may(Action.ANSWER_RIGHTS) | who_may(Action.ANSWER_FOR_FACILITY)
_PAGE: Final = 100
_CURSOR_PARTS: Final = 3

_breaks = access(
    who_may(Action.BREAK_GLASS), scope=Reach.ORGANISATION, purpose="treatment",
    reads_personal=True, legal_basis=Basis.EMERGENCY.value,
)  # fmt: skip
_reviews = access(
    ANSWERERS, scope=Reach.SERVICE, purpose="review_emergency", reads_personal=True,
    legal_basis=LAW,
)  # fmt: skip


class BreakGlassBody(Struct, forbid_unknown_fields=True):
    """Why the book is opened, and for how long."""

    reason: ReasonCode
    text: str
    minutes: int = 240


class ReviewBody(Struct, forbid_unknown_fields=True):
    """What a review found."""

    outcome: Outcome
    note: str


def emergency_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("emergencies", __name__, url_prefix="/v1")

    @blueprint.post("/records/<uuid:subject>/break-glass")
    @_breaks
    def break_glass(subject: UUID) -> Disclosed:
        """Open a health book in an emergency, for at most four hours."""
        body = read_json(request, BreakGlassBody)
        if not load_book(desk.facts, subject).state.is_open:
            raise NotFoundError("no health book is known under this reference")
        named = emergencies.open_book(
            desk.facts, subject=subject, emergency_id=new_id(),
            reason=EmergencyReason(body.reason, body.text),
            lasting=timedelta(minutes=min(max(body.minutes, 0), 1 << 20)),
            calendar=desk.calendar, act=act_of_caller(Basis.EMERGENCY.value),
        )  # fmt: skip
        known = emergencies.load_emergencies(desk.facts, subject)
        until = next(one.opened.until for one in known if one.opened.emergency == named)
        told = {"emergency": str(named), "until": plain(until)}
        return done(told, HTTPStatus.CREATED)

    @blueprint.get("/records/<uuid:subject>/emergencies")
    @_reviews
    def list_emergencies(subject: UUID) -> Disclosed:
        """Return the emergency looks at a person's book with their reasons, for a review."""
        known = emergencies.load_emergencies(desk.facts, subject)
        told = [_told(one) for one in known if _is_mine(one)]
        return disclosed({"emergencies": told}, subject)

    @blueprint.post("/records/<uuid:subject>/emergencies/<uuid:emergency>/review")
    @_reviews
    def review(subject: UUID, emergency: UUID) -> Disclosed:
        """Record what a review found."""
        body = read_json(request, ReviewBody)
        for one in emergencies.load_emergencies(desk.facts, subject):
            if one.opened.emergency == emergency:
                check_task_is_mine(one.facility)
        emergencies.review(
            desk.facts, subject=subject, emergency_id=emergency, outcome=body.outcome,
            note=body.note, act=act_of_caller(),
        )  # fmt: skip
        return done({"emergency": str(emergency), "outcome": body.outcome.value})

    @blueprint.get("/health-tasks")
    @access(ANSWERERS, scope=Reach.SERVICE, purpose="answer_rights", reads_personal=False)
    def tasks() -> Disclosed:
        """Return what waits for the caller, what is due first; no names and no content."""
        today = local_day(the_ports().clock())
        limit = asked_number("limit", _PAGE, least=1, most=_PAGE)
        overdue = "overdue" in request.args
        with desk.views.reading() as session:
            rows = open_tasks(
                session, facility=_facility(), overdue_on=today if overdue else None,
                after=_cursor(), limit=limit,
            )  # fmt: skip
        last = rows[-1] if len(rows) == limit else None
        following = None if last is None else f"{last.due}~{last.task}~{last.kind}"
        return done({"tasks": [_task_told(row, today) for row in rows], "after": following})

    return blueprint


def _is_mine(one: Emergency) -> bool:
    caller = the_caller()
    return caller.role is Role.DATA_PROTECTION_OFFICER or caller.organisation == one.facility


def _facility() -> str | None:
    caller = the_caller()
    if caller.role is Role.DATA_PROTECTION_OFFICER:
        return None
    if caller.organisation is None:
        raise ForbiddenError("the account belongs to no facility")
    return caller.organisation


def _cursor() -> tuple[str, str, str]:
    text = request.args.get("after", "")
    parts = text.split("~") if text else ["", "", ""]
    if len(parts) != _CURSOR_PARTS:
        raise MalformedRequestError("cursor", "expected the page before's own cursor")
    return parts[0], parts[1], parts[2]


def _told(one: Emergency) -> dict[str, Any]:
    reason = one.opened.reason
    reviewed = one.reviewed
    return {
        "emergency": str(one.opened.emergency),
        "at": plain(one.at),
        "until": plain(one.opened.until),
        "account": one.account,
        "facility": one.facility,
        "reason": None if isinstance(reason, Erased) else reason.code.value,
        "text": None if isinstance(reason, Erased) else reason.text,
        "review_due": plain(one.opened.review_due),
        "outcome": None if reviewed is None else reviewed.outcome.value,
        "note": None if reviewed is None else plain(reviewed.note),
    }


def _task_told(row: TaskRow, today: date) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "task": row.task,
        "person": row.subject,
        "facility": row.facility or None,
        "right": row.right_asked or None,
        "opened_on": row.opened_on,
        "due": row.due,
        "overdue": row.due < today.isoformat(),
    }
