"""Who has looked, in plain words, page by page; reports of looks without need; notices.

Nobody's name is shown: the role, the organisation, what was seen, why, and on what it rests.
"""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request
from msgspec import Struct

from ledger.clinical.balp import LookTold
from ledger.commands import misuse
from ledger.records.access import RecordKind
from ledger.records.misuse import Finding, Report
from projections.book_notices import NoticeRow
from projections.columns import moment
from projections.governing_queries import notices_of
from verify_api.access_rules import Disclosed, access
from verify_api.answers import language
from verify_api.book_json import look_json
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.looks import looks_at
from verify_api.desk.notice_words import NOTICES
from verify_api.governing import (
    LAW,
    Governing,
    Managed,
    act_of_caller,
    asked_number,
    disclosed,
    done,
    my_subject,
    new_id,
    own,
    plain,
)
from verify_api.json_bodies import read_json
from verify_api.routes.consents import manages_own

_PAGE: Final = 50
_MOST: Final = 200

_answers = access(
    who_may(Action.ANSWER_RIGHTS), scope=Reach.SERVICE, purpose="answer_rights",
    reads_personal=True, legal_basis=LAW,
)  # fmt: skip


class ReportBody(Struct, forbid_unknown_fields=True):
    """Why the person does not understand a look."""

    words: str
    id: UUID | None = None


class FindingBody(Struct, forbid_unknown_fields=True):
    """What was found out about a look."""

    finding: Finding
    words: str


def look_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("looks", __name__, url_prefix="/v1/records")
    _own(blueprint, desk)
    _reports(blueprint, desk)
    return blueprint


def _own(blueprint: Blueprint, desk: Governing) -> None:
    @blueprint.get("/me/looks")
    @manages_own
    def looks() -> Disclosed:
        """Return who looked at the caller's data, the newest first."""
        subject, tongue = my_subject(), language()
        page, following = looks_page(desk, subject)
        told = [_told(one, desk, tongue) for one in page]
        return disclosed({"looks": told, "before": following}, subject, kind=RecordKind.ACCESS)

    @blueprint.get("/me/notices")
    @manages_own
    def notices() -> Disclosed:
        """Return what the caller is to be told, in order, behind the number ``after``."""
        subject, tongue = my_subject(), language()
        after, limit = asked_number("after", 0), asked_number("limit", _PAGE, least=1, most=_MOST)
        with desk.views.reading() as session:
            rows = notices_of(session, subject, after=after, limit=limit)
        told = [notice_told(row, desk, tongue) for row in rows]
        return disclosed({"notices": told}, subject, kind=RecordKind.ACCESS)


def looks_page(desk: Governing, subject: UUID) -> tuple[list[LookTold], int | None]:
    """Return the looks that the address asks for, and where the next page begins."""
    before = asked_number("before", 0)
    limit = asked_number("limit", _PAGE, least=1, most=_MOST)
    everything = looks_at(desk.facts, subject)
    older = [one for one in everything if not before or one.position < before]
    page = older[:limit]
    return page, page[-1].position if len(older) > limit else None


def notice_told(row: NoticeRow, desk: Governing, tongue: str) -> dict[str, Any]:
    """Return one notice."""
    return {
        "number": row.number,
        "at": plain(moment(row.at)),
        "what": row.what,
        "words": NOTICES[row.what].of(tongue),
        "reference": row.reference,
        "where": _where(row.organisation, desk, tongue),
    }


def _reports(blueprint: Blueprint, desk: Governing) -> None:
    @blueprint.post("/me/looks/<uuid:look>/report")
    @manages_own
    def report(look: UUID) -> Disclosed:
        """Report that somebody looked without need."""
        return report_look(desk, own(), look, read_json(request, ReportBody))

    @blueprint.get("/me/reports")
    @manages_own
    def reports() -> Disclosed:
        """Return the caller's reports with their answers."""
        return listed_reports(desk, own())

    @blueprint.get("/<uuid:subject>/reports")
    @_answers
    def reports_of(subject: UUID) -> Disclosed:
        """Return a person's reports, for who answers them."""
        known = misuse.load_reports(desk.facts, subject)
        return disclosed({"reports": [_report_told(one) for one in reversed(known)]}, subject)

    @blueprint.post("/<uuid:subject>/reports/<uuid:report>/answer")
    @_answers
    def answer_report(subject: UUID, report: UUID) -> Disclosed:
        """Answer a report."""
        body = read_json(request, FindingBody)
        misuse.answer(
            desk.facts, subject=subject, report_id=report, finding=body.finding, words=body.words,
            act=act_of_caller(LAW),
        )  # fmt: skip
        return done({"report": str(report), "finding": body.finding.value})


def report_look(desk: Governing, managed: Managed, look: UUID, body: ReportBody) -> Disclosed:
    """Report for the person that somebody looked without need."""
    named = new_id(body.id)
    misuse.report(
        desk.facts, subject=managed.subject, report_id=named, look=look, words=body.words,
        calendar=desk.calendar, act=managed.act,
    )  # fmt: skip
    known = _report(desk, managed.subject, named)
    told = {"report": str(named), "due": plain(known.reported.due)}
    return managed.did(told, status=HTTPStatus.CREATED)


def listed_reports(desk: Governing, managed: Managed) -> Disclosed:
    """Return the reports with their answers: of a representative, those that they made."""
    return managed.shown(told_reports(desk, managed))


def told_reports(desk: Governing, managed: Managed) -> dict[str, Any]:
    """Return those reports as values, the newest first."""
    known = misuse.load_reports(desk.facts, managed.subject)
    me = managed.representation
    if me is not None:
        known = tuple(one for one in known if one.representative == me.representative)
    return {"reports": [_report_told(one) for one in reversed(known)]}


def _report(desk: Governing, subject: UUID, named: UUID) -> Report:
    known = misuse.load_reports(desk.facts, subject)
    return next(one for one in known if one.reported.report == named)


def _told(look: LookTold, desk: Governing, tongue: str) -> dict[str, Any]:
    """Return one look under the names that this address has for what `look_json` tells."""
    name = None if look.organisation is None else desk.organisation_name(look.organisation)
    told = look_json(look, tongue, name)
    return {
        "look": told["id"],
        "at": told["at"],
        "who": told["who"],
        "what": told["what"],
        "why": told["why"],
        "door": told["channel"],
        "basis": told["legal_basis"],
        "basis_reference": told["basis_reference"],
        "refused": told["refused"],
    }


def _report_told(one: Report) -> dict[str, Any]:
    answered = one.answered
    return {
        "report": str(one.reported.report),
        "look": str(one.reported.look),
        "words": plain(one.reported.words),
        "due": plain(one.reported.due),
        "finding": None if answered is None else answered.finding.value,
        "answer": None if answered is None else plain(answered.answer),
    }


def _where(organisation: str | None, desk: Governing, tongue: str) -> str | None:
    if organisation is None:
        return None
    name = desk.organisation_name(organisation)
    return organisation if name is None else name.of(tongue)
