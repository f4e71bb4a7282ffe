"""An organisation's own history of checks, a page or all of it, from the view."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ledger.certificates.kind import Wording
from projections.check_queries import NEWEST, CheckLine, ChecksPart, Place, Sieve, checks
from projections.view_store import ViewDatabase

AT_ONCE: Final = 500
"""Checks that are read at once where all are asked for: they are never all in memory."""


@dataclass(frozen=True, slots=True)
class CheckHistory:
    """Answers what an organisation has checked."""

    views: ViewDatabase
    names: Callable[[str], Wording | None]
    """From an authority's code to its name, None if it is none of ours."""

    def part(self, sieve: Sieve, *, before: Place = NEWEST) -> ChecksPart:
        """Return a page of checks, the newest first.

        Raises:
            ViewsUnavailableError: The view could not be asked.
        """
        with self.views.reading() as session:
            return checks(session, sieve, before=before)

    def every(self, sieve: Sieve) -> Iterator[CheckLine]:
        """Yield all checks, the newest first; no transaction is open in between.

        Raises:
            ViewsUnavailableError: The view could not be asked.
        """
        before, more = NEWEST, True
        while more:
            with self.views.reading() as session:
                found = checks(session, sieve, before=before, limit=AT_ONCE)
            yield from found.lines
            before = found.lines[-1].place if found.lines else before
            more = found.more

    def issuer_name(self, code: str, language: str) -> str:
        """Return what an issuer is called; its code, where that is not known here."""
        name = self.names(code)
        return code if name is None else name.of(language)
