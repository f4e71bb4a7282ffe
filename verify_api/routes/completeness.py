"""A person takes away the proof that nothing about them was left out."""

from typing import Final, Protocol
from uuid import UUID

from flask import Blueprint

from ledger.audit.completeness import Bundle
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.governing import my_subject
from verify_api.ports import Seen

_own: Final = access(
    who_may(Action.FOLLOW_OWN), scope=Reach.OWN, purpose="own_record", reads_personal=True
)


class ShowsCompleteness(Protocol):
    """Makes bundles: `projections.completeness.CompletenessDesk`."""

    def bundle(self, subject: UUID) -> Bundle:
        """Return all streams about somebody, with proofs against the newest logged seal.

        Raises:
            NotFoundError: There is no such seal yet.
            ProofError: What is there is not what was sealed.
        """
        ...


def completeness_routes(desk: ShowsCompleteness) -> Blueprint:
    """Return the endpoint."""
    blueprint = Blueprint("completeness", __name__)

    @blueprint.get("/v1/my/completeness")
    @_own
    def mine() -> Disclosed:
        """Return every stream about the caller and how far each goes, with proofs."""
        subject = my_subject()
        body = desk.bundle(subject).as_json()
        return Disclosed(json_answer(body), (Seen(RecordKind.PERSON, subject),))

    return blueprint
