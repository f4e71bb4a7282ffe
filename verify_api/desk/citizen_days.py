"""Why a request is due when it is: each setting, pause and move of the day, in words.

Pure: from the request's recorded facts to lines, oldest first. Days off are named only where the
calendar in force is the one that counted; of an older one the version is named instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from ledger.calendar import Term, TermUnit, WorkingCalendar
from ledger.certificates.kind import Wording
from ledger.certificates.request_deadlines import Deadline, evolve_deadline
from ledger.certificates.request_facts import (
    ApologyIssued,
    DeadlineFact,
    DeadlineMissed,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSet,
    DeadlineSuspended,
)
from ledger.certificates.request_values import RecomputeReason
from ledger.facts import RecordedFact
from verify_api.holiday_words import rest_days, worked_weekends
from verify_api.moments import day_words

MOST_NAMED: Final = 12
"""Days off that are named one by one; of more, their number is said."""

_UNITS: Final[Mapping[TermUnit, Wording]] = MappingProxyType({
    TermUnit.WORKING_DAYS: Wording("ngày làm việc", "working days"),
    TermUnit.CALENDAR_DAYS: Wording("ngày", "days"),
    TermUnit.HOURS: Wording("giờ", "hours"),
})  # fmt: skip
_REASONS: Final[Mapping[RecomputeReason, Wording]] = MappingProxyType({
    RecomputeReason.VERIFICATION: Wording(
        "Hồ sơ thuộc trường hợp được xác minh với thời hạn dài hơn.",
        "The request is one that may be verified within the longer limit."),
    RecomputeReason.CALENDAR: Wording(
        "Lịch làm việc thay đổi: có ngày nghỉ được ấn định hoặc hoán đổi sau khi hẹn.",
        "The working calendar changed: a day off was decreed or swapped after the day was set."),
    RecomputeReason.INCIDENT: Wording(
        "Hệ thống dùng chung gặp sự cố; số ngày gián đoạn được cộng thêm.",
        "A system that both sides need was down; the days lost are added."),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayMove:
    """One thing that happened to the day on which the result is due."""

    at: datetime
    title: Wording
    text: Wording
    kind: str
    """Of a sign, as the timeline component knows them."""
    is_apology: bool = False


def day_story(recorded: Iterable[RecordedFact], calendar: WorkingCalendar) -> tuple[DayMove, ...]:
    """Return what happened to the day, oldest first; nothing if none was set."""
    deadline: Deadline | None = None
    moves: list[DayMove] = []
    for one in recorded:
        if isinstance(one.fact, DeadlineFact):
            moves.append(_move(one.act.at, one.fact, deadline, calendar))
            deadline = evolve_deadline(deadline, one.fact)
    return tuple(moves)


def _move(
    at: datetime, fact: DeadlineFact, before: Deadline | None, calendar: WorkingCalendar
) -> DayMove:
    if isinstance(fact, DeadlineSet):
        return _set(at, fact, calendar)
    assert before is not None, "a deadline begins with being set"
    match fact:
        case DeadlineSuspended():
            return DayMove(
                at, _about("Tạm dừng tính hạn từ ngày {}", "Clock paused on {}", fact.suspended_on),
                _joined(_PAUSED, _left(fact.appointed)), "wait",
            )  # fmt: skip
        case DeadlineResumed():
            return _resumed(at, fact, before, calendar)
        case DeadlineRecomputed():
            return _recomputed(at, fact, before, calendar)
        case DeadlineMissed():
            return DayMove(
                at, _about("Đã quá ngày hẹn trả {}", "The appointed day {} went by",
                           fact.appointed_on),
                _MISSED, "bad",
            )  # fmt: skip
        case ApologyIssued():
            return DayMove(
                at, _about("Thư xin lỗi, hẹn lại ngày {}", "Letter of apology: now promised for {}",
                           fact.promised_on),
                Wording(f"Thư số {fact.letter}. {_STAYS.vi}", f"Letter {fact.letter}. {_STAYS.en}"),
                "unsure",
                is_apology=True,
            )  # fmt: skip


_PAUSED: Final = Wording(
    "Cơ quan đang chờ bạn bổ sung; thời gian chờ không tính vào thời hạn.",
    "The authority waits for your supplement; the waiting does not count.",
)
_MISSED: Final = Wording(
    "Cơ quan chưa trả kết quả đúng hẹn và phải gửi thư xin lỗi, hẹn lại ngày trả.",
    "The result was not ready in time; the authority owes a letter of apology with another day.",
)
_STAYS: Final = Wording(
    "Việc đúng hạn hay trễ hạn vẫn tính theo ngày hẹn ban đầu.",
    "Whether it was in time is still measured by the day first appointed.",
)


def _set(at: datetime, fact: DeadlineSet, calendar: WorkingCalendar) -> DayMove:
    terms = terms_words(fact.appointed)
    counted = Wording(
        f"Thời hạn {terms.vi}, tính từ ngày sau ngày tiếp nhận {day_words(fact.started_on, 'vi')}.",
        f"{terms.en.capitalize()}, counted from the day after acceptance on "
        f"{day_words(fact.started_on, 'en')}.",
    )
    parts = [counted, _calendar(fact.started_on, fact.appointed_on, fact.calendar, calendar)]
    if fact.legal_limit_on != fact.appointed_on:
        parts.append(_about("Hạn theo luật là ngày {}.", "The law's own limit is {}.",
                            fact.legal_limit_on))  # fmt: skip
    title = _about("Hẹn trả kết quả ngày {}", "Result due on {}", fact.appointed_on)
    return DayMove(at, title, _joined(*parts), "info")


def _resumed(
    at: datetime, fact: DeadlineResumed, before: Deadline, calendar: WorkingCalendar
) -> DayMove:
    came = _about("Bạn đã bổ sung ngày {}.", "Your supplement came on {}.", fact.resumed_on)
    left = terms_words(before.appointed)
    rest = Wording(
        f"Phần thời hạn còn lại ({left.vi}) được tính tiếp từ ngày hôm sau.",
        f"What was left ({left.en}) runs on from the day after.",
    )
    days = _calendar(fact.resumed_on, fact.appointed_on, fact.calendar, calendar)
    return DayMove(
        at, _changed(before.appointed_on, fact.appointed_on), _joined(came, rest, days), "info"
    )


def _recomputed(
    at: datetime, fact: DeadlineRecomputed, before: Deadline, calendar: WorkingCalendar
) -> DayMove:
    terms = terms_words(fact.appointed)
    now = Wording(
        f"Thời hạn nay là {terms.vi} kể từ sau ngày {day_words(before.running_since, 'vi')}.",
        f"The limit now is {terms.en} after {day_words(before.running_since, 'en')}.",
    )
    days = _calendar(before.running_since, fact.appointed_on, fact.calendar, calendar)
    return DayMove(
        at, _changed(fact.former_on, fact.appointed_on),
        _joined(_REASONS[fact.reason], now, days), "unsure",
    )  # fmt: skip


def _changed(former: date, now: date) -> Wording:
    if former == now:
        return _about("Ngày hẹn trả vẫn là {}", "The day is still {}", now)
    return Wording(
        f"Ngày hẹn trả chuyển từ {day_words(former, 'vi')} sang {day_words(now, 'vi')}",
        f"Due on {day_words(now, 'en')} instead of {day_words(former, 'en')}",
    )


def terms_words(terms: tuple[Term, ...]) -> Wording:
    """Return legal terms as people say them; of several the earliest end counts."""
    each = [(f"{t.count} {_UNITS[t.unit].vi}", f"{t.count} {_UNITS[t.unit].en}") for t in terms]
    vi, en = " và ".join(one for one, _ in each), " and ".join(other for _, other in each)
    if len(each) > 1:
        return Wording(f"{vi} (hạn nào đến trước thì tính)", f"{en} (whichever ends first)")
    return Wording(vi, en)


def _left(terms: tuple[Term, ...]) -> Wording:
    left = terms_words(terms)
    return Wording(f"Còn lại {left.vi}.", f"{left.en.capitalize()} are left.")


def _calendar(since: date, until: date, version: str, calendar: WorkingCalendar) -> Wording | None:
    """Return which days in between did not count, and why."""
    if version != calendar.version:
        return Wording(
            f"Tính theo lịch làm việc phiên bản {version}.",
            f"Counted by the working calendar {version}.",
        )
    off, worked = rest_days(since, until, calendar), worked_weekends(since, until, calendar)
    parts = []
    if off:
        parts.append(_named("Không tính", "Not counted:", off))
    if worked:
        parts.append(_named("Có tính", "Counted:", worked))
    return _joined(*parts) if parts else None


def _named(vi: str, en: str, days: tuple[tuple[date, Wording], ...]) -> Wording:
    if len(days) > MOST_NAMED:
        return Wording(f"{vi} {len(days)} ngày nghỉ.", f"{en} {len(days)} days off.")
    named_vi = ", ".join(f"{day:%d/%m} ({why.vi})" for day, why in days)
    named_en = ", ".join(f"{day.day} {day:%b} ({why.en})" for day, why in days)
    return Wording(f"{vi} {named_vi}.", f"{en} {named_en}.")


def _about(vi: str, en: str, day: date) -> Wording:
    return Wording(vi.format(day_words(day, "vi")), en.format(day_words(day, "en")))


def _joined(*parts: Wording | None) -> Wording:
    said = [part for part in parts if part is not None]
    return Wording(" ".join(part.vi for part in said), " ".join(part.en for part in said))
