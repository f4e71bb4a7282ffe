"""Checks become facts before their answers leave: the port ``record_checks``."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from ledger.calendar import local_day
from ledger.commands.checks import Checked, record_checks
from ledger.commands.look_up import Numbers
from ledger.facts import Act, FactStore
from ledger.records.check import NOT_FOUND
from verify_api.ports import CheckNote
from verify_api.verdict import Logged, Verdict


@dataclass(frozen=True, slots=True)
class LedgerCheckNotes:
    """Records checks, each in a stream of its own."""

    facts: FactStore
    numbers: Numbers
    """Finds a certificate's stream by what its token says."""

    def __call__(self, notes: Sequence[CheckNote]) -> None:
        """Return when all ``notes`` are durable.

        Raises:
            RefusedError: A caller belongs to no organisation.
            ConflictError: A reference is taken.
            StoreUnavailableError: One could not be recorded: nothing may be answered.
        """
        for act, some in groupby(notes, key=_act):
            record_checks(self.facts, [self._checked(note) for note in some], act=act)

    def _checked(self, note: CheckNote) -> Checked:
        verdict = note.verdict
        kind = None if verdict is None or verdict.kind is None else verdict.kind.code
        return Checked(
            note.check,
            NOT_FOUND if verdict is None else verdict.state.value,
            note.channel.value,
            kind,
            None if verdict is None else self._certificate(verdict),
            note.code_digest,
            note.person,
        )

    def _certificate(self, verdict: Verdict) -> UUID | None:
        """Return the certificate's stream, if it is genuine and stands in the register as it is."""
        token = verdict.token
        if token is None or verdict.logged is Logged.NOT_FOUND:
            return None
        return self.numbers.find(token.issuer, local_day(token.issued_at).year, token.number)


def _act(note: CheckNote) -> Act:
    caller = note.caller
    return Act(note.at, caller.account, caller.role.value, caller.organisation)
