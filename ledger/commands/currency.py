"""Whether certificates are still current: those whose record says something else by now are marked.

A certificate says what the record said when its result was recorded. Later entries, expunctions and
corrections do not take it back (that is a decision, by a person); they are noted on it. It is noted
only where the certificate's own form would say something else: what a form never says is not given
away by the note either.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final
from uuid import UUID

from keys.errors import KeysError
from ledger.certificates import lifecycle
from ledger.certificates.lifecycle import Phase
from ledger.certificates.request import Request
from ledger.commands import registry
from ledger.commands.certificates import CertificateOnFile, load
from ledger.commands.loading import load_person, load_request, until_settled
from ledger.errors import LedgerError, RefusedError
from ledger.facts import Act, FactStore, History
from ledger.personal import Erased
from ledger.records.judicial_record.facts import (
    TOPICS,
    RecordCorrectionRefused,
    RecordCorrectionRequested,
)
from ledger.records.person import RequestOpened

BATCH: Final = 500
"""Facts that either walk takes in at once; bounds what one round costs."""
_WITHOUT_CHANGE: Final = frozenset({RecordCorrectionRequested, RecordCorrectionRefused})
_CHANGES: Final = tuple(name for name, fact in TOPICS.items() if fact not in _WITHOUT_CHANGE)
# Also an issue is looked at: the record may have changed while the certificate was being made.
_WATCHED: Final = (*_CHANGES, "certificate.issued/1")


def outdate_certificates(facts: FactStore, *, subject: UUID, act: Act) -> tuple[UUID, ...]:
    """Mark a person's certificates in force that no longer say what the record says; return them.

    Done again it changes nothing. What was erased is passed over: nothing can be said of it. So is
    whoever is not registered: a certificate that nobody asked for rests on no record.
    """
    if not facts.tip(subject).version:
        return ()
    person = load_person(facts, subject)
    record = facts.history(person.state.record)
    if not record.version:
        return ()
    opened = [fact.request for fact in person.history.facts if isinstance(fact, RequestOpened)]
    outdated: list[UUID] = []
    for request in opened:
        state = load_request(facts, request).state
        found = until_settled(partial(_outdate, facts, state, record, act))
        outdated += [] if found is None else [found]
    return tuple(outdated)


def _outdate(facts: FactStore, request: Request, record: History, act: Act) -> UUID | None:
    """Mark the certificate that answers ``request`` now, if it is to be; return it if it was."""
    found = _latest(facts, request)
    if (
        found is None
        or not _is_current(found)
        or not _says_otherwise(facts, request, found, record, act)
    ):
        return None
    led_to = replace(act, causation=record.recorded[-1].event_id)
    fact = lifecycle.outdate(found.certificate, at=act.at)
    facts.append(led_to, found.history.then(fact, subject=found.subject))
    return found.id


def _latest(facts: FactStore, request: Request) -> CertificateOnFile | None:
    """Return the last in the row of corrections, None if there is no certificate yet."""
    found, following = None, request.certificate
    while following is not None:
        found = load(facts, following)
        following = found.certificate.superseded_by
    return found


def _is_current(found: CertificateOnFile) -> bool:
    state = found.certificate
    return state.phase is Phase.ACTIVE and state.no_longer_current_since is None


def _says_otherwise(
    facts: FactStore, request: Request, found: CertificateOnFile, record: History, act: Act
) -> bool:
    """Tell whether the form would say something else today; what runs out by itself is no news."""
    version = _rests_on(request, found, record)
    if version is None or version == record.version:
        return False

    def says(version: int) -> object:
        content, _ = registry.extract(
            facts, subject=request.draft.subject, form=request.draft.form,
            include_post_bans=request.draft.include_post_bans, act=act, version=version,
        )  # fmt: skip
        return content

    try:
        return says(version) != says(record.version)
    except RefusedError:
        return False  # an entry was erased: nobody can tell what it said


def _rests_on(request: Request, found: CertificateOnFile, record: History) -> int | None:
    """Return on how many facts of the record a certificate rests; None if that was erased."""
    if found.certificate.drafted.correction is not None:
        drafted = found.history.recorded[0].position
        return sum(known.position < drafted for known in record.recorded)
    version = request.record_version
    return None if isinstance(version, Erased) else version


@dataclass(slots=True)
class RecordChanges:
    """The persons to be looked at, found by two walks over the ledger.

    One follows what is new. The other goes once, a batch at a time, through all that was there when
    this process began: whatever a process before it had no more time for is found, however long
    that walk takes, and what is new never waits for it.
    """

    pending: dict[UUID, None] = field(default_factory=dict)
    """In the order in which they were met; those that failed stay."""
    batch: int = BATCH
    _new: int | None = None
    _old: int = 0
    _began_at: int = 0

    def catch_up(self, facts: FactStore) -> None:
        """Take in one batch of either walk; nothing sealed is needed."""
        head = facts.head()
        if self._new is None:
            self._new = self._began_at = head
        self._new = self._walk(facts, self._new, head)
        if not self.is_through:
            self._old = min(self._walk(facts, self._old, self._began_at), self._began_at)

    @property
    def is_through(self) -> bool:
        """Whether all that was there at the beginning has been met."""
        return self._new is not None and self._old == self._began_at

    def _walk(self, facts: FactStore, after: int, until: int) -> int:
        batch = facts.read(after=after, limit=self.batch, topics=_WATCHED)
        for recorded in batch:
            if recorded.subject is not None:
                self.pending[recorded.subject] = None
        return batch[-1].position if len(batch) == self.batch else until


def outdate_changed(
    facts: FactStore, changes: RecordChanges, *, act: Callable[[], Act]
) -> dict[UUID, LedgerError | KeysError]:
    """Look at everybody who is pending; return for whom it failed, and why: they stay pending."""
    failed: dict[UUID, LedgerError | KeysError] = {}
    for subject in tuple(changes.pending):
        try:
            outdate_certificates(facts, subject=subject, act=act())
        except (LedgerError, KeysError) as error:
            failed[subject] = error
        else:
            del changes.pending[subject]
    return failed
