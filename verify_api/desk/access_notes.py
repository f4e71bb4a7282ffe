"""Looks become facts before anything that was seen leaves: the port ``record_access``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.calendar import local_day
from ledger.commands import certificates
from ledger.commands.access import record_access
from ledger.commands.certificates import CertificateOnFile
from ledger.facts import Act, FactStore
from ledger.personal import Erased
from verify_api.ports import AccessNote

YEARS_BACK: Final = 3
"""Years of issue that are tried where a number came without its time of issue."""


@dataclass(frozen=True, slots=True)
class LedgerAccessNotes:
    """Records looks in the stream of the person whose data was seen."""

    facts: FactStore

    def __call__(self, notes: Sequence[AccessNote]) -> None:
        """Return when all ``notes`` are durable; the same look twice in one answer is one look.

        Of somebody who is not known, or was forgotten, nothing was seen that could be recorded.

        Raises:
            ConflictError: Others looked at the same person at the same time, again and again.
            RefusedError: A note names no legal basis.
            StoreUnavailableError: One could not be recorded: nothing may be shown.
        """
        for note in dict.fromkeys(named for one in notes for named in self._named(one)):
            if note.seen.subject is not None:
                record_access(
                    self.facts,
                    subject=note.seen.subject,
                    kind=note.seen.kind,
                    purpose=note.purpose,
                    channel=note.channel,
                    act=_act(note),
                    reference=note.seen.reference,
                )

    def _named(self, note: AccessNote) -> Iterator[AccessNote]:
        """Yield the note with whose data it is about, where only a number was given.

        A number begins anew each year. Whoever may be meant is told: better one look too many in
        somebody's list than one that its holder never sees.
        """
        seen = note.seen
        if seen.subject is not None or seen.certificate is None:
            yield note
            return
        authority, number = seen.certificate
        last = local_day(seen.issued_at or note.at).year
        first = last if seen.issued_at is not None else last - YEARS_BACK
        for year in range(last, first - 1, -1):
            found = self._certificate(authority, year, number)
            if found is not None:
                yield replace(note, seen=replace(seen, subject=found.subject, reference=found.id))

    def _certificate(self, authority: str, year: int, number: str) -> CertificateOnFile | None:
        """Return the certificate, unless nobody knows any more whose it is."""
        certificate = certificates.find_by_number(
            self.facts, authority=authority, year=year, number=number
        )
        if certificate is None:
            return None
        found = certificates.load(self.facts, certificate)
        return None if isinstance(found.certificate.drafted.holder, Erased) else found


def _act(note: AccessNote) -> Act:
    caller = note.caller
    return Act(
        note.at,
        caller.account,
        caller.role.value,
        caller.organisation,
        legal_basis=note.legal_basis,
        correlation=note.seen.basis,
    )
