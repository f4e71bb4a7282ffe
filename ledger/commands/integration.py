"""In which apps a person sees their health book (*tích hợp sổ sức khỏe điện tử*)."""

from typing import cast
from uuid import UUID

from ledger.commands.deciding import take
from ledger.facts import Act, FactStore, History, Receipt
from ledger.identifiers import health_book_stream
from ledger.records.health_book import book
from ledger.records.health_book.book import HealthBook
from ledger.records.health_book.facts import Fact


def integrate(facts: FactStore, *, subject: UUID, app: str, act: Act) -> Receipt:
    """Record that the person sees their book in ``app``, and open it if there is none.

    Raises:
        InvalidInputError: ``app_name``.
    """

    def decide(history: History) -> tuple[Fact, ...]:
        state = _folded(history)
        return (*book.open_book(state), *book.integrate(state, app=app))

    return take(facts, health_book_stream(subject), decide, subject=subject, act=act)


def end_integration(facts: FactStore, *, subject: UUID, app: str, act: Act) -> Receipt:
    """Record that the book is no longer shown in ``app``."""
    return take(
        facts, health_book_stream(subject),
        lambda history: book.end_integration(_folded(history), app=app),
        subject=subject, act=act,
    )  # fmt: skip


def _folded(history: History) -> HealthBook:
    return book.fold(cast("tuple[Fact, ...]", history.facts))
