"""Pages of a search: each begins behind the entry that ended the one before, wherever that is."""

from uuid import UUID

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from ledger.clinical.book import Event, Item, Known
from ledger.clinical.entry import Entry, Kind, Status
from ledger.errors import InvalidInputError
from verify_api.fhir_search import in_order, page_in

ANN, VISIT = UUID(int=1), UUID(int=2)


def item(position: int, place: int, number: str) -> Item:
    entry = Entry(Kind.PROBLEM, "Condition", number, place, Status.ACTIVE)
    source = Known(VISIT, 1, Event.RECORDED, ANN, "79A02", position, 0, 1, (entry,))
    return Item(entry, source, Status.ACTIVE, 1)


def asked(cursor: str | None) -> Request:
    query = {} if cursor is None else {"cursor": cursor}
    return Request(EnvironBuilder(query_string=query).get_environ())


PLACES = st.sets(
    st.builds(
        item, st.integers(1, 4), st.integers(0, 2), st.sampled_from(["a", "b", "c"])
    ),
    max_size=20,
)  # fmt: skip


@given(PLACES, st.integers(1, 5))
def test_the_pages_together_are_the_whole(items: set[Item], count: int) -> None:
    whole = in_order(items)
    paged: list[Item] = []
    cursor: str | None = None
    while True:
        page = page_in(whole, asked(cursor), count=count)
        paged += whole[page.first : page.first + count]
        cursor = page.after
        if cursor is None:
            break
    assert paged == whole


@given(PLACES, st.sampled_from(["", "1", "1.0.x", "-1.0." + "0" * 64, "٣.0." + "0" * 64]))
def test_a_cursor_that_no_page_gave_is_refused(items: set[Item], cursor: str) -> None:
    with pytest.raises(InvalidInputError):
        page_in(in_order(items), asked(cursor), count=2)


def test_a_cursor_of_an_entry_that_is_not_in_the_list_is_refused() -> None:
    whole = [item(1, 0, "a"), item(1, 0, "b"), item(2, 0, "a")]
    after = page_in(whole, asked(None), count=2).after
    with pytest.raises(InvalidInputError):
        page_in([whole[0], whole[2]], asked(after), count=2)
