"""Pages of who looked: in plain words, with marks, refused looks, and a report from a line."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Blueprint, request

from ledger.clinical.balp import LookTold
from ledger.errors import InvalidInputError, NotFoundError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed
from verify_api.desk.looks import looks_at, words_of
from verify_api.governing import asked_number
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.pages import (
    REFUSALS,
    Wrong,
    bounded_form,
    done,
    my_page,
    once_id,
    typed_text,
    wrong,
)
from verify_api.my_health.unusual import Mark, marks_of
from verify_api.my_health.whose import Whose, whose, whose_form
from verify_api.my_health.words_sharing import MARKS
from verify_api.ports import Look
from verify_api.routes.looks import ReportBody, report_look, told_reports
from verify_api.routes.my_health_rules import manages

SHOWN: Final = ("others", "unusual", "refused", "all")
_PAGE: Final = 50
_HERE: Final = "/my/health/looks"


@dataclass(frozen=True, slots=True)
class ShownLook:
    """One look as a row."""

    look: LookTold
    words: Look
    marks: tuple[Mark, ...]
    reported: bool

    @property
    def may_report(self) -> bool:
        """Whether it is another's, and was not reported yet."""
        return not self.look.own and not self.reported


def look_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""

    @blueprint.get("/looks")
    @manages
    def looks() -> Disclosed:
        """Show who looked or was refused, the newest first, with marks on what stands out."""
        chosen = whose(my)
        which = request.args.get("show", SHOWN[0])
        if which not in SHOWN:
            raise InvalidInputError("show", "looks_shown", f"one of {', '.join(SHOWN)}")
        before = asked_number("before", 0)
        rows = [row for row in _rows(my, chosen) if _wanted(row, which)]
        older = [row for row in rows if not before or row.look.position < before]
        page = older[:_PAGE]
        answer = my_page(
            "my_health_looks.html", chosen, rows=page, which=which, choices=SHOWN, marks=MARKS,
            following=page[-1].look.position if len(older) > _PAGE else None, before=before,
            reports=told_reports(my.governing, chosen.managed)["reports"],
        )  # fmt: skip
        return Disclosed(answer, (chosen.managed.seen(RecordKind.ACCESS),))

    @blueprint.get("/looks/<uuid:look>/report")
    @manages
    def report_form(look: UUID) -> Disclosed:
        """Show the form that reports a look."""
        return _report(my, whose(my), look)

    @blueprint.post("/looks/<uuid:look>/report")
    @manages
    def look_reported(look: UUID) -> Disclosed:
        """Report that somebody looked without need."""
        bounded_form()
        chosen, named = whose_form(my), once_id()
        try:
            body = ReportBody(typed_text("words"), named)
            made = report_look(my.governing, chosen.managed, look, body)
        except REFUSALS as error:
            return _report(my, chosen, look, wrong(error))
        return done(f"{_HERE}#reports", "look_reported", *made.seen)


def _report(my: MyHealth, chosen: Whose, look: UUID, refused: Wrong | None = None) -> Disclosed:
    row = next((one for one in _rows(my, chosen) if one.look.event == look), None)
    if row is None:
        raise NotFoundError("no such look is in this person's history")
    answer = my_page(
        "my_health_report.html", chosen, row=row, marks=MARKS, refused=refused,
        typed={"words": request.form.get("words", "")},
    )  # fmt: skip
    return Disclosed(answer, (chosen.managed.seen(RecordKind.ACCESS),))


def _rows(my: MyHealth, chosen: Whose) -> list[ShownLook]:
    everything = looks_at(my.governing.facts, chosen.subject)
    marks = marks_of(everything)
    reports = told_reports(my.governing, chosen.managed)["reports"]
    reported = {one["look"] for one in reports}
    return [
        ShownLook(
            look, words_of(look, my.governing.organisation_name), marks.get(look.event, ()),
            str(look.event) in reported,
        )
        for look in everything
    ]  # fmt: skip


def _wanted(row: ShownLook, which: str) -> bool:
    match which:
        case "unusual":
            return bool(row.marks)
        case "refused":
            return row.look.refused
        case "others":
            return not row.look.own
        case _:
            return True
