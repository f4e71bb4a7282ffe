"""What a facility sent and what became of it: deliveries by page, the journal, the quarantine."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.commands.facilities import check_may_send
from ledger.commands.patients import PatientNumbers
from ledger.commands.visits import BulkFacts
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import Act
from ledger.importers.batch import Importer
from ledger.importers.journal import Delivered, Journal, Reason, counted, delivered
from ledger.importers.pieces import Source
from ledger.importers.quarantine import Discard, Quarantine, Refusal
from ledger.importers.report import Report
from ledger.importers.units import EXPORT, FHIR, XML, read_data
from verify_api.desk.intake import Answered

LARGEST_FILE: Final = 10 << 20
"""Bytes of a file that a browser sends; larger ones come by the interface."""
SHOWN: Final = 20
"""Deliveries on the page."""
SUMMED: Final = 1_000
"""Deliveries that the sums on the page are made of."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What several deliveries amount to."""

    deliveries: int
    accepted: int
    corrected: int
    repeated: int
    refused: int
    a_second: float | None
    """Visits a second while they were taken in; None if nothing took any time."""
    reasons: tuple[Reason, ...]


def sums_of(lines: Sequence[Delivered]) -> Sums:
    """Return what ``lines`` amount to, the most frequent reasons first."""
    seconds = sum(line.seconds for line in lines)
    reasons: Counter[tuple[str, str]] = Counter()
    for line in lines:
        for one in line.reasons:
            reasons[one.rule, one.place] += one.count
    return Sums(
        len(lines),
        sum(line.accepted for line in lines),
        sum(line.corrected for line in lines),
        sum(line.repeated for line in lines),
        sum(line.refused for line in lines),
        sum(line.total for line in lines) / seconds if seconds > 0 else None,
        tuple(Reason(rule, place, count) for (rule, place), count in reasons.most_common()),
    )


@dataclass(frozen=True, slots=True)
class IntakeDesk:
    """Takes in files that people send, and works the quarantine off."""

    facts: BulkFacts
    numbers: PatientNumbers
    new_id: Callable[[], UUID]
    quarantine: Callable[[str], Quarantine]
    """From a facility to what was refused of it."""
    journal: Journal
    monotonic: Callable[[], float]

    def told(self, act: Act, answers: Sequence[Answered], size: int, began: float) -> None:
        """Write down what came through the interface."""
        self._note(act, counted(answers), "interface", size, began)

    def send(self, data: bytes, *, reason: str | None, act: Act) -> Report:
        """Take a file in; what is refused of it goes to quarantine.

        Raises:
            InvalidInputError: It is empty, too large, or neither JSON, lines of it, nor XML.
            RefusedError: ``facility_unknown``.
        """
        check_may_send(self.facts, act.organisation)
        kind, began = _kind_of(data), self.monotonic()
        importer = self._importer(act, reason)
        importer.take([(kind, piece) for piece in read_data(data, kind, importer.source)])
        self._note(act, importer.report, "page", len(data), began)
        return importer.report

    def waiting(self, facility: str) -> list[Refusal]:
        """Return what lies in quarantine, the newest first."""
        return self.quarantine(facility).refusals()[::-1]

    def find(self, facility: str, digest: str) -> Refusal:
        """Return why a document lies in quarantine.

        Raises:
            NotFoundError: None of this facility does under ``digest``.
        """
        found = self.quarantine(facility).find(digest)
        if found is None:
            raise NotFoundError("no document lies in quarantine under this digest")
        return found

    def retry(self, digests: Sequence[str], *, act: Act) -> tuple[int, int]:
        """Try documents again; return how many were taken in, and how many were tried.

        Raises:
            NotFoundError: One does not lie there.
            RefusedError: ``facility_unknown``.
        """
        facility = act.organisation or ""
        check_may_send(self.facts, facility)
        refusals = [self.find(facility, digest) for digest in digests]
        importer, store = self._importer(act, None), self.quarantine(facility)
        began = self.monotonic()
        taken = sum(importer.retry_one(store, refusal) for refusal in refusals)
        self._note(act, importer.report, "page", 0, began)
        return taken, len(refusals)

    def discard(self, digest: str, *, reason: str, act: Act) -> None:
        """Give a document up.

        Raises:
            NotFoundError: It does not lie there.
            InvalidInputError: No reason.
        """
        facility = act.organisation or ""
        self.find(facility, digest)
        given = Discard(digest, act.actor, act.at.isoformat(), reason)
        self.quarantine(facility).discard(given)

    def _importer(self, act: Act, reason: str | None) -> Importer:
        facility = act.organisation or ""
        source = Source(facility, act.at, reason)
        return Importer(
            self.facts, self.numbers, source, act, self.new_id, self.quarantine(facility)
        )

    def _note(self, act: Act, report: Report, door: str, size: int, began: float) -> None:
        seconds, at = self.monotonic() - began, _plain(act.at)
        self.journal.note(
            act.organisation or "",
            delivered(report, at=at, door=door, size=size, seconds=round(seconds, 3)),
        )


def _plain(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _kind_of(data: bytes) -> str:
    """Return how a file is read: by its first character, for names say little."""
    if len(data) > LARGEST_FILE:
        raise InvalidInputError("file", "file_size", f"at most {LARGEST_FILE >> 20} MiB")
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        return XML
    if not head.startswith(b"{"):
        raise InvalidInputError("file", "file_form", "insurance XML, FHIR JSON, or lines of it")
    first, _, rest = head.partition(b"\n")
    lines = first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
    return EXPORT if lines else FHIR
