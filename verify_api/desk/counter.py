"""Checks by what is typed from a paper: `verify_api.ports.PaperChecks`.

Whatever is typed, the same is done: one request and one certificate are loaded, the fields are
compared, the certificate's own code is verified. Where nothing fits, that happens to a certificate
that was not asked for and is thrown away, so that neither the answer nor the time it takes says
what was wrong, or whether there is anything.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates.digits import to_digits
from ledger.certificates.disclosure import MAX_NAME, FiveFields, five_fields_match
from ledger.certificates.kind import Sex
from ledger.certificates.request import Request
from ledger.commands import certificates
from ledger.commands.certificates import CertificateOnFile, find_by_short_code
from ledger.commands.loading import load_request
from ledger.facts import FactStore
from ledger.personal import Erased
from projections.queue_queries import by_dossier_code
from projections.view_store import ViewStore
from verify_api.ports import PaperFound, PaperQuestion
from verify_api.verdict import (
    Authenticity,
    Check,
    Logged,
    Reason,
    Standing,
    SubjectMatch,
    Verdict,
)
from verify_api.verifiers import Verifier

FindRequest = Callable[[str], UUID | None]
"""From a dossier code to its request."""

_DECOYS: Final = 32
"""How many of the first certificates are looked at for one that answers a request."""


@dataclass(frozen=True, slots=True)
class _Decoy:
    """A certificate that takes the place of one that is not there, and its request."""

    certificate: UUID
    request: UUID


@dataclass(slots=True)
class LedgerPaperChecks:
    """Fills the port `PaperChecks`."""

    facts: FactStore
    verify: Verifier
    find_request: FindRequest
    _decoy: _Decoy | None = field(default=None, init=False)

    def by_code(self, question: PaperQuestion, *, at: datetime) -> PaperFound | None:
        """Return the certificate with that short code and day of issue.

        Raises:
            InvalidInputError: ``short_code`` is none that was ever printed.
        """
        asked = self._issued(find_by_short_code(self.facts, question.short_code))
        verdict = self._verdict(asked, at)
        meant = asked is not None and _issued_on(asked) == question.issued_on
        return _found(asked, verdict) if meant else None

    def by_fields(self, fields: FiveFields, *, at: datetime) -> PaperFound | None:
        """Return the certificate of the dossier, if all five fields are its holder's."""
        asked = self.find_request(fields.dossier_code)
        state = self._request(asked)
        held = None if asked is None or state is None else _fields_of(state)
        matches = five_fields_match(fields, held)
        certificate = None if asked is None or state is None else self._issued(state.certificate)
        verdict = self._verdict(certificate, at)
        return _found(certificate, verdict) if matches else None

    def _issued(self, certificate: UUID | None) -> CertificateOnFile | None:
        """Return the certificate if it is there and was issued."""
        if certificate is None:
            return None
        found = certificates.load(self.facts, certificate)
        return None if found.certificate.issued_at is None else found

    def _request(self, asked: UUID | None) -> Request | None:
        """Return the request that was asked for, or else the decoy's; None where none is."""
        decoy = self._known_decoy()
        stream = asked or (None if decoy is None else decoy.request)
        return None if stream is None else load_request(self.facts, stream).state

    def _verdict(self, asked: CertificateOnFile | None, at: datetime) -> Verdict:
        """Return what the certificate's own code would be answered, as if it had been scanned."""
        decoy = self._known_decoy()
        found = asked or (decoy and certificates.load(self.facts, decoy.certificate))
        sealed = found.certificate.sealed if found else None
        if sealed is None or isinstance(sealed.token, Erased):
            return _cannot_confirm(at)
        return self.verify(to_digits(sealed.token), at=at)

    def _known_decoy(self) -> _Decoy | None:
        """Return one of the first certificates that were issued for a request."""
        if self._decoy is None:
            first = self.facts.read(after=0, limit=_DECOYS, topics=("certificate.issued/1",))
            for recorded in first:
                found = certificates.load(self.facts, recorded.stream_id)
                request = found.certificate.drafted.request
                if request is not None:
                    self._decoy = _Decoy(found.id, request)
                    break
        return self._decoy


@dataclass(frozen=True, slots=True)
class DossierIndex:
    """Finds a request by its dossier code, of whichever authority: a `FindRequest`."""

    views: ViewStore
    authorities: Sequence[str]
    """Codes of all authorities whose requests are here."""

    def __call__(self, typed: str) -> UUID | None:
        """Return the request, None if there is none; every authority is looked at."""
        code = _SPACES.sub("", typed[:MAX_NAME]).upper().translate(_DASHES)
        with self.views.database.reading() as session:
            rows = [by_dossier_code(session, authority, code) for authority in self.authorities]
        return next((UUID(row.request) for row in rows if row is not None), None)


_SPACES: Final = re.compile(r"\s+")
_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
"""What word processors make of a hyphen."""


def _fields_of(state: Request) -> FiveFields | None:
    """Return what is held of the person, None once they are forgotten."""
    declared = state.declaration
    if isinstance(declared, Erased):
        return None
    details = declared.details
    return FiveFields(
        dossier_code=state.draft.dossier_code,
        name=details.name,
        birth_date=details.birth_date,
        sex=Sex(details.sex),
        number=details.number,
    )


def _issued_on(found: CertificateOnFile) -> date | None:
    """Return the day that the paper bears, in Vietnam."""
    intent = found.certificate.intent
    return None if intent is None else local_day(intent.issued_at)


def _found(certificate: CertificateOnFile | None, verdict: Verdict) -> PaperFound | None:
    if certificate is None:
        return None
    forgotten = isinstance(certificate.certificate.drafted.holder, Erased)
    return PaperFound(verdict, None if forgotten else certificate.subject, certificate.id)


def _cannot_confirm(at: datetime) -> Verdict:
    """Return the answer about a certificate that was issued and then forgotten with its person."""
    return Verdict(
        Authenticity.UNDETERMINED,
        Standing.UNKNOWN,
        Logged.NOT_CHECKED,
        SubjectMatch.NOT_ASKED,
        at,
        reasons=(Reason.STATUS_MISSING,),
        failed_check=Check.STATUS,
    )
