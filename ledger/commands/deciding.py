"""Load a stream of one person, decide, append; decide anew when somebody was faster."""

from collections.abc import Callable
from uuid import UUID

from ledger.commands.loading import answered, unchanged, until_settled
from ledger.errors import NotFoundError
from ledger.facts import Act, Fact, FactStore, History, Idempotency, Receipt


def take(
    facts: FactStore,
    stream: UUID,
    decide: Callable[[History], tuple[Fact, ...]],
    *,
    subject: UUID,
    act: Act,
    idempotency: Idempotency | None = None,
) -> Receipt:
    """Append what ``decide`` returns for the stream as it stands.

    Raises:
        ConflictError: Somebody was faster every time.
    """

    def attempt() -> Receipt:
        if answer := answered(facts, idempotency):
            return answer
        history = facts.history(stream)
        decided = decide(history)
        if not decided:
            return unchanged(history)
        change = history.then(*decided, subject=subject)
        return facts.append(act, change, idempotency=idempotency)

    return until_settled(attempt)


def check_known(facts: FactStore, subject: UUID, *, book: UUID) -> None:
    """Refuse to write about somebody whom the ledger does not know.

    Raises:
        NotFoundError: They are neither registered, nor have they a health book.
    """
    if not facts.tip(subject).version and not facts.tip(book).version:
        raise NotFoundError("no person is known under this reference")
