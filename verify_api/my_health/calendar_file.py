"""An appointment as a calendar file: one event, told a day and two hours before.

It says where and that a paper is needed, and nothing of why: calendars are shown to others.
Source: RFC 5545, sections 3.1 (lines), 3.3.11 (text), 3.6.1 (events), 3.6.6 (alarms).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ledger.calendar import VIETNAM_TIME

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
LONGEST_LINE: Final = 75
"""Octets of a line, its end not counted. Source: RFC 5545, 3.1."""
LASTS: Final = timedelta(hours=1)
_HIGH_BITS: Final = 0xC0
_CONTINUES: Final = 0x80
"""How an octet of UTF-8 begins that is not the first of its letter."""
_ALARMS: Final = ("-P1D", "-PT2H")
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What the file says."""

    uid: str
    """The same for each version of the event."""
    summary: str
    place: str
    note: str
    address: str
    """Page of the paper, for who has signed in."""
    day: date
    clock: str = ""
    """HH:MM in Vietnam; empty where only the day was said."""
    cancelled: bool = False


def write_calendar(event: CalendarEvent, *, at: datetime) -> bytes:
    """Return the file, made at ``at``."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//records-ledger//appointments//VI",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if event.cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_utc(at)}",
        f"SEQUENCE:{int(event.cancelled)}",
        *_times(event),
        f"SUMMARY:{_text(event.summary)}",
        f"LOCATION:{_text(event.place)}",
        f"DESCRIPTION:{_text(event.note)}",
        f"URL:{event.address}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "CLASS:PRIVATE",
        *(() if event.cancelled else _alarms(event)),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line.encode()) + b"\r\n" for line in lines)


def _times(event: CalendarEvent) -> tuple[str, str]:
    if not event.clock:
        after = event.day + timedelta(days=1)
        return f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"
    hour, minute = (int(part) for part in event.clock.split(":"))
    day = event.day
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM_TIME)
    return f"DTSTART:{_utc(start)}", f"DTEND:{_utc(start + LASTS)}"


def _alarms(event: CalendarEvent) -> list[str]:
    return [
        line
        for before in _ALARMS
        for line in (
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_text(event.summary)}",
            f"TRIGGER:{before}",
            "END:VALARM",
        )
    ]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(said: str) -> str:
    return said.translate(_ESCAPED)


def _folded(line: bytes) -> bytes:
    """Return a line in pieces of at most `LONGEST_LINE` octets, never within a letter."""
    pieces: list[bytes] = []
    room = LONGEST_LINE
    while len(line) > room:
        cut = room
        while line[cut] & _HIGH_BITS == _CONTINUES:
            cut -= 1
        pieces.append(line[:cut])
        line, room = line[cut:], LONGEST_LINE - 1
    return b"\r\n ".join((*pieces, line))
