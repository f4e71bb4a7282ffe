"""Commands on the judicial record registry, and what a certificate may take from it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from ledger.certificates.request_values import Form, Lookup
from ledger.commands.loading import answered, load_person, load_record, until_settled
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore, Idempotency, Receipt
from ledger.personal import Erased
from ledger.personal_details import PersonalDetails
from ledger.records.judicial_record import record
from ledger.records.judicial_record.extract import (
    form_1_extract,
    form_2_extract,
    holds_anything,
)
from ledger.records.judicial_record.facts import Amnesty, Conviction, Fact, PostBan
from ledger.records.judicial_record.record import JudicialRecord


def enter_conviction(
    facts: FactStore,
    *,
    subject: UUID,
    conviction: UUID,
    content: Conviction,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Enter a court's judgment; ``conviction`` is a new random identifier."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: record.enter_conviction(
            state, conviction=conviction, content=content, at=act.at
        ),
    )  # fmt: skip


def update_enforcement(
    facts: FactStore,
    *,
    subject: UUID,
    conviction: UUID,
    enforcement: str,
    act: Act,
    enforced_on: date | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record how far a judgment is enforced."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: record.update_enforcement(
            state, conviction=conviction, enforcement=enforcement, enforced_on=enforced_on,
            at=act.at,
        ),
    )  # fmt: skip


def expunge(
    facts: FactStore,
    *,
    subject: UUID,
    conviction: UUID,
    expunged_on: date,
    act: Act,
    decision: str | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Expunge a conviction."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: record.expunge(
            state, conviction=conviction, expunged_on=expunged_on, decision=decision, at=act.at
        ),
    )  # fmt: skip


def apply_amnesty(
    facts: FactStore,
    *,
    subject: UUID,
    conviction: UUID,
    amnesty: Amnesty,
    applied_on: date,
    decision: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Apply a general or special amnesty to a conviction."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: record.apply_amnesty(
            state, conviction=conviction, amnesty=amnesty, applied_on=applied_on,
            decision=decision, at=act.at,
        ),
    )  # fmt: skip


def enter_post_ban(
    facts: FactStore,
    *,
    subject: UUID,
    ban: UUID,
    content: PostBan,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Enter a ban on posts; ``ban`` is a new random identifier."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: record.enter_post_ban(state, ban=ban, content=content, at=act.at),
    )  # fmt: skip


def end_post_ban(
    facts: FactStore,
    *,
    subject: UUID,
    ban: UUID,
    ended_on: date,
    reason: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """End a ban."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: record.end_post_ban(
            state, ban=ban, ended_on=ended_on, reason=reason, at=act.at
        ),
    )  # fmt: skip


def request_correction(
    facts: FactStore,
    *,
    subject: UUID,
    correction: UUID,
    entry: UUID,
    request: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Ask to correct an entry; ``correction`` is a new random identifier."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: record.request_correction(
            state, correction=correction, entry=entry, request=request
        ),
    )  # fmt: skip


def make_correction(
    facts: FactStore,
    *,
    subject: UUID,
    entry: UUID,
    decision: str,
    act: Act,
    conviction: Conviction | None = None,
    post_ban: PostBan | None = None,
    correction: UUID | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Correct an entry; with neither content it is struck out."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: record.make_correction(
            state, entry=entry, decision=decision, at=act.at, conviction=conviction,
            post_ban=post_ban, correction=correction,
        ),
    )  # fmt: skip


def refuse_correction(
    facts: FactStore,
    *,
    subject: UUID,
    correction: UUID,
    reason: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Refuse a correction that was asked for."""
    return _take(
        facts, subject, act, idempotency,
        lambda state: record.refuse_correction(state, correction=correction, reason=reason),
    )  # fmt: skip


def look_up(facts: FactStore, *, subject: UUID) -> tuple[Lookup, int]:
    """Return whether the person's record holds anything, and on how many facts that rests.

    Raises:
        NotFoundError: Nobody is known under ``subject``.
    """
    found = load_record(facts, load_person(facts, subject).state.record)
    lookup = Lookup.ENTRIES if holds_anything(found.state) else Lookup.NOTHING
    return lookup, found.history.version


def extract(
    facts: FactStore,
    *,
    subject: UUID,
    form: Form,
    include_post_bans: bool,
    act: Act,
    version: int | None = None,
    details: PersonalDetails | Erased | None = None,
) -> tuple[dict[str, Any], int]:
    """Return what the form says of the person's record, and on how many facts that rests.

    Args:
        facts: The ledger.
        subject: Whom it is about.
        form: Which form; that decides what is said at all.
        include_post_bans: Whether Form 1 was asked to say bans on posts.
        act: Its time is the day on which it is said.
        version: Only the record's first so many facts, as consulted before.
        details: Names the parents and the spouse on Form 2.

    Raises:
        NotFoundError: Nobody is known under ``subject``.
        RefusedError: rule ``record_erased``.
    """
    if isinstance(details, Erased):
        raise RefusedError("record_erased", "the declaration has been erased")
    stream = load_person(facts, subject).state.record
    found = load_record(facts, stream, version=version)
    rests_on = found.history.version if version is None else version
    if form is Form.TWO:
        return form_2_extract(found.state, details=details), rests_on
    content = form_1_extract(found.state, include_post_bans=include_post_bans, at=act.at)
    return content, rests_on


def _take(
    facts: FactStore,
    subject: UUID,
    act: Act,
    idempotency: Idempotency | None,
    decide: Callable[[JudicialRecord], Fact],
) -> Receipt:
    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        found = load_record(facts, load_person(facts, subject).state.record)
        change = found.history.then(decide(found.state), subject=subject)
        return facts.append(act, change, idempotency=idempotency)

    return until_settled(attempt)
