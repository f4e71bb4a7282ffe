"""What pages make of a book: times in words, timelines filtered, vital signs as series."""

from datetime import date
from uuid import UUID

import pytest

from ledger.clinical.book import Event, Item, Known
from ledger.clinical.entry import Coding, Entry, Kind, Part, Status
from ledger.clinical.moments import span
from ledger.errors import InvalidInputError
from verify_api.my_health.filters import LONGEST, Asked, matching, read_asked
from verify_api.my_health.sent_times import sent_words
from verify_api.my_health.shown_entries import value_of
from verify_api.my_health.vitals import MOST_POINTS, signs


@pytest.mark.parametrize(
    ("sent", "vi", "en"),
    [
        ("", "", ""),
        ("2015", "2015", "2015"),
        ("2015-01", "tháng 1/2015", "January 2015"),
        ("2015-01-10", "10/01/2015", "10 January 2015"),
        ("2015-01-10T23:15:00Z", "06:15, 11/01/2015", "06:15, 11 January 2015"),
        ("2015-01-10T09:15:00", "09:15, 10/01/2015", "09:15, 10 January 2015"),
        ("2015-13", "2015-13", "2015-13"),
        ("hôm qua", "hôm qua", "hôm qua"),
    ],
)  # fmt: skip
def test_a_time_keeps_the_precision_that_it_was_sent_in(sent: str, vi: str, en: str) -> None:
    assert (sent_words(sent, "vi"), sent_words(sent, "en")) == (vi, en)


SOMEBODY = UUID(int=1)


def item(number: int, kind: Kind, text: str, start: str, **more: object) -> Item:
    known = span(start)
    entry = Entry(
        kind, "Observation", f"o{number}", number, Status.COMPLETED, text=text, start=start,
        at=None if known is None else known[0], **more,  # type: ignore[arg-type]
    )  # fmt: skip
    source = Known(SOMEBODY, 1, Event.RECORDED, SOMEBODY, "79A02", number, 0, 1, (entry,))
    return Item(entry, source, entry.status, 1)


BOOK = (
    item(1, Kind.VISIT, "Khám ngoại trú", "2026-11-02T08:00:00+07:00"),
    item(2, Kind.PROBLEM, "Viêm gan", "2026-10-31", codings=(Coding("icd", "B18.0"),)),
    item(3, Kind.MEDICINE, "Đường uống", "2026-10"),
    item(4, Kind.NOTE, "Tự ghi", ""),
)


def found(**asked: object) -> list[str]:
    return [one.entry.text for one in matching(BOOK, Asked(**asked))]  # type: ignore[arg-type]


def test_a_timeline_is_filtered_by_kind_day_and_words_without_marks() -> None:
    assert len(found()) == 4
    assert found(group="problems") == ["Viêm gan"]
    assert found(words="viem GAN") == ["Viêm gan"]
    assert found(words="b18") == ["Viêm gan"]
    assert found(words="duong") == ["Đường uống"]
    assert found(words="gan phổi") == []
    assert found(since=date(2026, 10, 31)) == ["Khám ngoại trú", "Viêm gan"]
    assert found(until=date(2026, 10, 31)) == ["Viêm gan", "Đường uống"]
    assert found(since=date(2026, 11, 2), until=date(2026, 11, 2)) == ["Khám ngoại trú"]


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"since": "2026-02-30"}, "since"),
        ({"until": "x"}, "until"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "until"),
        ({"words": "a" * (LONGEST + 1)}, "words"),
        ({"kind": "everything"}, "kind"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_at_its_place(form: dict[str, str], place: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_asked(form)
    assert caught.value.place == place


def pressure(number: int, day: str, high: str, low: str) -> Item:
    parts = (
        Part("Tâm thu", (Coding("l", "8480-6"),), high, "mmHg"),
        Part("Tâm trương", (Coding("l", "8462-4"),), low, "mmHg"),
    )
    return item(
        number, Kind.VITAL, "Huyết áp", day, parts=parts, codings=(Coding("l", "85354-9"),)
    )  # fmt: skip


def weight(number: int, day: str, value: str, unit: str = "kg") -> Item:
    return item(
        number, Kind.VITAL, "Cân nặng", day, value=value, unit=unit, codings=(Coding("l", "1"),)
    )  # fmt: skip


def test_parts_of_a_measurement_are_lines_of_one_chart() -> None:
    (one,) = signs([pressure(2, "2026-11-02", "138", "88"), pressure(1, "2026-10-01", "150", "95")],
                   "vi")  # fmt: skip
    assert one.chart is not None
    assert [(line.name, line.values) for line in one.chart.series] == [
        ("Tâm thu", [150.0, 138.0]), ("Tâm trương", [95.0, 88.0]),
    ]  # fmt: skip
    assert one.chart.labels == ("01/10/2026", "02/11/2026")
    assert one.chart.labels_shown == ("01/10\n2026", "02/11\n2026")


def test_other_units_are_another_chart_and_what_is_no_number_is_a_gap() -> None:
    found = signs(
        [weight(4, "2026-11-04", "chưa đo"), weight(3, "2026-11-03", "61.25"),
         weight(2, "2026-11-02", "60"), weight(1, "2026-11-01", "132", "lb")], "en",
    )  # fmt: skip
    kilos, pounds = found
    assert kilos.chart is not None
    assert kilos.chart.series[0].values == [60.0, 61.25, None]
    assert (kilos.decimals, pounds.chart) == (2, None)
    assert (kilos.title, kilos.unit, pounds.unit) == ("Cân nặng", "kg", "lb")


def test_a_sign_is_one_chart_however_its_unit_is_written() -> None:
    day, value = "2026-11-0{}", "7{}"
    units = ("mmHg", "mm[Hg]", "mmHg")
    (one,) = signs(
        [weight(n, day.format(n), value.format(n), units[n - 1]) for n in (3, 2, 1)], "vi"
    )
    assert one.chart is not None
    assert (one.unit, one.chart.series[0].values) == ("mmHg", [71.0, 72.0, 73.0])
    (pulse,) = signs([weight(1, "2026-11-01", "72", "/min")], "vi")
    assert pulse.unit == "lần/phút"


def test_parts_of_a_measurement_have_units_that_people_read() -> None:
    parts = (Part("Tâm thu", (), "138", "mm[Hg]"), Part("Mạch", (), "72", "/min"))
    entry = item(1, Kind.VITAL, "Đo", "2026-11-01", parts=parts).entry
    assert value_of(entry, "vi") == "Tâm thu: 138 mmHg; Mạch: 72 lần/phút"
    assert value_of(entry, "en") == "Tâm thu: 138 mmHg; Mạch: 72 per minute"


def test_a_chart_shows_the_newest_measurements() -> None:
    many = [
        weight(n, f"{2000 + n // 12}-{n % 12 + 1:02}-01", str(n)) for n in range(100, 0, -1)
    ]  # fmt: skip
    (one,) = signs(many, "vi")
    assert one.chart is not None
    assert one.chart.series[0].values == [float(n) for n in range(101 - MOST_POINTS, 101)]
    assert len(one.items) == 100


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("12.50", "12,50 kg", "12.50 kg"),
        ("<0.5", "<0,5 kg", "<0.5 kg"),
        ("1.2.3", "1.2.3 kg", "1.2.3 kg"),
        ("âm tính", "âm tính kg", "âm tính kg"),
    ],
)
def test_a_number_keeps_its_digits_and_has_the_languages_mark(value: str, vi: str, en: str) -> None:
    entry = weight(1, "2026-11-01", value).entry
    assert (value_of(entry, "vi"), value_of(entry, "en")) == (vi, en)
