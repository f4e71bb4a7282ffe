from dataclasses import replace
from datetime import date

import pytest

from ledger.errors import RefusedError
from ledger.records.seal import DaySealed, SealedHeads, SealedLog, SealedView, seal

DAY = date(2026, 11, 23)
NEXT = date(2026, 11, 24)
HEADS = SealedHeads(position=10, count=4, root=b"r" * 32, scheme=2)
LOG = SealedLog(size=9, root=b"l" * 32)
FIRST = DaySealed(DAY, (), HEADS, LOG)


def test_a_first_day_is_sealed_with_its_views_in_order() -> None:
    views = [SealedView(name, 1, 10, 3, b"v" * 32) for name in ("work_queue", "figures")]
    made = seal(None, day=DAY, views=views, heads=HEADS, log=None)
    assert [one.name for one in made.views] == ["figures", "work_queue"]
    assert made.log is None


def test_a_quiet_day_is_sealed_as_the_one_before() -> None:
    assert seal(FIRST, day=NEXT, views=(), heads=HEADS, log=LOG).heads == HEADS


@pytest.mark.parametrize("day", [DAY, date(2026, 11, 22)])
def test_a_day_is_sealed_once_and_none_before_it(day: date) -> None:
    with pytest.raises(RefusedError) as refused:
        seal(FIRST, day=day, views=(), heads=HEADS, log=LOG)
    assert refused.value.rule == "day_sealed"


@pytest.mark.parametrize(
    ("heads", "log"),
    [
        (replace(HEADS, position=9), LOG),
        (HEADS, replace(LOG, size=8)),
        (HEADS, None),
    ],
)
def test_a_state_that_went_back_is_not_made_the_truth(
    heads: SealedHeads, log: SealedLog | None
) -> None:
    with pytest.raises(RefusedError) as refused:
        seal(FIRST, day=NEXT, views=(), heads=heads, log=log)
    assert refused.value.rule == "seal_goes_back"
