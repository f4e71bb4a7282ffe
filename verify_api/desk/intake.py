"""Taking in what facilities send over HTTP: checked and recorded as an import would."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from ledger.clinical.findings import Finding
from ledger.commands.deliveries import Outcome, Taken
from ledger.commands.facilities import check_may_send
from ledger.commands.paper_use import Quoted, note_use_by_visit
from ledger.commands.patients import PatientNumbers
from ledger.commands.visits import BulkFacts, record_visit, record_visits
from ledger.facts import Act, Idempotency
from ledger.importers.fhir import read_visit
from ledger.importers.insurance_xml import read_insurance
from ledger.importers.pieces import LeftOut, Piece, Ready, Rejected, Source

Answered: TypeAlias = "Taken | Rejected"


def untold(_act: Act, _answers: Sequence[Answered], _size: int, _began: float) -> None:
    """Write nothing down."""


@dataclass(frozen=True, slots=True)
class Resent:
    """What a sender says of a message that differs from an earlier one."""

    reason: str | None = None
    expected: int | None = None
    """The revision that they mean to correct."""


@dataclass(frozen=True, slots=True)
class LedgerIntake:
    """Fills the intake endpoints from the ledger."""

    facts: BulkFacts
    numbers: PatientNumbers
    new_id: Callable[[], UUID]
    told: Callable[[Act, Sequence[Answered], int, float], None] = untold
    """Writes down what came: act, answers, bytes, and when it began by `monotonic`."""
    monotonic: Callable[[], float] = lambda: 0.0

    def check(self, act: Act) -> None:
        """Refuse a facility that may not send, before anything of its body is read.

        Raises:
            RefusedError: ``facility_unknown``.
        """
        check_may_send(self.facts, act.organisation)

    def visit(
        self, data: bytes, *, resent: Resent, act: Act, idempotency: Idempotency | None = None
    ) -> Answered:
        """Take in one visit.

        Raises:
            RefusedError: A rule of `ledger.commands.visits.record_visit`.
            InvalidInputError: The patient cannot be told.
            IdempotencyMismatchError: The key was used for another message.
        """
        began = self.monotonic()
        piece = read_visit(data, _source(act, resent))
        answer: Answered = piece if isinstance(piece, Rejected) else record_visit(
            self.facts, self.numbers, piece.delivery, act=act, new_id=self.new_id,
            idempotency=idempotency,
        )  # fmt: skip
        self.told(act, [answer], len(data), began)
        return answer

    def visits(self, lines: Sequence[bytes], *, reason: str | None, act: Act) -> list[Answered]:
        """Take in many visits, a document each; the answers stand in their order."""
        began, source = self.monotonic(), _source(act, Resent(reason))
        answers = self._taken([read_visit(line, source) for line in lines], act)
        self.told(act, answers, sum(map(len, lines)), began)
        return answers

    def insurance(self, data: bytes, *, reason: str | None, act: Act) -> list[Answered]:
        """Take in the treatment episodes of one insurance file, in their order."""
        began = self.monotonic()
        answers = self._taken(list(read_insurance(data, _source(act, Resent(reason)))), act)
        self.told(act, answers, len(data), began)
        return answers

    def _taken(self, pieces: Sequence[Piece], act: Act) -> list[Answered]:
        ready = [piece for piece in pieces if isinstance(piece, Ready)]
        deliveries = [piece.delivery for piece in ready]
        taken = record_visits(self.facts, self.numbers, deliveries, act=act, new_id=self.new_id)
        for piece, one in zip(ready, taken, strict=True):
            self._note_paper(piece, one, act)
        answers: Iterator[Taken] = iter(taken)
        return [
            piece if isinstance(piece, Rejected) else next(answers)
            for piece in pieces
            if not isinstance(piece, LeftOut)
        ]

    def _note_paper(self, piece: Ready, taken: Taken, act: Act) -> None:
        """Mark the referral or appointment that the visit says it used."""
        new = taken.outcome in {Outcome.ACCEPTED, Outcome.CORRECTED}
        if piece.used is not None and taken.subject is not None and new:
            used = piece.used
            quoted = Quoted(used.number, used.came_from, taken.stream, taken.subject)
            note_use_by_visit(self.facts, quoted, act=act)


def _source(act: Act, resent: Resent) -> Source:
    at: datetime = act.at
    return Source(act.organisation or "", at, resent.reason, resent.expected)


def receipt(answer: Answered) -> dict[str, Any]:
    """Return what a sender gets: what became of it and, if it is in the ledger, where."""
    if isinstance(answer, Rejected):
        return {
            "outcome": Outcome.REFUSED.value,
            "rule": answer.rule,
            "place": answer.place,
            "expected": answer.expected,
            "findings": [_finding(one) for one in answer.findings],
        }
    if answer.outcome is Outcome.REFUSED:
        return {
            "outcome": answer.outcome.value,
            "visit": str(answer.stream),
            "sha256": answer.digest.hex(),
            "rule": answer.rule,
            "place": answer.place,
            "expected": answer.expected,
        }
    return {
        "outcome": answer.outcome.value,
        "visit": str(answer.stream),
        "revision": answer.revision,
        "position": answer.position,
        "sha256": answer.digest.hex(),
        "notes": list(answer.findings),
    }


def _finding(found: Finding) -> dict[str, str]:
    return {
        "severity": found.severity.value,
        "place": found.place,
        "rule": found.rule,
        "expected": found.expected,
    }
