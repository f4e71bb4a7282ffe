"""What referrals and appointments may say, how long they hold, and how large their codes are."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.algorithms import ESP256, PrivateKey
from ledger.calendar import VIETNAM_TIME, end_of_day, standard_calendar
from ledger.certificates.health_paper import binding_of, shown
from ledger.certificates.kind import Holder, Sex, StatusReference, Token
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.certificates.kinds.referral import claims
from ledger.certificates.kinds.referral.diseases import (
    Remark,
    known_lists,
    lists_on,
    read_lists,
    remarks,
)
from ledger.certificates.kinds.referral.page import OPEN, TICKED
from ledger.certificates.kinds.referral.terms import rule_on
from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.token import write_token
from ledger.errors import InvalidInputError, RefusedError
from ledger.paper.qr_code import encode_for_print
from ledger.paper.qr_template import encode_bulk
from ledger.paper.symbol import A4_PAGE, MODULE_PITCH_MM, Level

CALENDAR = standard_calendar()


def said(**changes: Any) -> dict[str, Any]:
    content = {**REFERRAL.specimen, **changes}
    return {name: value for name, value in content.items() if value is not None}


def slip(**changes: Any) -> dict[str, Any]:
    return {**APPOINTMENT.specimen, **changes}


def signed_on(day: str, hour: int = 10) -> datetime:
    on = date.fromisoformat(day)
    return datetime(on.year, on.month, on.day, hour, tzinfo=VIETNAM_TIME).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2025-12-30", "2026-01-14"), ("2026-02-13", "2026-03-06"), ("2026-04-24", "2026-05-13"),
        ("2026-08-28", "2026-09-16"), ("2026-11-20", "2026-12-07"),
    ],
)  # fmt: skip
def test_a_referral_holds_for_ten_working_days_from_signing(day: str, last: str) -> None:
    for hour in (0, 10, 23):
        term = REFERRAL.term_of(said(), signed_on(day, hour), CALENDAR)
        assert term.until == end_of_day(date.fromisoformat(last))
        assert (term.rule, term.calendar) == ("01-2025-10wd", CALENDAR.version)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2026-11-23", "2027-11-23"),
        ("2027-11-24", "2028-11-27"),  # a holiday on a Friday, and the weekend behind it
        ("2028-02-29", "2029-02-28"),
    ],
)
def test_one_for_a_listed_disease_holds_for_a_year(day: str, last: str) -> None:
    content = said(one_year=True, main_disease="E11.9")
    term = REFERRAL.term_of(content, signed_on(day), CALENDAR)
    assert term.until == end_of_day(date.fromisoformat(last))
    assert term.rule == "01-2025-1y"


def test_the_rule_is_that_of_the_day_of_signing() -> None:
    assert rule_on(date(2024, 12, 31)).code == "40-2015"
    assert rule_on(date(2025, 1, 1)).code == "01-2025"
    old = REFERRAL.term_of(said(one_year=True), signed_on("2024-10-01"), CALENDAR)
    assert (old.until, old.rule) == (end_of_day(date(2024, 12, 31)), "40-2015-eoy")
    with pytest.raises(RefusedError) as refused:
        rule_on(date(2015, 12, 31))
    assert refused.value.rule == "no_rule_in_force"


@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)))
def test_a_term_ends_on_a_working_day_and_within_the_kinds_longest(day: date) -> None:
    for content in (said(), said(one_year=True)):
        at = signed_on(day.isoformat())
        until = REFERRAL.term_of(content, at, CALENDAR).until
        last = (until - timedelta(seconds=1)).astimezone(VIETNAM_TIME).date()
        assert CALENDAR.is_working_day(last)
        assert timedelta(days=10) <= until - at <= REFERRAL.validity


def test_lists_that_are_not_complete_refuse_nothing() -> None:
    assert {known.appendix for known in lists_on(date(2026, 11, 23))} == {"I", "III"}
    assert not any(known.complete for known in known_lists())
    assert not any(entry.sure for known in known_lists() for entry in known.entries)
    unlisted = said(one_year=True, main_disease="J00")
    assert REFERRAL.term_of(unlisted, signed_on("2026-11-23"), CALENDAR).rule == "01-2025-1y"
    assert lists_on(date(2024, 1, 1)) == ()


def test_a_list_names_spans_of_codes_with_and_without_their_dots() -> None:
    (known,) = read_lists([{
        "appendix": "III", "source": "mẫu", "effective_from": "2025-01-01",
        "effective_until": "2026-01-01", "complete": True,
        "entries": [
            {"codes": "C00-C97", "vi": "Ung thư", "en": "Cancer", "sure": True},
            {"codes": "B18", "vi": "Viêm gan", "en": "Hepatitis", "sure": True},
        ],
    }])  # fmt: skip
    for code in ("C00", "C50.1", "C979", "B18.00", "B180", "C50†"):
        assert known.names(code), code
    for code in ("B17.9", "B19", "C98", "D00", "A00"):
        assert not known.names(code), code
    assert known.effective_until == date(2026, 1, 1)


def test_remarks_say_what_to_look_at_again() -> None:
    day = date(2026, 11, 23)
    assert remarks(said(main_disease="C50"), day) == (
        Remark.DIRECT_ALLOWED, Remark.ONE_YEAR_EXPECTED,
    )  # fmt: skip
    assert remarks(said(main_disease="E11", one_year=True), day) == ()
    assert remarks(said(main_disease=None), day) == ()


def test_the_code_says_why_and_where_to_and_binds_the_rest() -> None:
    told = REFERRAL.check(said())
    assert told == {
        claims.REASON: 2, claims.TO: "79A01", claims.BINDING: binding_of(said()),
    }  # fmt: skip
    other = REFERRAL.check(said(diagnosis="Khác"))
    assert other[claims.BINDING] != told[claims.BINDING]
    salted = REFERRAL.check(said(salt="ff" * 16))
    assert salted[claims.BINDING] != told[claims.BINDING]
    two = said(to_facilities=["79A01", "79A03"], to_names=["Một", "Hai"])
    assert REFERRAL.check(two)[claims.TO] == ("79A01", "79A03")


def test_a_diagnosis_is_in_the_code_only_where_the_policy_says_so() -> None:
    wanted = said(in_code=["diagnosis", "department"], further_diseases=["I10"], department="Tim")
    told = REFERRAL.check(wanted)
    assert told[claims.DIAGNOSES] == ("I20.9", "I10")
    assert told[claims.DEPARTMENT] == "Tim"
    many = REFERRAL.check({**wanted, "further_diseases": ["I10", "E11", "J44"]})
    assert many[claims.DIAGNOSES] == ("I20.9", "I10", "E11")
    with pytest.raises(InvalidInputError) as refused:
        REFERRAL.check({**wanted, "department": "Phẫu thuật tim mạch can thiệp"})
    assert (refused.value.place, refused.value.rule) == ("content.department", "too_long")
    for missing in ("main_disease", "department"):
        with pytest.raises(InvalidInputError) as refused:
            REFERRAL.check({k: v for k, v in wanted.items() if k != missing})
        assert refused.value.place == f"content.{missing}"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown field": ({"x": 1}, "content"),
    "no reason": ({"reason": None}, "content.reason"),
    "a reason that is none": ({"reason": 4}, "content.reason"),
    "a reason that is true": ({"reason": True}, "content.reason"),
    "no facility": ({"facility": "XX9"}, "content.facility"),
    "full-width digits": ({"facility": "\uff17\uff19A02"}, "content.facility"),
    "nobody to go to": ({"to_facilities": []}, "content.to_facilities"),
    "the same twice": ({"to_facilities": ["79A01"] * 2}, "content.to_facilities"),
    "too many": ({"to_facilities": [f"79A1{n}" for n in range(5)]}, "content.to_facilities"),
    "names that differ": ({"to_names": ["Một", "Hai"]}, "content.to_names"),
    "30 February": ({"arrived": "202602300800"}, "content.arrived"),
    "25 o'clock": ({"arrived": "202602202500"}, "content.arrived"),
    "a day without its month": ({"arrived": "202600120000"}, "content.arrived"),
    "the thirteenth month": ({"arrived": "202613000000"}, "content.arrived"),
    "discharge before admission": ({"discharged": "202611190000"}, "content.discharged"),
    "a card of another form": ({"cards": ["hs4010123456789"]}, "content.cards[0]"),
    "a card's last day in part": ({"cards_until": ["20270000"]}, "content.cards_until[0]"),
    "decomposed letters": ({"signs": "e\u0302"}, "content.signs"),
    "invisible letters": ({"signs": "a\u202eb"}, "content.signs"),
    "blank": ({"course": "  "}, "content.course"),
    "a number for a text": ({"results": 7}, "content.results"),
    "a tick that is none": ({"one_year": 1}, "content.one_year"),
    "a year for no disease": ({"one_year": True, "main_disease": None}, "content.main_disease"),
    "a short salt": ({"salt": "00"}, "content.salt"),
    "discharged otherwise": ({"discharge": 1}, "content.discharge"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_refused_by_its_place_and_never_quoted(wrong: str) -> None:
    changes, place = WRONG[wrong]
    with pytest.raises(InvalidInputError) as refused:
        REFERRAL.check(said(**changes))
    assert refused.value.place == place
    for value in changes.values():
        assert not isinstance(value, str) or not value.strip() or value not in str(refused.value)


def test_times_are_printed_as_far_as_they_are_known() -> None:
    assert shown("202611200815", is_time=True) == "20/11/2026 08:15"
    assert shown("202611200000", is_time=True) == "20/11/2026"
    assert shown("20261100", is_time=True) == "11/2026"
    assert shown("20260000", is_time=True) == "2026"
    assert shown("20261120") == "20261120"
    REFERRAL.check(said(arrived="202611000000", admitted="202611200930"))


def test_the_reason_and_the_validity_are_ticked() -> None:
    for reason in (1, 2, 3):
        lines = {one.title.vi: one.value.vi for one in REFERRAL.paper(said(reason=reason)).lines}
        boxes = lines["Lý do chuyển cơ sở"].split("\n")
        assert [box[0] == TICKED for box in boxes] == [n == reason for n in (1, 2, 3)]
        assert all(box[0] in {TICKED, OPEN} for box in boxes)
    year = {one.title.vi: one.value.vi for one in REFERRAL.paper(said(one_year=True)).lines}
    assert year["Giá trị của phiếu"].startswith(f"{TICKED} Có giá trị 1 năm")


def test_the_paper_is_addressed_and_says_who_answers_for_it() -> None:
    paper = REFERRAL.paper(said())
    assert paper.addressee is not None
    assert paper.addressee.vi == "Kính gửi: Bệnh viện Mẫu Trung ương"
    assert [hand.value.vi for hand in paper.hands] == ["TRẦN VĂN MẪU", "Bệnh viện Mẫu Quận Hai"]
    plain = REFERRAL.paper(said(doctor_name=None, escort_name=None, escort_title=None, cards=None,
                                cards_until=None, arrived=None, admitted=None,
                                discharged=None))  # fmt: skip
    assert plain.hands[0].value.vi == "0001234/BYT-CCHN"
    assert len(plain.lines) == len(paper.lines) - 3


def test_an_appointments_code_ends_with_a_month_and_tells_no_day_by_it() -> None:
    content = slip(appointed="202612210800")
    term = APPOINTMENT.term_of(content, signed_on("2026-11-23"), CALENDAR)
    assert term.until == end_of_day(date(2027, 1, 31))
    later = APPOINTMENT.term_of(slip(appointed="202612020800"), signed_on("2026-11-23"), CALENDAR)
    assert later.until == term.until


@given(st.integers(1, 366), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_an_appointments_code_outlives_its_day_by_a_month(ahead: int, signed: date) -> None:
    day = signed + timedelta(days=ahead)
    content = slip(appointed=f"{day:%Y%m%d}0800", written=f"{signed:%Y%m%d}")
    at = signed_on(signed.isoformat())
    until = APPOINTMENT.term_of(content, at, CALENDAR).until
    assert end_of_day(day + timedelta(days=30)) <= until <= at + APPOINTMENT.validity


def test_what_a_foreign_code_says_of_places_and_days_is_taken_as_nothing() -> None:
    assert REFERRAL.taking is not None
    assert APPOINTMENT.taking is not None
    odd = generated(1, {9: 7, 10: "20261301", 11: b""})
    assert REFERRAL.taking.places(odd) == ()
    assert APPOINTMENT.taking.appointed(odd) is None
    assert APPOINTMENT.taking.appointed(generated(1, {10: 20261301})) is None


COUNT = 2000
HOST = "hs.mauso"
"""The host stands in a code twice: of up to eight characters it leaves room for the hash."""
KEY = PrivateKey.generate(ESP256)
FAMILIES = [
    "NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "HUỲNH", "PHAN", "VŨ", "VÕ", "ĐẶNG", "BÙI", "ĐỖ", "HỒ",
    "NGÔ", "DƯƠNG", "LÝ", "TRƯƠNG", "ĐINH",
]  # fmt: skip
MIDDLES = ["VĂN", "THỊ", "HỮU", "ĐỨC", "NGỌC", "THỊ THU", "THỊ KIM", "MINH", "QUỐC", "THỊ NGỌC"]
GIVEN = [
    "AN", "BÌNH", "CƯỜNG", "DŨNG", "GIANG", "HẠNH", "HẰNG", "HIẾU", "HƯƠNG", "KHÁNH", "LINH",
    "LOAN", "MẪU", "NGUYỆT", "PHƯỢNG", "QUỲNH",
]  # fmt: skip


def test_the_fullest_code_can_still_be_printed() -> None:
    content = said(
        in_code=["diagnosis", "department"], further_diseases=["I10.11", "E11.22"],
        department="Ễ" * claims.LONGEST_DEPARTMENT, main_disease="I20.91",
        to_facilities=["79A01", "79A03", "79A04", "79A05"], to_names=["Một", "Hai", "Ba", "Bốn"],
    )  # fmt: skip
    token = replace(
        generated(1, dict(REFERRAL.check(content))), number="29999/CT",
        holder=Holder("NGUYỄN THỊ PHƯƠNG NGUYỆT " * 2 + "MẪU", date(1999, 1, 1), Sex.MALE, "0000"),
    )  # fmt: skip
    text = to_qr_text(write_token(token, key=KEY.public, sign=KEY.sign), "records.example")
    assert encode_for_print(text, A4_PAGE).pitch_mm(A4_PAGE.side_mm) >= MODULE_PITCH_MM


def generated(number: int, details: dict[int, Any] | None = None) -> Token:
    """A referral of nobody, without a diagnosis in its code."""
    draw = random.Random(number)
    facility, to = (f"{draw.randrange(1, 97):02}{draw.randrange(1000):03}" for _ in range(2))
    issued = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=draw.randrange(31_000_000))
    return Token(
        issuer=facility,
        issued_at=issued,
        expires_at=issued + timedelta(days=14),
        holder=Holder(
            f"{draw.choice(FAMILIES)} {draw.choice(MIDDLES)} {draw.choice(GIVEN)}",
            date(1945, 1, 1) + timedelta(days=draw.randrange(22_000)),
            draw.choice([Sex.MALE, Sex.FEMALE]),
            f"{draw.randrange(10_000):04}",
        ),
        status=StatusReference(
            draw.randrange(2**20), f"https://{HOST}/s/{facility}/2{draw.randrange(36)}b0"
        ),
        document_type=2,
        number=f"{draw.randrange(1, 30_000)}/CT",
        details=details or {
            claims.REASON: draw.randrange(1, 4), claims.TO: to, claims.BINDING: draw.randbytes(16),
        },
    )  # fmt: skip


@cache
def texts() -> list[str]:
    return [
        to_qr_text(write_token(generated(n), key=KEY.public, sign=KEY.sign), HOST)
        for n in range(COUNT)
    ]


@pytest.mark.parametrize(("level", "version", "share"), [(Level.M, 12, 0.90), (Level.Q, 15, 0.98)])
def test_of_2000_referrals_most_stay_within_the_version(
    level: Level, version: int, share: float
) -> None:
    within = sum(encode_bulk(text, level).version <= version for text in texts())
    assert within / COUNT >= share
