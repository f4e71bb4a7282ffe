"""What is asked of a health book in an address: whose, which moment, which page; and how that ends.

Everything else is refused: an address that is not understood could show more than was meant.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import Request, Response

from ledger.calendar import VIETNAM_TIME, local_day
from ledger.commands.reading import Moments
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.records.access import RecordKind
from ledger.records.book_access import NO_GROUND
from verify_api.books import HealthBooks, Opened, ShownBook
from verify_api.callers import Caller
from verify_api.errors import ForbiddenError, MalformedRequestError
from verify_api.ports import Seen

ME: Final = "me"
MOST: Final = 200
"""Entries a page."""
USUAL: Final = 50
_DAY: Final = len("2026-11-24")

T = TypeVar("T")


def subject_of(who: str, caller: Caller) -> UUID:
    """Return whose book ``who`` means: a pseudonym, or ``me``.

    Raises:
        NotFoundError: It is no pseudonym, or the caller has no book.
    """
    if who == ME:
        if caller.subject is None:
            raise NotFoundError("this account belongs to nobody who has a book")
        return caller.subject
    try:
        return UUID(who)
    except ValueError:
        raise NotFoundError("no book is known under this reference") from None


def opened_for(books: HealthBooks, caller: Caller, subject: UUID, at: datetime) -> Opened:
    """Return what the caller may read of a book.

    Raises:
        ForbiddenError: Nothing; the same words whether there is such a book or not.
    """
    try:
        return books.open(caller, subject, at=at)
    except RefusedError as error:
        if error.rule != NO_GROUND:
            raise
        raise ForbiddenError(str(error)) from error


def seen(opened: Opened, kind: RecordKind = RecordKind.HEALTH_BOOK) -> tuple[Seen, ...]:
    """Return the looks that have to be recorded before anything of the book leaves.

    One for each ground: who read one part because they treat and another by a consent did both.
    """
    return tuple(
        Seen(kind, opened.subject, legal_basis=ground.basis.value, basis=ground.reference)
        for ground in opened.grounds
    )


def only(request: Request, names: Collection[str]) -> None:
    """Refuse parameters that this address does not take, and one that comes twice.

    Raises:
        MalformedRequestError: ``unknown_parameter`` or ``repeated_parameter``.
    """
    for name, values in request.args.lists():
        if name not in names:
            expected = ", ".join(sorted(names)) or "none"
            raise MalformedRequestError("unknown_parameter", f"expected parameters: {expected}")
        if len(values) > 1:
            raise MalformedRequestError("repeated_parameter", f"{name}: expected once")


def moments_of(request: Request, at: datetime) -> Moments:
    """Return the state of the book that ``as_of`` and ``effective`` ask for.

    Raises:
        InvalidInputError: One is no time, or lies ahead.
    """
    as_of, effective = request.args.get("as_of"), request.args.get("effective")
    return moments_from(as_of, effective, at)


def moments_from(as_of: str | None, effective: str | None, at: datetime) -> Moments:
    """Return the state of the book at these times, as typed; None: now.

    Raises:
        InvalidInputError: One is no time, or lies ahead.
    """
    return Moments(
        None if as_of is None else _past(as_of, at),
        None if effective is None else _day(effective, "effective"),
    )


def _past(typed: str, at: datetime) -> datetime:
    """Return a time with its zone, or the end of a day in Vietnam."""
    try:
        if len(typed) == _DAY:
            named = date.fromisoformat(typed)
            day = named + timedelta(days=1)
            moment = datetime(day.year, day.month, day.day, tzinfo=VIETNAM_TIME)
            moment -= timedelta(seconds=1)
            moment = min(moment, at) if named == local_day(at) else moment
        else:
            moment = datetime.fromisoformat(typed.replace(" ", "+"))  # a plus in an address
    except (ValueError, OverflowError):
        moment = at.replace(tzinfo=None)
    if moment.tzinfo is None:
        expected = "a time with its zone as 2026-11-24T09:00:00+07:00, or a day"
        raise InvalidInputError("as_of", "time_form", expected)
    if moment > at:
        raise InvalidInputError("as_of", "in_the_future", "a time up to now")
    return moment


def _day(typed: str, place: str) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.max
    if day == date.max or len(typed) != _DAY:
        raise InvalidInputError(place, "day_form", "a day as 2026-11-24")
    return day


def count_of(request: Request, name: str = "count") -> int:
    """Return how many entries a page is to have.

    Raises:
        InvalidInputError: No number from 1 to `MOST`.
    """
    typed = request.args.get(name, str(USUAL))
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else 0  # noqa: PLR2004 (digits)
    if not 1 <= count <= MOST:
        raise InvalidInputError(name, "page_size", f"a number from 1 to {MOST}")
    return count


@dataclass(frozen=True, slots=True)
class Paged:
    """One page, and the cursor of the next; None on the last."""

    first: int
    """How many entries come before it."""
    count: int
    after: str | None


def page_of(keys: Sequence[str], request: Request, *, count: int) -> Paged:
    """Return the page behind the entry that the cursor names, whatever has come before it since.

    Raises:
        InvalidInputError: ``cursor_unknown``: no entry of this list.
    """
    cursor = request.args.get("cursor")
    first = 0
    if cursor is not None:
        try:
            first = keys.index(cursor) + 1
        except ValueError:
            raise InvalidInputError("cursor", "cursor_unknown", "the cursor of a page") from None
    more = len(keys) > first + count
    return Paged(first, count, keys[first + count - 1] if more else None)


def next_address(request: Request, after: str | None, as_of: datetime) -> str | None:
    """Return the address of the next page: of the same moment, so that pages fit together."""
    if after is None:
        return None
    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    kept.setdefault("as_of", as_of.isoformat())
    return f"{request.path}?{urlencode({**kept, 'cursor': after})}"


def tagged(
    answer: Response, shown: ShownBook, request: Request, beside: Sequence[object] = ()
) -> Response:
    """Give the answer its entity tag; one that is known already becomes 304, without content.

    The tag changes with the facts, with what the reader may see of them, and with each paper and
    file beside it: a paper lapses at a midnight without any fact.
    """
    limits = [*sorted(shown.opened.withheld), *sorted(map(str, shown.opened.closed))]
    scope = "|".join([*limits, *map(repr, beside)])
    digest = sha256(scope.encode()).hexdigest()[:8]
    answer.set_etag(f"{shown.revision}-{digest}", weak=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request.environ)
    return answer
