"""Finding what an auditor asks about at a shell, and opening it in a case: the look comes first."""

from collections.abc import Iterator
from typing import Final

import click

from app import System
from ledger.calendar import local_day
from ledger.commands.access import record_access
from ledger.commands.references import Known
from ledger.facts import FactStore, RecordedFact
from ledger.records.access import Channel, RecordKind
from verify_api.desk import auditing_records
from verify_api.desk.auditing_records import PURPOSE, Case, Found, looks_of
from verify_api.ports import Seen

BATCH: Final = 1_000
_TELL_EVERY: Final = 100_000


def every_fact(facts: FactStore, *, until: int | None = None) -> Iterator[RecordedFact]:
    """Yield all facts in order, telling at whiles how far it is."""
    head = facts.head() if until is None else min(until, facts.head())
    after = 0
    while after < head and (some := facts.read(after=after, limit=min(BATCH, head - after))):
        yield from some
        after = some[-1].position
        if after % _TELL_EVERY < BATCH or (after == head and head > _TELL_EVERY):
            click.echo(f"{after}/{head} facts", err=True)


def find_record(system: System, typed: str) -> Found:
    """Return what ``typed`` names: a number, a code, a stream, or a person's pseudonym.

    Raises:
        NotFoundError: Nothing is known under it.
    """
    authorities = [authority.code for authority in system.settings.authorities]
    known = Known(system.reading, authorities, local_day(system.clockwork.now()).year)
    return auditing_records.find_record(known, typed, every_fact(system.reading))


def opened_for(system: System, case: Case, found: Found) -> FactStore:
    """Return the facts to read: withheld, or opened after the looks are durable.

    Raises:
        RefusedError: The number is no legal basis.
    """
    if case.number is None:
        return system.reading
    act = system.act(case.actor, "auditor", legal_basis=case.basis)
    looks = looks_of(system.reading, found)
    if found.is_person:  # whoever opens a person can read their book
        looks += tuple(Seen(RecordKind.HEALTH_BOOK, subject) for subject in found.subjects)
    for seen in looks:
        assert seen.subject is not None, "looks_of names persons"
        record_access(
            system.facts, subject=seen.subject, kind=seen.kind, purpose=PURPOSE,
            channel=Channel.SHELL, act=act, reference=seen.reference,
        )  # fmt: skip
    return system.facts
