"""Who was refused what they asked to see of a person: for auditors and the protection officer.

Accounts, codes and pseudonyms alone, page by page in the order of the ledger.
"""

from typing import Any, Final

from flask import Blueprint, Response

from ledger.commands.refusals import refusals
from ledger.facts import RecordedFact
from ledger.records.access import AccessRefused
from ledger.records.refusal_day import RefusalsCapped
from verify_api.access_rules import access
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.governing import Governing, asked_number, plain

_PAGE: Final = 100


def refusal_routes(desk: Governing) -> Blueprint:
    """Return the endpoint."""
    blueprint = Blueprint("refusals", __name__, url_prefix="/v1")

    @blueprint.get("/refused-looks")
    @access(
        who_may(Action.SEE_REFUSALS), scope=Reach.SERVICE, purpose="see_refusals",
        reads_personal=False,
    )  # fmt: skip
    def refused_looks() -> Response:
        """Return who was refused what, in order, behind the position ``after``."""
        after, limit = asked_number("after", 0), asked_number("limit", _PAGE, least=1, most=_PAGE)
        found = refusals(desk.facts, after=after, limit=limit)
        following = found[-1].position if len(found) == limit else None
        return json_answer({"refused": [refusal_told(one) for one in found], "after": following})

    return blueprint


def refusal_told(one: RecordedFact) -> dict[str, Any]:
    """Return one refusal, or that an account's were too many to be told one by one."""
    fact = one.fact
    told: dict[str, Any] = {
        "position": one.position,
        "at": plain(one.act.at),
        "account": one.act.actor,
        "role": one.act.role,
        "organisation": one.act.organisation,
        "person": None,
        "kind": None,
        "purpose": None,
        "more_than": None,
    }
    match fact:
        case AccessRefused():
            told |= {"kind": fact.kind.value, "purpose": fact.purpose, "person": plain(one.subject)}
        case RefusalsCapped():
            told["more_than"] = fact.most
        case _:
            raise AssertionError("nothing else is a refusal")
    return told
