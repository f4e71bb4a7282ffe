"""A person's right to be forgotten: from their granted request to the erasure, and where it stands.

The link is a fact on the request's own stream, in one transaction with the erasure that was asked
for. Two other officers approve that; the request ends with the receipt of the destroyed keys.
"""

from collections.abc import Iterable
from typing import cast
from uuid import UUID

from ledger.commands.erasure import RetainedHealth, circumstances, nobody_can_say
from ledger.commands.erasure import load as load_erasure
from ledger.commands.loading import unchanged, until_settled
from ledger.commands.rights import erasure_refused
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore, Receipt
from ledger.identifiers import rights_stream
from ledger.personal import Purpose
from ledger.records import rights
from ledger.records.erasure import decisions as erasures
from ledger.records.erasure.decisions import ErasureRequest
from ledger.records.erasure.facts import ErasureRefused
from ledger.records.rights import Rights


def hand_on(
    facts: FactStore,
    *,
    subject: UUID,
    request: UUID,
    erasure: UUID,
    purposes: Iterable[Purpose],
    legal_basis: str,
    act: Act,
    health: RetainedHealth = nobody_can_say,
) -> None:
    """Grant a person's request to erase: ask for the erasure, as the act's actor.

    That data must stay is recorded, then raised: the request is open still, and is refused in words
    or, once nothing must stay any more, handed on again.

    Args:
        facts: The ledger.
        subject: Who asked to be forgotten.
        request: Their request.
        erasure: A new random identifier; sent again, it is one.
        purposes: What the data is kept for.
        legal_basis: The law's name and article.
        act: By the officer who grants it, and so approves nothing.
        health: Knows how long the law keeps health data.

    Raises:
        InvalidInputError: No purpose, or no legal basis.
        NotFoundError: There is no such person.
        RefusedError: ``unknown_request``, ``request_ended``, ``no_request_to_erase``,
            ``erasure_under_way``; and what `ledger.commands.erasure.request_erasure` refuses.
    """
    wanted = tuple(purposes)
    around = circumstances(facts, subject, act, health)

    def attempt() -> ErasureRefused | None:
        history = facts.history(rights_stream(subject))
        known: Rights = rights.fold(cast("tuple[rights.Fact, ...]", history.facts))
        link = rights.hand_on(
            known, request=request, erasure=erasure,
            former_refused=erasure_refused(facts, subject, known, request),
        )  # fmt: skip
        asked_before, state = load_erasure(facts, subject)
        decided = erasures.request(
            state, request=erasure, purposes=wanted, legal_basis=legal_basis, by=act.actor,
            circumstances=around,
        )  # fmt: skip
        if link and decided:
            facts.append(
                act,
                history.then(*link, subject=subject),
                asked_before.then(*decided, subject=subject),
            )
        return next((one for one in decided if isinstance(one, ErasureRefused)), None)

    refused = until_settled(attempt)
    if refused is not None:
        raise RefusedError(refused.rule, erasures.must_stay_words(refused.purposes, around))


def withdraw(facts: FactStore, *, subject: UUID, request: UUID, act: Act) -> Receipt:
    """Let a person take back a request of theirs; an erasure that it led to is stopped with it.

    Raises:
        RefusedError: ``unknown_request``, ``request_ended``, or ``erasure_approved``: an officer
            has approved the erasure already.
    """

    def attempt() -> Receipt:
        history = facts.history(rights_stream(subject))
        known = rights.fold(cast("tuple[rights.Fact, ...]", history.facts))
        ended = rights.withdraw(known, request=request)
        if not ended:
            return unchanged(history)
        changes = [history.then(*ended, subject=subject)]
        erasure = known.requests[request].erasure
        if erasure is not None:
            asked, state = load_erasure(facts, subject)
            stopped = erasures.withdraw(state, request=erasure)
            if stopped:
                changes.append(asked.then(*stopped, subject=subject))
        return facts.append(act, *changes)

    return until_settled(attempt)


def erasures_of(facts: FactStore, subject: UUID, known: Rights) -> dict[UUID, ErasureRequest]:
    """Return by request the erasure to which it was handed on, as it stands."""
    handed_on = {
        request: one.erasure for request, one in known.requests.items() if one.erasure is not None
    }
    if not handed_on:
        return {}
    _, state = load_erasure(facts, subject)
    return {request: state.requests[erasure] for request, erasure in handed_on.items()}
