"""How many people live where: from the country's population and each province's part."""

from datetime import date

from projections.populations import populations
from verify_api.desk.country import Assumptions

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def test_provinces_have_their_parts_of_the_population() -> None:
    assumed = Assumptions(population=100_306_000)
    assert assumed.people(BEFORE) == 100_306_000
    assert assumed.people(BEFORE, ["01"]) == 8_587_100
    assert assumed.people(BEFORE, ["01", "46"]) == 8_587_100 + 1_166_500


def test_a_population_that_is_not_set_is_not_known() -> None:
    assert Assumptions().people(BEFORE) is None
    assert Assumptions().people(BEFORE, ["01"]) is None


def test_nothing_is_said_of_a_province_whose_area_has_changed() -> None:
    assumed = Assumptions(population=100_306_000)
    assert assumed.people(AFTER, ["08"]) is None
    assert assumed.people(AFTER, ["01", "08"]) is None
    assert assumed.people(AFTER, ["01"]) == 8_587_100


def test_the_table_has_every_province_of_then_with_its_source() -> None:
    table = populations()
    assert len(table.people) == 63
    assert table.country == 100_306_000
    assert len(table.merged) == 52
    assert "2023" in table.source
