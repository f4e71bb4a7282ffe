"""Signing several certificates: choose drafts, read each, say who you are once, sign.

Each signature is an act of its own, so one that is refused holds no other up. What became of each
is told on the next page, by the files themselves and the names of the rules.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, redirect, request

from keys.base64url import to_base64url
from keys.errors import KeysError
from ledger.certificates.kind import Wording
from ledger.errors import InvalidInputError, LedgerError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access, the_caller, the_scope
from verify_api.answers import page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Reach, who_may
from verify_api.errors import MalformedRequestError, SignInRefusedError
from verify_api.officer_desk import Draft, OfficerDesk
from verify_api.officer_page import SIGNATURES
from verify_api.officer_refusals import refusal, refusal_of
from verify_api.officer_words import KEYS, OFFICER
from verify_api.ports import Deed, Seen
from verify_api.problems import problem_of
from verify_api.running import the_ports
from verify_api.step_up import confirm_again

MOST: Final = 50
"""Drafts that are signed at once: as many as somebody reads in a sitting."""
_LEGAL_BASIS: Final = "107/2025/QH15"
_RULE: Final = re.compile(r"[a-z_]{1,60}")
_BYTES: Final = 16
_LONGEST_SEEN: Final = 18

_signs = access(
    who_may(Action.SIGN), scope=Reach.ORGANISATION, purpose="process_request",
    reads_personal=True, legal_basis=_LEGAL_BASIS,
)  # fmt: skip
_signs_unseen = access(
    who_may(Action.SIGN), scope=Reach.ORGANISATION, purpose="process_request",
    reads_personal=False,
)  # fmt: skip


def officer_signing_routes(desk: OfficerDesk) -> Blueprint:
    """Return the endpoints of signing several over ``desk``."""
    blueprint = Blueprint("officer_signing", __name__)

    @blueprint.get("/officer/sign")
    @_signs_unseen
    def waiting() -> Response:
        """Show which drafts wait, and what became of those that were just signed; no names."""
        return _waiting(desk)

    @blueprint.post("/officer/sign/read")
    @_signs
    def read() -> Disclosed:
        """Show what each chosen draft says."""
        chosen = _chosen(desk)
        drafts = desk.drafts(the_scope(), the_caller(), chosen, at=the_ports().clock())
        return _reading(desk, drafts)

    @blueprint.post("/officer/sign")
    @_signs
    def sign() -> Disclosed:
        """Sign each draft that is ticked, by itself; a form that is sent twice signs once."""
        ports, chosen, once = the_ports(), _chosen(desk), request.form.get("once", "")
        if not once:
            raise MalformedRequestError("once_missing", "expected the form's own key")
        try:
            confirm_again(request.form.get("password", ""))
        except SignInRefusedError:
            drafts = desk.drafts(the_scope(), the_caller(), chosen, at=ports.clock())
            wrong = InvalidInputError("password", "password_wrong", "the account's password")
            return _reading(desk, drafts, wrong)
        outcomes = [(one, _signed(desk, one, once)) for one in chosen]
        answer = redirect(
            f"/officer/sign?{_told(outcomes)}", HTTPStatus.SEE_OTHER, Response=Response
        )
        assert isinstance(answer, Response)
        return Disclosed(answer)

    return blueprint


def _signed(desk: OfficerDesk, one: UUID, once: str) -> str:
    """Sign one; return the rule that refused it, or nothing."""
    caller, at = the_caller(), the_ports().clock()
    deed = Deed(one, _act(one), {}, f"{caller.account}:{once}:{one}", _seen_until(one))
    try:
        desk.act(the_scope(), caller, deed, at=at)
    except (LedgerError, KeysError) as error:
        problem = problem_of(error)
        return problem.members.get("rule", problem.code)
    return ""


def _told(outcomes: Sequence[tuple[UUID, str]]) -> str:
    """Return what became of each as an address says it: opaque references, names of rules."""
    return urlencode(
        [("failed", f"{one}.{rule}") if rule else ("signed", str(one)) for one, rule in outcomes]
    )


def _waiting(desk: OfficerDesk, refused: Wording | None = None) -> Response:
    drafts = desk.to_sign(the_scope(), the_caller(), at=the_ports().clock())
    return page(
        "work_sign.html",
        status=HTTPStatus.OK if refused is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        words=OFFICER,
        keys=KEYS,
        drafts=drafts,
        refused=refused,
        outcomes=_outcomes(desk),
    )


def _reading(
    desk: OfficerDesk, drafts: Sequence[Draft], wrong: InvalidInputError | None = None
) -> Disclosed:
    if not drafts:
        return Disclosed(_waiting(desk, OFFICER["sign.nothing"]))
    problem = None if wrong is None else problem_of(wrong)
    answer = page(
        "work_sign_read.html",
        status=HTTPStatus.OK if problem is None else problem.status,
        words=OFFICER,
        keys=KEYS,
        drafts=drafts,
        ours=[draft for draft in drafts if not draft.yours],
        wrong=None if problem is None else refusal_of(problem),
        once=to_base64url(the_ports().random_bytes(_BYTES)),
    )
    kind = RecordKind.CERTIFICATE
    return Disclosed(
        answer, tuple(Seen(kind, one.subject, reference=one.certificate) for one in drafts)
    )


def _outcomes(desk: OfficerDesk) -> list[dict[str, object]]:
    """Return what an address tells of each file; that it is signed says the file itself."""
    signed = {_uuid(typed): "" for typed in request.args.getlist("signed")[:MOST]}
    failed = dict(_failed(typed) for typed in request.args.getlist("failed")[:MOST])
    coded = desk.codes(the_scope(), [*signed, *failed])
    return [{"coded": one, "why": _why(failed.get(one.request, ""))} for one in coded]


def _failed(typed: str) -> tuple[UUID, str]:
    one, _, rule = typed.partition(".")
    if not _RULE.fullmatch(rule):
        raise MalformedRequestError("failed", "failed: expected a reference and a rule")
    return _uuid(one), rule


def _why(rule: str) -> Wording | None:
    return (refusal(rule) or Wording(rule, rule)) if rule else None


def _chosen(desk: OfficerDesk) -> list[UUID]:
    """Return the files that a form names, each once; all that wait if it asks for all."""
    request.max_content_length = LARGEST_TEXT
    if request.form.get("all"):
        drafts = desk.to_sign(the_scope(), the_caller(), at=the_ports().clock())
        return [draft.request for draft in drafts if not draft.yours][:MOST]
    typed = request.form.getlist("file")
    if len(typed) > MOST:
        raise MalformedRequestError("file", f"file: expected at most {MOST}")
    return list(dict.fromkeys(_uuid(one) for one in typed))


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise MalformedRequestError("file", "file: expected the reference of a file") from None


def _act(one: UUID) -> str:
    """Return what signs a draft, as the page said beside it: a certificate, or its correction."""
    act = request.form.get(f"act-{one}", "mark_ready")
    if act not in SIGNATURES:
        raise MalformedRequestError("act", f"act: expected one of {', '.join(sorted(SIGNATURES))}")
    return act


def _seen_until(one: UUID) -> int | None:
    typed = request.form.get(f"seen-{one}", "")
    known = typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_SEEN
    return int(typed) if known else None
