"""Commands of the authority: from intake to the recorded result, and every other end.

The certificate itself, and the delivery after it, are in `ledger.commands.certification`.
"""

from datetime import date
from uuid import UUID

from ledger.calendar import Term, WorkingCalendar
from ledger.certificates import request_processing
from ledger.certificates.request import Request
from ledger.certificates.request_facts import Fact
from ledger.certificates.request_values import Police, RefusalGround, Result
from ledger.commands import registry
from ledger.commands.requests import take
from ledger.facts import Act, FactStore, Idempotency, Receipt


def accept(
    facts: FactStore,
    *,
    request: UUID,
    act: Act,
    calendar: WorkingCalendar,
    appointed: tuple[Term, ...] | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Accept a request; the deadline is set. ``appointed`` is this authority's own promise."""
    return take(
        facts, request, act,
        lambda state: request_processing.accept(
            state, act=act, calendar=calendar, appointed=appointed
        ),
        calendar=calendar, idempotency=idempotency,
    )  # fmt: skip


def reject(
    facts: FactStore,
    *,
    request: UUID,
    ground: str,
    explanation: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Reject a request at intake; a paid fee is ordered back."""
    return take(
        facts, request, act,
        lambda state: request_processing.reject(
            state, act=act, ground=ground, explanation=explanation
        ),
        idempotency=idempotency,
    )  # fmt: skip


def require_payment(
    facts: FactStore,
    *,
    request: UUID,
    amount: int,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Demand a fee that is missing, in VND."""
    return take(
        facts, request, act,
        lambda state: request_processing.require_payment(state, act=act, amount=amount),
        idempotency=idempotency,
    )  # fmt: skip


def request_supplement(
    facts: FactStore,
    *,
    request: UUID,
    missing: str,
    act: Act,
    calendar: WorkingCalendar,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Ask for what is missing; the clock stands still."""
    return take(
        facts, request, act,
        lambda state: request_processing.request_supplement(
            state, act=act, missing=missing, calendar=calendar
        ),
        calendar=calendar, idempotency=idempotency,
    )  # fmt: skip


def forward(
    facts: FactStore,
    *,
    request: UUID,
    reference: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Hand a request over to the shared judicial-record software."""
    return take(
        facts, request, act,
        lambda state: request_processing.forward(state, act=act, reference=reference),
        idempotency=idempotency,
    )  # fmt: skip


def acknowledge(
    facts: FactStore,
    *,
    request: UUID,
    reference: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the shared software has it."""
    return take(
        facts, request, act,
        lambda state: request_processing.acknowledge(state, act=act, reference=reference),
        idempotency=idempotency,
    )  # fmt: skip


def request_lookup(
    facts: FactStore,
    *,
    request: UUID,
    act: Act,
    sources: tuple[str, ...] = ("judicial-record-database",),
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Begin to look the record up."""
    return take(
        facts, request, act,
        lambda state: request_processing.request_lookup(state, act=act, sources=sources),
        idempotency=idempotency,
    )  # fmt: skip


def complete_lookup(
    facts: FactStore, *, request: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Consult the registry, and record whether it holds anything about the person."""

    def decide(state: Request) -> tuple[Fact, ...]:
        lookup, version = registry.look_up(facts, subject=state.draft.subject)
        return request_processing.complete_lookup(
            state, act=act, lookup=lookup, record_version=version
        )

    return take(facts, request, act, decide, idempotency=idempotency)


def request_police_check(
    facts: FactStore, *, request: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Ask the police record unit."""
    return take(
        facts, request, act,
        lambda state: request_processing.request_police_check(state, act=act),
        idempotency=idempotency,
    )  # fmt: skip


def complete_police_check(
    facts: FactStore,
    *,
    request: UUID,
    police: Police,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record what the police record unit found."""
    return take(
        facts, request, act,
        lambda state: request_processing.complete_police_check(state, act=act, police=police),
        idempotency=idempotency,
    )  # fmt: skip


def record_result(
    facts: FactStore,
    *,
    request: UUID,
    act: Act,
    calendar: WorkingCalendar,
    explanation: str | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record what the certificate will say: what the form takes from the registry, nothing else.

    A conviction that only the police know has to be entered into the registry first.
    """

    def decide(state: Request) -> tuple[Fact, ...]:
        content, version = registry.extract(
            facts,
            subject=state.draft.subject,
            form=state.draft.form,
            include_post_bans=state.draft.include_post_bans,
            act=act,
        )
        return request_processing.record_result(
            state,
            act=act,
            result=Result(content["result"]),
            record_version=version,
            calendar=calendar,
            explanation=explanation,
        )

    return take(facts, request, act, decide, calendar=calendar, idempotency=idempotency)


def accept_withdrawal(
    facts: FactStore, *, request: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Give an accepted request back to the citizen."""
    return take(
        facts, request, act,
        lambda state: request_processing.accept_withdrawal(state, act=act),
        idempotency=idempotency,
    )  # fmt: skip


def stop(
    facts: FactStore,
    *,
    request: UUID,
    ground: str,
    explanation: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """End processing without a result."""
    return take(
        facts, request, act,
        lambda state: request_processing.stop(
            state, act=act, ground=ground, explanation=explanation
        ),
        idempotency=idempotency,
    )  # fmt: skip


def refuse(
    facts: FactStore,
    *,
    request: UUID,
    ground: RefusalGround,
    explanation: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Refuse in writing, with reasons."""
    return take(
        facts, request, act,
        lambda state: request_processing.refuse(
            state, act=act, ground=ground, explanation=explanation
        ),
        idempotency=idempotency,
    )  # fmt: skip


def order_refund(
    facts: FactStore, *, request: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Order the fee back where the request ended without a result."""
    return take(
        facts, request, act,
        lambda state: request_processing.order_refund(state, act=act), idempotency=idempotency,
    )  # fmt: skip


def complete_refund(
    facts: FactStore,
    *,
    request: UUID,
    cancelled_receipt: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record that the fee went back and the receipt is cancelled."""
    return take(
        facts, request, act,
        lambda state: request_processing.complete_refund(
            state, act=act, cancelled_receipt=cancelled_receipt
        ),
        idempotency=idempotency,
    )  # fmt: skip


def recompute_deadline(
    facts: FactStore, *, request: UUID, act: Act, calendar: WorkingCalendar
) -> Receipt:
    """Move the day by a changed calendar; nothing happens if it stays the same."""
    return take(
        facts, request, act,
        lambda state: request_processing.recompute_deadline(state, act=act, calendar=calendar),
        calendar=calendar,
    )  # fmt: skip


def extend_deadline(
    facts: FactStore,
    *,
    request: UUID,
    days: int,
    act: Act,
    calendar: WorkingCalendar,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Move the day by an incident of so many days."""
    return take(
        facts, request, act,
        lambda state: request_processing.extend_deadline(
            state, act=act, days=days, calendar=calendar
        ),
        calendar=calendar, idempotency=idempotency,
    )  # fmt: skip


def note_missed(facts: FactStore, *, request: UUID, act: Act) -> Receipt:
    """Note that the appointed day went by; nothing happens if it has not, or is noted."""
    return take(facts, request, act, lambda state: request_processing.note_missed(state, act=act))


def apologise(
    facts: FactStore,
    *,
    request: UUID,
    promised_on: date,
    letter: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Record a letter of apology for a missed day, with the day now promised."""
    return take(
        facts, request, act,
        lambda state: request_processing.apologise(
            state, act=act, promised_on=promised_on, letter=letter
        ),
        idempotency=idempotency,
    )  # fmt: skip
