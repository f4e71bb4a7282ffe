"""What a facility sent: the last deliveries and what became of them, quality, quarantine.

No value of any document is shown, and no person: a rule, a place and an expected form are enough to
put it right where it came from.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request

from ledger.calendar import local_day
from ledger.errors import InvalidInputError, NotFoundError, TamperedError
from ledger.importers.journal import Delivered
from ledger.importers.report import Report
from ledger.names import check_text
from ledger.records.visit import MAX_REASON
from projections.quality_figures import Quality, by_month
from verify_api.access_rules import access, the_caller
from verify_api.answers import language
from verify_api.bodies import LARGEST_FORM
from verify_api.callers import Action, Reach, who_may
from verify_api.charts import LineChart, Series, line_chart
from verify_api.facility.forms import (
    PEOPLE,
    REFUSALS,
    Refused,
    act_now,
    facility,
    go_on,
    refused,
    required,
    show,
    typed,
    uploaded,
)
from verify_api.facility.house import FacilityHouse
from verify_api.facility.intake_desk import SHOWN, SUMMED, sums_of
from verify_api.facility.words import DOORS, WORDS
from verify_api.facility.words_rules import QUALITY_RULES, RULES
from verify_api.running import the_ports

MONTHS_SHOWN: Final = 12
MOST_WAITING: Final = 100
SENDERS: Final = who_may(Action.SEND_VISITS) & PEOPLE
WORKERS: Final = (who_may(Action.SEND_VISITS) | who_may(Action.ANSWER_FOR_FACILITY)) & PEOPLE

_sees = access(
    who_may(Action.SEE_QUALITY) & PEOPLE, scope=Reach.ORGANISATION, purpose="data_quality",
    reads_personal=False,
)  # fmt: skip
_sends = access(SENDERS, scope=Reach.ORGANISATION, purpose="send_visits", reads_personal=False)
_works = access(WORKERS, scope=Reach.ORGANISATION, purpose="send_visits", reads_personal=False)


def intake_page_routes(house: FacilityHouse) -> Blueprint:
    """Return the pages."""
    blueprint = Blueprint("facility_intake", __name__, url_prefix="/facility")
    _status(blueprint, house)
    _quality(blueprint, house)
    _quarantine(blueprint, house)
    _work_off(blueprint, house)
    return blueprint


def _status(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/intake")
    @_sees
    def status() -> Response:
        """Show the last deliveries, what became of them and what waits in quarantine."""
        return _status_page(house)

    @blueprint.post("/intake")
    @_sends
    def send() -> Response:
        """Take a file in; what is refused of it goes to quarantine."""
        data, values = uploaded(), typed(most=LARGEST_FORM)
        try:
            if data is None:
                raise InvalidInputError("file", "missing", "a file")
            reason = values.get("reason")
            if reason is not None:
                check_text(reason, place="reason", longest=MAX_REASON)
            report = house.intake.send(data, reason=reason, act=act_now())
        except REFUSALS as error:
            return _status_page(house, problem=refused(error), values=values)
        return _status_page(house, report=report)


def _status_page(
    house: FacilityHouse, *, problem: Refused | None = None, report: Report | None = None,
    values: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    mine = facility()
    lines = house.intake.journal.last(mine, SUMMED)
    today = local_day(the_ports().clock()).isoformat()[:7]
    month = next(iter(_months(house, first=today, last=today)), None)
    return show(
        "facility_intake.html", lines=lines[:SHOWN], sums=sums_of(lines), doors=DOORS,
        waiting=len(house.intake.waiting(mine)), sends=the_caller().role in SENDERS,
        problem=problem, report=report, typed=values or {}, month=month, rules=RULES,
        size=_size_words, status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip


def _size_words(line: Delivered) -> str:
    if line.size < 1 << 20:
        return f"{max(line.size + 1023, 0) >> 10} KiB"
    return f"{line.size >> 20} MiB"


def _months(house: FacilityHouse, *, first: str = "", last: str = "9999-12") -> tuple[Quality, ...]:
    with house.lists.views.database.reading() as session:
        return by_month(session, facility=facility(), first=first, last=last)


def _quality(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/quality")
    @_sees
    def quality() -> Response:
        """Show the facility's score by month, and what the later checks found."""
        months = _months(house)[-MONTHS_SHOWN:]
        return show(
            "facility_quality.html", months=months, charts=charts_of(months), rules=QUALITY_RULES
        )


def charts_of(months: tuple[Quality, ...]) -> dict[str, LineChart] | None:
    """Return the charts of some months; None until two of them have a score."""
    if sum(one.score is not None for one in months) < 2:  # noqa: PLR2004  a line has two ends
        return None
    labels, tongue = [f"{one.sums.month[5:]}/{one.sums.month[:4]}" for one in months], language()

    def series(name: str, values: list[float | None]) -> Series:
        return Series(WORDS[f"quality.{name}"].of(tongue), values)

    return {
        "score": line_chart(labels, [series("score", [one.score for one in months])]),
        "shares": line_chart(labels, [
            series("errors", [_percent(one.error_share) for one in months]),
            series("late", [_percent(one.late_share) for one in months]),
            series("corrected", [_percent(one.corrected_share) for one in months]),
        ]),
    }  # fmt: skip


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _quarantine(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/quarantine")
    @_works
    def quarantine() -> Response:
        """Show what was refused: rule, place and when; never whose it is."""
        return _quarantine_page(house)

    @blueprint.get("/quarantine/<digest>")
    @_works
    def document(digest: str) -> Response:
        """Show why one document lies in quarantine, and what can be done with it."""
        return _document_page(house, digest, None, {})


def _work_off(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.post("/quarantine/<digest>/retry")
    @_works
    def retry(digest: str) -> Response:
        """Try one document again."""
        try:
            taken, _ = house.intake.retry([digest], act=act_now())
        except (*REFUSALS, TamperedError) as error:
            return _document_page(house, digest, refused(error), {})
        if taken:
            return go_on("/facility/quarantine", "document_taken")
        return go_on(f"/facility/quarantine/{digest}", "document_refused_again")

    @blueprint.post("/quarantine/retry")
    @_works
    def retry_all() -> Response:
        """Try everything again that waits; a hundred documents at a time."""
        waiting = [one.digest for one in house.intake.waiting(facility())[:MOST_WAITING]]
        try:
            taken, tried = house.intake.retry(waiting, act=act_now())
        except (*REFUSALS, NotFoundError, TamperedError) as error:
            return _quarantine_page(house, problem=refused(error))
        said = "documents_taken" if taken == tried else "documents_tried"
        return go_on("/facility/quarantine", said)

    @blueprint.post("/quarantine/<digest>/discard")
    @_works
    def discard(digest: str) -> Response:
        """Give a document up, with a reason that is kept under seal."""
        values = typed()
        try:
            required(values, ["reason", "confirmed"])
            house.intake.discard(digest, reason=values["reason"], act=act_now())
        except REFUSALS as error:
            return _document_page(house, digest, refused(error), values)
        return go_on("/facility/quarantine", "document_discarded")


def _quarantine_page(house: FacilityHouse, *, problem: Refused | None = None) -> Response:
    waiting = house.intake.waiting(facility())
    rule = request.args.get("rule", "")
    shown = [one for one in waiting if not rule or one.rule == rule]
    by_rule = sorted({one.rule for one in waiting})
    return show(
        "facility_quarantine.html", shown=shown[:MOST_WAITING], waiting=len(waiting), rule=rule,
        by_rule=by_rule, rules=RULES, problem=problem, more=len(shown) > MOST_WAITING,
        discarded=house.intake.quarantine(facility()).discarded()[::-1][:SHOWN],
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip


def _document_page(
    house: FacilityHouse, digest: str, problem: Refused | None, values: dict[str, str]
) -> Response:
    found = house.intake.find(facility(), digest)
    return show(
        "facility_document.html", found=found, rules=RULES, problem=problem, typed=values,
        size=house.intake.quarantine(facility()).size(digest),
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip
