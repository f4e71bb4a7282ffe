"""Finding a file by what an officer has in hand: a code, a certificate, a number, a name.

A dossier code and a certificate's number say nothing of a person. A person's number is found by
the blind index. Names stand sealed in the files alone, so a name is compared with the files that
wait for the officer's own role, opened for that; which of them it fits is a look at each.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates.procedure import Role as ProcedureRole
from ledger.commands.certificates import find_by_number, load
from ledger.commands.loading import load_request
from ledger.commands.people import Directory
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import FactStore
from ledger.identifiers import NumberKind
from ledger.names import search_key
from ledger.personal import Erased
from ledger.records.access import RecordKind
from projections.queue_pages import Sieve, ending_in, part
from projections.queue_queries import by_dossier_code, file_of, of_subject
from projections.view_store import ViewStore
from projections.work_queue import FileRow
from verify_api.callers import Role, Scope
from verify_api.desk.files import is_at_authority
from verify_api.desk.queue import QueueDesk
from verify_api.officer_desk import Hit, Hits
from verify_api.ports import Seen

SHORTEST: Final = 2
"""Characters of a search."""
LONGEST: Final = 100
MOST_HITS: Final = 20
MOST_OPENED: Final = 200
"""Files that are opened to compare a name: the first due of those that wait for the role."""
_YEARS: Final = 5
"""How many years back a certificate's number is looked for."""
_SPACES: Final = re.compile(r"\s+")
_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
"""What word processors make of a hyphen."""
_NUMBERS: Final = (
    (NumberKind.PERSONAL, re.compile(r"[0-9]{12}", re.ASCII)),
    (NumberKind.PASSPORT, re.compile(r"[A-Z][0-9]{7}", re.ASCII)),
)


@dataclass(frozen=True, slots=True)
class FindingDesk:
    """Searches the files of one authority."""

    facts: FactStore
    views: ViewStore
    directory: Directory | None
    lines: QueueDesk

    def search(self, scope: Scope, role: Role, typed: str, *, at: datetime) -> Hits:
        """Return what ``typed`` finds.

        Raises:
            InvalidInputError: Rule ``search_too_short`` or ``too_long``.
        """
        words = " ".join(typed.split())
        if len(words) < SHORTEST:
            raise InvalidInputError("search", "search_too_short", f"at least {SHORTEST} characters")
        if len(words) > LONGEST:
            raise InvalidInputError("search", "too_long", f"at most {LONGEST} characters")
        if scope.organisation is None:
            return Hits("dossier")
        code = _SPACES.sub("", words).upper().translate(_DASHES)
        kind = next((kind for kind, form in _NUMBERS if form.fullmatch(code)), None)
        if kind is not None:
            return self._by_number(scope.organisation, role, code, kind, at)
        if "/" in code:
            return self._by_certificate(scope.organisation, role, code, at)
        if any(character.isdigit() for character in code):
            return self._by_code(scope.organisation, role, code, at)
        return self._by_name(scope.organisation, role, words, at)

    def _by_code(self, authority: str, role: Role, code: str, at: datetime) -> Hits:
        with self.views.database.reading() as session:
            exact = by_dossier_code(session, authority, code)
            rows = (exact,) if exact else ending_in(session, authority, code, limit=MOST_HITS)
        return Hits("dossier", self._hits(rows, role, at))

    def _by_certificate(self, authority: str, role: Role, number: str, at: datetime) -> Hits:
        this_year = local_day(at).year
        for year in range(this_year, this_year - _YEARS, -1):
            found = find_by_number(self.facts, authority=authority, year=year, number=number)
            if found is None:
                continue
            request = load(self.facts, found).certificate.drafted.request
            if request is not None:
                with self.views.database.reading() as session:
                    row = file_of(session, request)
                return Hits("certificate", self._hits([row] if row else [], role, at))
        return Hits("certificate")

    def _by_number(
        self, authority: str, role: Role, number: str, kind: NumberKind, at: datetime
    ) -> Hits:
        subject = None if self.directory is None else self.directory.find(number, kind=kind)
        if subject is None:
            return Hits("number")
        with self.views.database.reading() as session:
            rows = [row for row in of_subject(session, subject) if row.authority == authority]
        hits = self._hits(rows[:MOST_HITS], role, at)
        return Hits("number", hits, tuple(_seen(subject, one.file.request) for one in hits))

    def _by_name(self, authority: str, role: Role, words: str, at: datetime) -> Hits:
        sieve = Sieve(authority, local_day(at), role=ProcedureRole(role.value))
        with self.views.database.reading() as session:
            opened = part(session, sieve, limit=MOST_OPENED)
        wanted = search_key(words).split()
        named = [(row, self._name(row)) for row in opened.files]
        fitting = [(row, name) for row, name in named if _fits(name, wanted)][:MOST_HITS]
        return Hits(
            "name",
            tuple(Hit(self.lines.line(row, role, at=at), name) for row, name in fitting),
            tuple(_seen(UUID(row.subject), UUID(row.request)) for row, _ in fitting),
            searched=len(named),
            more=opened.more,
        )

    def _name(self, row: FileRow) -> str:
        try:
            declared = load_request(self.facts, UUID(row.request)).state.declaration
        except NotFoundError:  # the view tells of a file that the ledger does not have
            return ""
        return "" if isinstance(declared, Erased) else declared.details.name

    def _hits(self, rows: Iterable[FileRow], role: Role, at: datetime) -> tuple[Hit, ...]:
        return tuple(
            Hit(self.lines.line(row, role, at=at))
            for row in rows
            if is_at_authority(row.submitted_on, row.channel)
        )


def _fits(name: str, wanted: list[str]) -> bool:
    """Tell whether each word that was typed begins a word of the name, in their order."""
    words = iter(search_key(name).split())
    return all(any(word.startswith(one) for word in words) for one in wanted)


def _seen(subject: UUID, request: UUID) -> Seen:
    return Seen(RecordKind.REQUEST, subject, reference=request)
