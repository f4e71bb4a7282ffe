"""The auditor's pages: the log, a record, an account's acts, reports of audits, figures.

Each asks the question that `verify_api.routes.auditing` asks for a program, and shows its answer.
What names a person or a case is posted, so that it stands in no address.
"""

from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, request

from ledger.audit.document.meanings import meaning_of
from ledger.errors import InvalidInputError, NotFoundError
from verify_api.access_rules import Disclosed, the_caller
from verify_api.answers import page
from verify_api.auditing_forms import (
    number_in_query,
    officer_form,
    record_asked,
    record_form,
)
from verify_api.auditing_json import filed_json, record_json, report_json
from verify_api.auditing_words import (
    AUDITING,
    CELLS,
    KINDS,
    OUTCOMES,
    REASONS,
    SEVERITIES,
    refusal_of,
)
from verify_api.desk.auditing import Auditing
from verify_api.desk.auditing_acts import MOST_WALKED
from verify_api.desk.looks import WHO
from verify_api.errors import MalformedRequestError, ServiceError
from verify_api.map_drawing import drawing_of, runs_of
from verify_api.problems import Problem, problem_of
from verify_api.routes.auditing import (
    HEADS_A_PAGE,
    audits,
    audits_records,
    counted_json,
    disclosed,
    figures_json,
    log_json,
    officer_json,
    sent_report,
)
from verify_api.running import the_ports

COMMAND: Final = "records audit verify COPY --log LOG --policy POLICY --memory FOLDER"
_FIELDS: Final = ("record", "recorded_until", "effective_until", "case", "reason")


def audit_page_routes(desk: Auditing) -> Blueprint:
    """Return the pages."""
    blueprint = Blueprint("audit_pages", __name__, url_prefix="/audit")
    _log(blueprint, desk)
    _record(blueprint, desk)
    _officer(blueprint, desk)
    _findings(blueprint, desk)
    _figures(blueprint, desk)
    return blueprint


def _log(blueprint: Blueprint, desk: Auditing) -> None:
    @blueprint.get("")
    @audits
    def log() -> Response:
        """Show how the log stands, who witnesses it, its heads and the daily seals."""
        before = number_in_query(request, "before")
        heads, following = desk.log.heads(before=before, limit=HEADS_A_PAGE)
        return _page(
            "audit_log.html", **log_json(desk), heads=heads, before=before, following=following,
            command=COMMAND,
        )  # fmt: skip


def _record(blueprint: Blueprint, desk: Auditing) -> None:
    @blueprint.get("/record")
    @audits
    def record_form_page() -> Response:
        """Show the form that asks about a record."""
        return _record_page({}, None)

    @blueprint.post("/record")
    @audits_records
    def record() -> Disclosed:
        """Show a record's history; in a case opened, after each person's look is durable."""
        ports = the_ports()
        typed = {name: request.form.get(name, "").strip() for name in _FIELDS}
        try:
            asked = record_asked(
                record_form(request), account=the_caller().account, at=ports.clock()
            )
            found = desk.find(asked.record, at=ports.clock())
        except (InvalidInputError, NotFoundError) as error:
            return Disclosed(_record_page(typed, problem_of(error)))
        told = record_json(desk, found, asked, ports.clock())
        return disclosed(desk, found, asked, _record_page(typed, None, told))


def _record_page(
    typed: dict[str, str], problem: Problem | None, found: dict[str, Any] | None = None
) -> Response:
    return _page(
        "audit_record.html", typed=typed, problem=problem, found=found,
        refusal=None if problem is None else refusal_of(problem),
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip


def _officer(blueprint: Blueprint, desk: Auditing) -> None:
    @blueprint.get("/officer")
    @audits
    def officer_form_page() -> Response:
        """Show the form that asks what an account did."""
        return _officer_page({}, None)

    @blueprint.post("/officer")
    @audits
    def officer() -> Response:
        """Show what was recorded in the name of an account, looks included."""
        typed = {name: request.form.get(name, "").strip() for name in ("account", "since", "until")}
        try:
            told = officer_json(desk, officer_form(request))
        except InvalidInputError as error:
            return _officer_page(typed, problem_of(error))
        return _officer_page(typed, None, told, unknown=_is_unknown(typed["account"], told))


def _is_unknown(typed: str, told: dict[str, Any]) -> bool:
    """Tell whether ``typed`` names no account and nothing was found in its name.

    Who belongs to a person is known by the account's reference alone, as in `account_of`.
    """
    if told["acts"] or told["counts"]:
        return False
    accounts = the_ports().accounts
    named = accounts.named(typed)
    if named is not None and named.subject is None:
        return False
    return all(one.account_id != typed for one in accounts.all())


def _officer_page(
    typed: dict[str, str], problem: Problem | None, found: dict[str, Any] | None = None, *,
    unknown: bool = False,
) -> Response:  # fmt: skip
    return _page(
        "audit_officer.html", typed=typed, problem=problem, found=found, most_walked=MOST_WALKED,
        unknown=unknown, refusal=None if problem is None else refusal_of(problem),
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip


def _findings(blueprint: Blueprint, desk: Auditing) -> None:
    @blueprint.get("/findings")
    @audits
    def findings() -> Response:
        """Show the reports of audits, one of them if the address names it, and the map."""
        name = request.args.get("report")
        if name is None:
            return _findings_page(desk)
        filed = desk.reports.find(name)
        if filed.report is None:
            return _findings_page(desk, refused=filed.refused, status=HTTPStatus.OK)
        after = number_in_query(request, "after") or 0
        shown = report_json(desk, filed.report, after=after)
        return _findings_page(desk, shown=shown, name=name)

    @blueprint.post("/findings")
    @audits
    def sent() -> Response:
        """Show a report that the auditor sends; it is not kept."""
        try:
            report = sent_report()
        except (InvalidInputError, ServiceError) as error:
            problem = problem_of(error)
            return _findings_page(desk, refused=problem.detail, status=problem.status)
        return _findings_page(desk, shown=report_json(desk, report, after=0))


def _findings_page(
    desk: Auditing, *, shown: dict[str, Any] | None = None, name: str = "", refused: str = "",
    status: int = HTTPStatus.OK,
) -> Response:  # fmt: skip
    coverage = desk.reports.map(desk.log.covered())
    return _page(
        "audit_findings.html", reports=[filed_json(desk, one) for one in desk.reports.all()],
        shown=shown, name=name, refused=refused, coverage=coverage.as_json(),
        drawing=drawing_of(coverage), runs=runs_of(coverage), status=status,
    )  # fmt: skip


def _figures(blueprint: Blueprint, desk: Auditing) -> None:
    @blueprint.get("/figures")
    @audits
    def figures() -> Response:
        """Show what counting the published figures again would cost, and the last count."""
        return _page("audit_figures.html", cost=figures_json(desk), counted=None, problem=None)

    @blueprint.post("/figures")
    @audits
    def count() -> Response:
        """Count the published figures again, and show where a published one differs."""
        try:
            counted = counted_json(desk, None)
        except MalformedRequestError as error:
            problem = problem_of(error)
            return _page(
                "audit_figures.html", cost=figures_json(desk), counted=None, problem=problem,
                status=problem.status,
            )  # fmt: skip
        return _page("audit_figures.html", cost=figures_json(desk), counted=counted, problem=None)


def _page(template: str, *, status: int = HTTPStatus.OK, **values: Any) -> Response:
    return page(
        template, status=status, words=AUDITING, cells=CELLS, kinds=KINDS, outcomes=OUTCOMES,
        reasons=REASONS, severities=SEVERITIES, roles=WHO, meaning=meaning_of,
        **values,
    )  # fmt: skip
