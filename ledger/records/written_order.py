"""Written orders of procedural agencies to see a health book: one stream a person. Facts, state.

That there is one tells of an investigation: everything about it is sealed as judicial data.

Source: Law 15/2023/QH15 on medical examination and treatment, article 69 (access to records by
investigation, prosecution and trial bodies); Law 91/2025/QH15, article 19.1.c.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from ledger.categories import Category
from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import CODE
from ledger.names import check_text
from ledger.personal import Erased, Judicial

LONGEST: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What an agency may see."""

    agency: str
    """Code of the organisation."""
    number: str
    """Of the order, as it stands on the paper."""
    categories: tuple[Category, ...]
    until: datetime
    """Exclusive."""


@dataclass(frozen=True, slots=True)
class OrderRecorded:
    """An officer has seen the order and recorded it."""

    order: UUID
    terms: Judicial[OrderTerms]


@dataclass(frozen=True, slots=True)
class OrderEnded:
    """It was carried out or taken back before its time."""

    order: UUID


Fact: TypeAlias = OrderRecorded | OrderEnded

TOPICS: dict[str, type] = {
    "written_order.recorded/1": OrderRecorded,
    "written_order.ended/1": OrderEnded,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order."""

    recorded: OrderRecorded
    ended: bool = False


Orders: TypeAlias = tuple[Order, ...]


def fold(facts: Iterable[Fact]) -> Orders:
    """Return the orders about a person, oldest first."""
    found: dict[UUID, Order] = {}
    for fact in facts:
        match fact:
            case OrderRecorded():
                found[fact.order] = Order(fact)
            case OrderEnded():
                found[fact.order] = replace(found[fact.order], ended=True)
            case _:
                assert_never(fact)
    return tuple(found.values())


def in_force(state: Orders, *, agency: str | None, at: datetime) -> tuple[Order, ...]:
    """Return the orders by which ``agency`` may read at ``at``."""
    return tuple(
        one
        for one in state
        if not one.ended
        and not isinstance(one.recorded.terms, Erased)
        and one.recorded.terms.agency == agency
        and at < one.recorded.terms.until
    )


def record(*, order: UUID, terms: OrderTerms, at: datetime) -> OrderRecorded:
    """Return the order.

    Raises:
        InvalidInputError: A part has the wrong form; names the place.
    """
    CODE.check(terms.agency, place="agency")
    check_text(terms.number, place="number", longest=80)
    if not terms.categories:
        raise InvalidInputError("categories", "categories_empty", "at least one category")
    if not at < terms.until <= at + LONGEST:
        raise InvalidInputError("until", "order_time", "a time within the next 90 days")
    return OrderRecorded(order, replace(terms, categories=tuple(sorted(set(terms.categories)))))


def end(state: Orders, *, order: UUID) -> tuple[OrderEnded, ...]:
    """Return the end; nothing if it has ended.

    Raises:
        RefusedError: ``unknown_order``.
    """
    known = next((one for one in state if one.recorded.order == order), None)
    if known is None:
        raise RefusedError("unknown_order", "no such order is on record")
    return () if known.ended else (OrderEnded(order),)
