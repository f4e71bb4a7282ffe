"""A kept letter: one, of a fact that was told to the applicant, after that fact."""

from typing import Final

from ledger.audit.law.others import Others
from ledger.audit.law.ruling import Objection, Objections, UnlawfulError
from ledger.certificates.request_facts import (
    ApologyIssued,
    ProcessingStopped,
    RequestRefused,
    RequestRejected,
    SupplementRequested,
)
from ledger.facts import RecordedFact
from ledger.records.letter import LetterKept, letter_stream

_TOLD: Final = (
    SupplementRequested, ApologyIssued, RequestRejected, RequestRefused, ProcessingStopped,
)  # fmt: skip
"""What applicants are told by a letter."""
_KEEPER: Final = "system"
_DIGEST_BYTES: Final = 32


class LetterLaw:
    """One fact a letter."""

    def __init__(self, others: Others | None) -> None:
        """Ask ``others`` for the request; None: do not."""
        self._others = others
        self._kept = False

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact = recorded.fact
        if self._kept or not isinstance(fact, LetterKept):
            raise UnlawfulError("C10.order", "one letter", "a second one")
        self._kept = True
        if recorded.act.role != _KEEPER:
            yield Objection("C10.role", _KEEPER, recorded.act.role)
        if recorded.stream_id != letter_stream(fact.request, fact.number):
            yield Objection("C10.letter", "a letter in its own stream", "in another")
        if len(fact.document_digest) != _DIGEST_BYTES:
            yield Objection("C10.letter", f"a digest of {_DIGEST_BYTES} bytes", "another length")
        if self._others is not None:
            told = self._others.of(fact.request, *_TOLD)
            before = [one for one in told if one.position < recorded.position]
            if not any(one.version == fact.number for one in before):
                expected = "a letter of what was told to the applicant before"
                yield Objection("C10.letter", expected, "of another fact, or of none")
