"""A view's digest: a changed row is in one bucket, and the order of keys is all that counts."""

import random
from typing import Any, NamedTuple

import pytest

from ledger.transparency.merkle import leaf_hash, root_of
from projections.view import Table, View
from projections.view_digests import BUCKETS, bucket_of, differing, digest_of, root_over


class Row(NamedTuple):
    name: str
    amount: int
    note: bytes | None


TABLE = Table("things", Row)
VIEW = View("things", 1, (TABLE,), {})


def rows(count: int = 300) -> list[list[Any]]:
    dice = random.Random(7)
    return [["things", f"{number:05}", dice.randrange(9), None] for number in range(count)]


def test_each_changed_column_changes_one_bucket() -> None:
    before = digest_of(VIEW, rows())
    for number in range(0, 300, 37):
        for column, value in ((2, 99), (3, b""), (3, b"x")):
            changed = rows()
            changed[number][column] = value
            after = digest_of(VIEW, changed)
            assert after.root != before.root
            assert differing(before.buckets, after.buckets) == [bucket_of(changed[number][:2])]


def test_a_row_more_or_less_changes_its_bucket() -> None:
    before = digest_of(VIEW, rows())
    fewer = digest_of(VIEW, rows()[1:])
    assert (before.rows, fewer.rows) == (300, 299)
    assert differing(before.buckets, fewer.buckets) == [bucket_of(["things", "00000"])]


def test_no_rows_have_a_digest_too() -> None:
    empty = digest_of(VIEW, [])
    assert empty.rows == 0
    assert len(empty.buckets) == 32 * BUCKETS
    assert empty.root == root_over(empty.buckets)


@pytest.mark.parametrize("count", [0, 1, 300, 20_000])
def test_the_root_is_that_of_the_logs_tree_over_the_buckets(count: int) -> None:
    digest = digest_of(VIEW, rows(count))
    buckets = [digest.buckets[at : at + 32] for at in range(0, 32 * BUCKETS, 32)]
    assert digest.root == root_of(map(leaf_hash, buckets))


@pytest.mark.parametrize("values", [(["a"], ["a", "b"]), (["ab", "c"], ["a", "bc"])])
def test_parts_of_keys_do_not_run_into_one_another(values: tuple[list[str], list[str]]) -> None:
    one, other = values
    table = Table("pairs", Row, keys=2)
    view = View("pairs", 1, (table,), {})
    digests = {digest_of(view, [["pairs", *row, 0, None]]).root for row in (one, other)}
    assert len(digests) == 2


def test_keys_are_spread_over_all_buckets() -> None:
    used = {bucket_of(["things", str(number)]) for number in range(60_000)}
    assert len(used) == BUCKETS
