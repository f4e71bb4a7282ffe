"""Which entries a FHIR search means: by type, time, code; by when they were recorded; its pages.

What a parameter does not say exactly is refused: a search that quietly ignores one finds too much.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from flask import Request

from ledger.clinical.book import Book, Item
from ledger.clinical.book_papers import BookPaper
from ledger.clinical.made_resources import fhir_id
from ledger.clinical.moments import seconds, span
from ledger.clinical.paper_resources import paper_type
from ledger.errors import InvalidInputError
from verify_api.book_questions import Paged

PARAMETERS: Final = frozenset({"patient", "_lastUpdated", "date", "code", "_count", "cursor"})
_PREFIXES: Final = ("eq", "ge", "gt", "le", "lt", "sa", "eb")
_SYSTEM_AND_CODE: Final = 2
T = TypeVar("T")
Test = Callable[[Item], bool]


def found(book: Book, kind: str, request: Request) -> list[Item]:
    """Return the entries of type ``kind`` that the request's parameters mean, oldest first.

    Raises:
        InvalidInputError: A time or a code that cannot be read.
    """
    tests: list[Test] = [lambda item: item.entry.type == kind]
    asked = request.args
    tests += [_in_time(typed, "date", _happened) for typed in asked.getlist("date")]
    tests += [_in_time(typed, "_lastUpdated", _recorded) for typed in asked.getlist("_lastUpdated")]
    tests += [_coded(typed) for typed in asked.getlist("code")]
    return in_order(item for item in book.items if all(test(item) for test in tests))


def found_papers(papers: Iterable[BookPaper], kind: str, request: Request) -> tuple[BookPaper, ...]:
    """Return the papers of type ``kind`` that the request's parameters mean, oldest first.

    A paper happened, and was recorded, when it was issued; it has no code.

    Raises:
        InvalidInputError: A time that cannot be read.
    """
    asked = request.args
    if asked.getlist("code"):
        return ()
    tests = [
        _in_time(typed, name, _issued) for name in ("date", "_lastUpdated")
        for typed in asked.getlist(name)
    ]  # fmt: skip
    meant = (one for one in papers if paper_type(one) == kind)
    shown = [one for one in meant if all(test(one) for test in tests)]
    return tuple(sorted(shown, key=lambda one: (one.issued_at, str(one.reference))))


def _issued(paper: BookPaper) -> int:
    return seconds(paper.issued_at)


def in_order(items: Iterable[Item]) -> list[Item]:
    """Return ``items`` in the order in which they were recorded: the order of pages."""
    return sorted(items, key=_recorded_order)


def _recorded_order(item: Item) -> tuple[int, int, tuple[str, str, str]]:
    return *_place(item), item.key


def page_in(items: Sequence[Item], request: Request, *, count: int) -> Paged:
    """Return the page of ``items``, which are `in_order`, behind the one that the cursor names.

    A cursor says where its entry was recorded, so that a page names its own entries alone, however
    long the book is.

    Raises:
        InvalidInputError: ``cursor_unknown``: no entry of this list.
    """
    cursor = request.args.get("cursor")
    first = 0 if cursor is None else _behind(items, cursor)
    more = len(items) > first + count
    return Paged(first, count, _cursor(items[first + count - 1]) if more else None)


def _cursor(item: Item) -> str:
    return f"{item.source.position}.{item.entry.place}.{fhir_id(item)}"


def _behind(items: Sequence[Item], cursor: str) -> int:
    form = _CURSOR.fullmatch(cursor)
    if form is not None:
        place = int(form[1]), int(form[2])
        for number in range(bisect_left(items, place, key=_place), len(items)):
            if _place(items[number]) != place:
                break
            if _cursor(items[number]) == cursor:
                return number + 1
    raise InvalidInputError("cursor", "cursor_unknown", "the cursor of a page")


_CURSOR: Final = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})\.[0-9a-f-]{64}", re.ASCII)


def _place(item: Item) -> tuple[int, int]:
    return item.source.position, item.entry.place


def _happened(item: Item) -> int | None:
    return item.entry.at


def _recorded(item: Item) -> int | None:
    return item.source.recorded_at


def _in_time(typed: str, name: str, time: Callable[[T], int | None]) -> Callable[[T], bool]:
    """Return the test of a time with a prefix; what has no time passes none."""
    prefix = typed[:2] if typed[:2] in _PREFIXES else ""
    asked = span(typed[len(prefix) :].replace(" ", "+"))
    if asked is None:
        raise InvalidInputError(name, "time_form", "eq, ge, gt, le or lt and a date or time")
    first, after = asked
    compare = _COMPARISONS[prefix or "eq"]

    def test(one: T) -> bool:
        at = time(one)
        return at is not None and compare(at, first, after)

    return test


_COMPARISONS: Final[Mapping[str, Callable[[int, int, int], bool]]] = {
    "eq": lambda at, first, after: first <= at < after,
    "ge": lambda at, first, _after: at >= first,
    "gt": lambda at, _first, after: at >= after,
    "sa": lambda at, _first, after: at >= after,
    "le": lambda at, _first, after: at < after,
    "lt": lambda at, first, _after: at < first,
    "eb": lambda at, first, _after: at < first,
}


def _coded(typed: str) -> Test:
    """Return the test of ``code`` or ``system|code``, several with commas between."""
    wanted = [one.split("|") for one in typed.split(",")]
    if not all(one[-1] and len(one) <= _SYSTEM_AND_CODE for one in wanted):
        raise InvalidInputError("code", "token_form", "code or system|code, commas between")

    def test(item: Item) -> bool:
        return any(
            coding.code == one[-1] and (len(one) == 1 or coding.system == one[0])
            for coding in item.entry.codings
            for one in wanted
        )

    return test
