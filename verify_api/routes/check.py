"""Checks by what is typed from a paper: its short code, or the five fields of its holder.

Whoever has the paper learns whether it stands; whoever guesses learns nothing, slowly. There is
one answer for everything that does not fit, and none of the answers shows content.
"""

from dataclasses import replace
from typing import cast

from flask import Blueprint, Response, request

from ledger.certificates.disclosure import FiveFields
from ledger.errors import InvalidInputError
from ledger.records.access import RecordKind
from ledger.records.check import PersonCompared
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.answers import json_answer, language, page, wants_page
from verify_api.bodies import five_fields, paper_question, refuse_query
from verify_api.callers import Action, Caller, Reach, Role, who_may
from verify_api.check_notes import Answered, note_checks
from verify_api.checking import without_holder
from verify_api.errors import MalformedRequestError
from verify_api.ports import PaperFound, Seen
from verify_api.problems import problem_of
from verify_api.running import the_running
from verify_api.throttle import throttle
from verify_api.typed_words import ENTRY_GENUINE, IN_FORCE, WRONG
from verify_api.verdict import Authenticity, Overall, SubjectMatch
from verify_api.verdict_json import Json, verdict_json

blueprint = Blueprint("check", __name__)

LEGAL_BASIS = "presented_by_holder"


@blueprint.get("/check")
@access(who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="check_paper", reads_personal=False)
def forms() -> Response:
    """Show the two forms."""
    refuse_query(request)
    return page("check.html", answer=None, typed={}, wrong={})


@blueprint.post("/v1/check/code")
@access(
    who_may(Action.VERIFY),
    scope=Reach.PUBLIC,
    purpose="check_paper",
    reads_personal=True,
    legal_basis=LEGAL_BASIS,
)
def by_code() -> Disclosed:
    """Answer whether the paper with this short code and day of issue stands."""
    refuse_query(request)
    running = the_running()
    throttle("paper", running.ports.settings.rates.paper)
    at = running.ports.clock()
    try:
        found = running.ports.papers.by_code(paper_question(request), at=at)
    except (InvalidInputError, MalformedRequestError) as error:
        if isinstance(error, MalformedRequestError) or error.place != "short_code":
            return _again(error, ("short_code", "issued_on"))
        found = None  # what cannot be a code is like one that was never printed
    note_checks([Answered(None if found is None else found.verdict)])
    return Disclosed(_answer(found), _seen(found))


@blueprint.post("/v1/check/fields")
@access(
    who_may(Action.VERIFY),
    scope=Reach.PUBLIC,
    purpose="check_paper",
    reads_personal=True,
    legal_basis=LEGAL_BASIS,
)
def by_fields() -> Disclosed:
    """Answer whether there is a certificate with these five fields, and how it stands."""
    refuse_query(request)
    running, caller = the_running(), the_caller()
    throttle("paper", running.ports.settings.rates.paper)
    try:
        fields, legal_basis = _asked_for(caller)
    except (InvalidInputError, MalformedRequestError) as error:
        return _again(error, ("dossier_code", "name", "birth_date", "sex", "number"))
    found = running.ports.papers.by_fields(fields, at=running.ports.clock())
    # All five fields are the holder's, or there is no answer.
    compared = Answered(found.verdict, person=PersonCompared.MATCHES) if found else Answered(None)
    note_checks([compared])
    if found is not None:
        found = replace(found, verdict=replace(found.verdict, subject=SubjectMatch.MATCHES))
    return Disclosed(_answer(found), _seen(found), legal_basis)


def _asked_for(caller: Caller) -> tuple[FiveFields, str | None]:
    """Return the five fields, and the legal basis, which an organisation has to name.

    Raises:
        InvalidInputError: A field is not of the form wanted.
        MalformedRequestError: One is missing: ``fields_missing``, ``legal_basis_missing``.
    """
    fields, legal_basis = five_fields(request)
    if caller.role is Role.VERIFIER and legal_basis is None:
        raise MalformedRequestError(
            "legal_basis_missing", "expected legal_basis: the law that lets you ask"
        )
    return fields, legal_basis


def _answer(found: PaperFound | None) -> Response:
    tongue = language()
    answer: dict[str, Json] = {"found": found is not None, "answer": None}
    if found is not None:
        answer["answer"] = _standing(found, tongue)
    if wants_page():
        typed = request.form if found is None else {}
        return page("check.html", answer=answer, typed=typed, wrong={})
    return json_answer(answer)


def _again(
    error: InvalidInputError | MalformedRequestError, required: tuple[str, ...]
) -> Disclosed:
    """Show a person's form again, with what is wrong beside its fields; a program gets the error.

    Raises:
        InvalidInputError: As it came.
        MalformedRequestError: As it came.
    """
    if not wants_page():
        raise error
    if isinstance(error, InvalidInputError):
        wrong = {error.place: WRONG.get(error.rule, WRONG["other"])}
    elif error.rule == "legal_basis_missing":
        wrong = {"legal_basis": WRONG[error.rule]}
    else:
        empty = [name for name in required if not request.form.get(name, "").strip()]
        wrong = dict.fromkeys(empty, WRONG["missing"])
    shown = page(
        "check.html", answer=None, typed=request.form, wrong=wrong,
        status=problem_of(error).status,
    )  # fmt: skip
    return Disclosed(shown, ())


def _standing(found: PaperFound, tongue: str) -> dict[str, Json]:
    verdict, token = found.verdict, found.verdict.token
    answer = verdict_json(without_holder(verdict), tongue)
    if verdict.overall is Overall.VALID:
        answer |= {
            "heading": IN_FORCE.heading.of(tongue),
            "sentence": IN_FORCE.sentence.of(tongue),
            "next_step": IN_FORCE.next_step.of(tongue),
            "not_meaning": IN_FORCE.not_meaning.of(tongue),
            "rows": [_row(one, tongue) for one in cast(list[dict[str, Json]], answer["rows"])],
        }
    if token is not None and verdict.kind is not None:
        answer["paper"] = {
            "title": verdict.kind.title.of(tongue),
            "number": token.number,
            "issued_at": token.issued_at.isoformat(),
        }
    return answer


def _row(row: dict[str, Json], tongue: str) -> Json:
    genuine = row["value"] == Authenticity.GENUINE.value
    return {**row, "text": ENTRY_GENUINE.of(tongue)} if genuine else row


def _seen(found: PaperFound | None) -> tuple[Seen, ...]:
    """Return the look: the holder sees every such check, also one by nobody in particular."""
    if found is None:
        return ()
    token, issuer = found.verdict.token, found.verdict.issuer
    certificate = None if token is None or issuer is None else (issuer.code, token.number)
    return (Seen(RecordKind.CERTIFICATE, found.subject, certificate, found.reference),)
