"""How a list is sorted by its address: which columns it has, in which order, and what links say.

    COLUMNS = (Column("since", SINCE, sortable=True), Column("stage", STAGE))
    order = read_order(request.args.get("order"), COLUMNS)
    page(…, columns=columns(COLUMNS, order, "/work", {"state": state}, tongue))

Sorting itself is the query's work: a page of a long list cannot be sorted after it was read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from ledger.certificates.kind import Wording
from verify_api.errors import MalformedRequestError


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list."""

    name: str
    """As the address names it."""
    title: Wording
    sortable: bool = False
    number: bool = False
    """Whether it holds figures, which stand under one another by their last digit."""


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and which way."""

    by: str
    descending: bool = False

    def text(self) -> str:
        """Return it as an address says it: ``since``, or ``-since`` from the end."""
        return f"-{self.by}" if self.descending else self.by


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column as ``parts/tables.html`` draws it."""

    title: str
    number: bool
    sort: str = ""
    """The address that sorts by it, the other way round if it is sorted by already."""
    order: str = ""
    """``ascending``, ``descending`` or empty: what ``aria-sort`` says."""


def read_order(typed: str | None, columns: Sequence[Column]) -> Order:
    """Return the order that an address asks for; the first sortable column if it asks for none.

    Raises:
        MalformedRequestError: ``typed`` names no sortable column.
    """
    names = [column.name for column in columns if column.sortable]
    if typed is None:
        return Order(names[0])
    order = Order(typed.removeprefix("-"), descending=typed.startswith("-"))
    if order.by not in names:
        expected = ", ".join(names)
        raise MalformedRequestError("order", f"order: expected one of {expected}, or -{names[0]}")
    return order


def columns(
    columns: Sequence[Column], order: Order, path: str, kept: Mapping[str, str], language: str
) -> list[ShownColumn]:
    """Return the columns with the links that sort by them.

    Args:
        columns: All, from left to right.
        order: How the list is sorted now.
        path: The list's own address.
        kept: What else its address says, such as a filter; not the place of a page.
        language: ``vi`` or ``en``.
    """
    return [_shown(column, order, path, kept, language) for column in columns]


def _shown(
    column: Column, order: Order, path: str, kept: Mapping[str, str], language: str
) -> ShownColumn:
    title = column.title.of(language)
    if not column.sortable:
        return ShownColumn(title, column.number)
    here = column.name == order.by
    turned = Order(column.name, descending=here and not order.descending)
    said = ("descending" if order.descending else "ascending") if here else ""
    address = f"{path}?{urlencode({**kept, 'order': turned.text()})}"
    return ShownColumn(title, column.number, address, said)
