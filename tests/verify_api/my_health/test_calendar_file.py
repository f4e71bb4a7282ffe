"""An appointment as a calendar file: read back by rules of RFC 5545, with its alarms."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify_api.my_health.calendar_file import LONGEST_LINE, CalendarEvent, write_calendar

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
EVENT = CalendarEvent(
    "a@hs.example", "Khám lại: Bệnh viện Mẫu", "Bệnh viện Mẫu Quận Hai",
    "Mang theo phiếu, giấy tờ; thẻ", "https://hs.example/my/health/papers/a", date(2026, 12, 7),
    "08:00",
)  # fmt: skip


def read(content: bytes) -> list[tuple[str, str]]:
    """Return names and values of the lines, unfolded and unescaped."""
    assert content.endswith(b"\r\n")
    whole = content.replace(b"\r\n ", b"").decode()
    lines = [line.partition(":")[::2] for line in whole.split("\r\n")[:-1]]
    return [(name, _plain(value)) for name, value in lines]


def _plain(value: str) -> str:
    told, letters = "", iter(value)
    for letter in letters:
        told += {"n": "\n"}.get(after := next(letters), after) if letter == "\\" else letter
    return told


def test_an_appointment_is_one_event_with_two_alarms() -> None:
    lines = read(write_calendar(EVENT, at=AT))
    told = dict(reversed(lines))
    assert lines[0] == ("BEGIN", "VCALENDAR")
    assert lines[-1] == ("END", "VCALENDAR")
    assert (told["VERSION"], told["METHOD"], told["STATUS"]) == ("2.0", "PUBLISH", "CONFIRMED")
    assert (told["UID"], told["DTSTAMP"]) == ("a@hs.example", "20261123T030000Z")
    assert (told["DTSTART"], told["DTEND"]) == ("20261207T010000Z", "20261207T020000Z")
    assert [value for name, value in lines if name == "TRIGGER"] == ["-P1D", "-PT2H"]
    assert [name for name, value in lines if value == "VALARM"] == ["BEGIN", "END"] * 2
    said = [value for name, value in lines if name == "DESCRIPTION"]
    assert said == [EVENT.note, EVENT.summary, EVENT.summary]
    assert ("LOCATION", EVENT.place) in lines


def test_a_day_without_a_clock_is_a_whole_day() -> None:
    told = dict(read(write_calendar(CalendarEvent(
        "a@h", "s", "p", "n", "https://h/", date(2026, 12, 31)), at=AT)))  # fmt: skip
    assert told["DTSTART;VALUE=DATE"] == "20261231"
    assert told["DTEND;VALUE=DATE"] == "20270101"


def test_a_cancelled_appointment_takes_its_event_back() -> None:
    event = CalendarEvent("a@h", "s", "p", "n", "https://h/", date(2026, 12, 7), "", cancelled=True)
    lines = read(write_calendar(event, at=AT))
    told = dict(lines)
    assert (told["METHOD"], told["STATUS"], told["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")
    assert "TRIGGER" not in told


@pytest.mark.parametrize("text", ["a,b;c\\d", "hai\ndòng", "ệ" * 200, "x" * 75, "x" * 74 + "ệ"])
def test_any_text_comes_back_and_no_line_is_too_long(text: str) -> None:
    _holds(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300))
def test_texts_of_all_letters_come_back(text: str) -> None:
    _holds(text)


def _holds(text: str) -> None:
    event = CalendarEvent("a@h", "s", text, "n", "https://h/", date(2026, 12, 7))
    content = write_calendar(event, at=AT)
    assert all(len(line) <= LONGEST_LINE for line in content.split(b"\r\n"))
    for line in content.split(b"\r\n"):
        line.decode()  # no letter is cut
    assert dict(read(content))["LOCATION"] == text
