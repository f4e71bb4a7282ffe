"""An officer's file and the pages around it, as their routes show them."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Response, request

from keys.base64url import to_base64url
from verify_api.access_rules import Disclosed, access, the_caller, the_scope
from verify_api.answers import page
from verify_api.callers import Action, Reach, who_may
from verify_api.officer_asks import address, read_ask
from verify_api.officer_desk import CaseFile, Event, OfficerDesk
from verify_api.officer_refusals import refusal_of
from verify_api.officer_words import KEYS, OFFICER
from verify_api.ports import Deed
from verify_api.problems import Problem
from verify_api.running import the_ports
from verify_api.sent_file_words import FILE_TYPES, SENT_FILES

ONCE_BYTES: Final = 16
SIGNATURES: Final = frozenset({"mark_ready", "sign_correction"})
"""Acts before which an officer says again who they are."""
LEGAL_BASIS: Final = "107/2025/QH15"
"""The Law on Judicial Records as amended: who processes a request reads it."""

works = access(
    who_may(Action.SEE_WORK),
    scope=Reach.ORGANISATION,
    purpose="process_request",
    reads_personal=True,
    legal_basis=LEGAL_BASIS,
)
works_unseen = access(
    who_may(Action.SEE_WORK),
    scope=Reach.ORGANISATION,
    purpose="process_request",
    reads_personal=False,
)
"""For pages that name nobody."""


def officer_page(template: str, *, status: int = HTTPStatus.OK, **values: Any) -> Response:
    """Return a page of officers, with their words, keys and addresses."""
    return page(template, status=status, words=OFFICER, keys=KEYS, to=address, **values)


def show_file(
    desk: OfficerDesk,
    request_id: UUID,
    problem: Problem | None = None,
    deed: Deed | None = None,
) -> Disclosed:
    """Return a file; after an act that was refused, with why, and what was typed.

    Args:
        desk: Where the file is.
        request_id: The file.
        problem: Why the act was refused.
        deed: The act.
    """
    ports, caller, scope = the_ports(), the_caller(), the_scope()
    at, ask = ports.clock(), read_ask(request.args)
    case = desk.case(scope, caller, request_id, at=at)
    answer = officer_page(
        "file.html",
        case=case,
        file=case.view,
        ask=ask,
        walk=desk.neighbours(scope, caller, ask, request_id, at=at),
        problem=problem,
        refusal=None if problem is None else refusal_of(problem),
        failed=deed,
        moved=_moved(case, deed),
        signatures=SIGNATURES,
        sent=SENT_FILES,
        file_types=FILE_TYPES,
        once=to_base64url(ports.random_bytes(ONCE_BYTES)),
        status=HTTPStatus.OK if problem is None else problem.status,
    )
    return Disclosed(answer, case.looks)


def _moved(case: CaseFile, deed: Deed | None) -> tuple[Event, ...]:
    """Return what has happened on a file since an officer had it before them."""
    if deed is None or deed.seen is None:
        return ()
    return tuple(event for event in case.events if event.position > deed.seen)
