"""Commands about who has a file: take it, take it over, give it to a colleague, give it back.

Which accounts are colleagues the ledger does not know: whoever calls has looked that up.
"""

from collections.abc import Callable
from uuid import UUID

from ledger.certificates import request_custody
from ledger.certificates.request import Request, has_ended
from ledger.certificates.request_custody import Custody, Fact, Reason
from ledger.certificates.request_rules import Rule
from ledger.commands.requests import Decide, take
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore, Idempotency, Receipt


def take_file(
    facts: FactStore,
    *,
    request: UUID,
    act: Act,
    reason: Reason | None = None,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Take a file from the queue, or for a ``reason`` over from a colleague.

    Raises:
        RefusedError: As of `request_custody.take`, or `Rule.PROCESSING_ENDED`.
    """
    decide = _open(lambda custody: request_custody.take(custody, act=act, reason=reason))
    return take(facts, request, act, decide, idempotency=idempotency)


def hand_over(
    facts: FactStore,
    *,
    request: UUID,
    officer: str,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Give a file to ``officer``, the account of a colleague of the same role and authority.

    Raises:
        RefusedError: As of `request_custody.hand_over`, or `Rule.PROCESSING_ENDED`.
    """
    decide = _open(lambda custody: request_custody.hand_over(custody, act=act, officer=officer))
    return take(facts, request, act, decide, idempotency=idempotency)


def give_back(
    facts: FactStore, *, request: UUID, act: Act, idempotency: Idempotency | None = None
) -> Receipt:
    """Give a file back to the queue.

    Raises:
        RefusedError: As of `request_custody.give_back`, or `Rule.PROCESSING_ENDED`.
    """
    decide = _open(lambda custody: request_custody.give_back(custody, act=act))
    return take(facts, request, act, decide, idempotency=idempotency)


def assign(
    facts: FactStore,
    *,
    request: UUID,
    desk: str,
    officer: str,
    reason: Reason,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Give a file to ``officer`` as an administrator, whoever has it at that desk.

    Raises:
        RefusedError: As of `request_custody.assign`, or `Rule.PROCESSING_ENDED`.
    """
    decide = _open(
        lambda custody: request_custody.assign(
            custody, act=act, desk=desk, officer=officer, reason=reason
        )
    )
    return take(facts, request, act, decide, idempotency=idempotency)


def _open(decide: Callable[[Custody], tuple[Fact, ...]]) -> Decide:
    """Return the decision about a file that is still worked on."""

    def decided(state: Request) -> tuple[Fact, ...]:
        if has_ended(state):
            raise RefusedError(Rule.PROCESSING_ENDED, f"a file in {state.stage}")
        return decide(state.custody)

    return decided
