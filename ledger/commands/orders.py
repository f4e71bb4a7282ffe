"""Commands on written orders of procedural agencies to see a health book."""

from typing import cast
from uuid import UUID

from ledger.commands.deciding import check_known, take
from ledger.facts import Act, FactStore, History, Receipt
from ledger.identifiers import health_book_stream, written_order_stream
from ledger.records import written_order
from ledger.records.written_order import Orders, OrderTerms


def load_orders(facts: FactStore, subject: UUID) -> Orders:
    """Return the orders about a person."""
    return _folded(facts.history(written_order_stream(subject)))


def _folded(history: History) -> Orders:
    return written_order.fold(cast("tuple[written_order.Fact, ...]", history.facts))


def record(facts: FactStore, *, subject: UUID, order: UUID, terms: OrderTerms, act: Act) -> Receipt:
    """Record an order that an officer has seen; ``order`` is a new random identifier.

    Raises:
        InvalidInputError: A part has the wrong form.
        NotFoundError: There is no such person.
    """
    check_known(facts, subject, book=health_book_stream(subject))
    return take(
        facts, written_order_stream(subject),
        lambda _: (written_order.record(order=order, terms=terms, at=act.at),),
        subject=subject, act=act,
    )  # fmt: skip


def end(facts: FactStore, *, subject: UUID, order: UUID, act: Act) -> Receipt:
    """End an order before its time.

    Raises:
        RefusedError: ``unknown_order``.
    """
    return take(
        facts, written_order_stream(subject),
        lambda history: written_order.end(_folded(history), order=order),
        subject=subject, act=act,
    )  # fmt: skip
