"""What the style page shows: samples of everything, of nobody. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Status, StatusReference, Token
from ledger.certificates.kinds import KINDS
from verify_api.charts import (
    Bar,
    BarChart,
    LineChart,
    Series,
    Sparkline,
    bar_chart,
    line_chart,
    sparkline,
)
from verify_api.ports import Note, Pressure, StepView
from verify_api.style_words import STYLE
from verify_api.tables import Column, Order, ShownColumn, columns
from verify_api.verdict import (
    OVERALL,
    Authenticity,
    Evidence,
    Issuer,
    Logged,
    Reason,
    Standing,
    State,
    StatusEvidence,
    SubjectMatch,
    Verdict,
)
from verify_api.verdict_json import Json, verdict_json

AT: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_KIND: Final = KINDS["judicial-record"]
_TOKEN: Final = Token(
    issuer="MAU",
    issued_at=AT - timedelta(days=4),
    expires_at=AT + timedelta(days=176),
    holder=_KIND.specimen_holder,
    status=StatusReference(0, "https://example.invalid/status"),
    document_type=1,
    number="LLTP-0000-000000",
)
_ISSUER: Final = Issuer("MAU", "Công an thành phố Mẫu", "Police of Sample City")
_ONLINE: Final = StatusEvidence(Status.VALID, as_of=AT, online=True, registered=True)

FILES: Final = (
    Column("dossier", STYLE["files"], sortable=True),
    Column("since", STYLE["since"], sortable=True),
    Column("copies", STYLE["copies"], number=True),
    Column("state", STYLE["state"]),
)
_PROVINCES: Final = (
    ("Hà Nội", 92.4), ("Hải Phòng", 71.0), ("Huế", 64.5), ("Đà Nẵng", 88.1),
    ("Thành phố Hồ Chí Minh", 95.2), ("Cần Thơ", 58.9), ("Điện Biên", 0.0), ("Cà Mau", None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileSample:
    """One row of the sample list."""

    dossier_code: str
    since: datetime
    copies: int
    pressure: Pressure
    appointed_on: date | None


@dataclass(frozen=True, slots=True)
class TimelineSample:
    """One entry of the sample history."""

    kind: str
    at: datetime
    title: str
    text: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Samples:
    """Everything that the page shows beside words."""

    verdicts: tuple[dict[str, Json], ...]
    states: tuple[tuple[State, str], ...]
    """Each with its overall answer."""
    steps: tuple[StepView, ...]
    notes: tuple[Note, ...]
    history: tuple[TimelineSample, ...]
    files: tuple[FileSample, ...]
    columns: list[ShownColumn]
    one_line: LineChart
    lines: LineChart
    bars: BarChart
    spark: Sparkline
    at: datetime = AT


def samples(language: str, path: str, order: Order) -> Samples:
    """Return the samples in ``language`` (``vi`` or ``en``).

    Args:
        language: Of the reader.
        path: Of the page, for the links that sort its list.
        order: Of its list.
    """

    def eg(key: str) -> str:
        return STYLE[key].of(language)

    return Samples(
        verdicts=tuple(verdict_json(one, language) for one in _verdicts()),
        states=tuple((state, OVERALL[state].value) for state in State),
        steps=(
            StepView(1, STYLE["step_1"], AT - timedelta(hours=30)),
            StepView(2, STYLE["step_2"], current=True),
            StepView(3, STYLE["step_3"]),
        ),
        notes=(Note(AT - timedelta(hours=30), STYLE["notice_good"]), Note(AT, STYLE["looked"])),
        history=_history(eg),
        files=_files(order),
        columns=columns(FILES, order, path, {}, language),
        one_line=line_chart(_months(), [Series(eg("issued"), (310, 342, 335, 401, 398, 455))]),
        lines=line_chart(
            _months(),
            [
                Series(eg("issued_form_1"), (210, 232, 225, 271, 268, 305)),
                Series(eg("issued_form_2"), (100, 110, None, 130, 130, 150)),
                Series(eg("issued_paper"), (64.5, 51, 40, 33, 21, 12)),
            ],
        ),
        bars=bar_chart(
            [Bar(name, value, marked=name == "Huế") for name, value in _PROVINCES],
            reference=78.3,
            full=100,
        ),
        spark=sparkline((410, 422, 418, 450, 461, 480, 502, 544)),
    )


def _months() -> list[str]:
    return [f"{month:02}/2026" for month in range(6, 12)]


def _history(eg: Callable[[str], str]) -> tuple[TimelineSample, ...]:
    return (
        TimelineSample("good", AT, eg("good")),
        TimelineSample(
            "info", AT - timedelta(hours=2), eg("looked"), eg("looked_why"), eg("officer")
        ),
        TimelineSample("wait", AT - timedelta(hours=20), eg("wait"), who=eg("officer")),
    )


def _files(order: Order) -> tuple[FileSample, ...]:
    days = (-4, 1, 8, None, None)
    files = (
        FileSample(
            f"000.00.19.H26-261124-{number:04}",
            AT - timedelta(hours=7 * number),
            number * 3,
            pressure,
            None if day is None else AT.date() + timedelta(days=day),
        )
        for number, (pressure, day) in enumerate(zip(Pressure, days, strict=True), 1)
    )
    return tuple(sorted(files, key=_SORTED_BY[order.by], reverse=order.descending))


_SORTED_BY: Final[Mapping[str, Callable[[FileSample], str]]] = MappingProxyType({
    "dossier": lambda file: file.dossier_code,
    "since": lambda file: file.since.isoformat(),
})  # fmt: skip


def _verdicts() -> tuple[Verdict, ...]:
    valid = Verdict(
        Authenticity.GENUINE, Standing.IN_FORCE, Logged.IN_LOG, SubjectMatch.NOT_ASKED, AT,
        token=_TOKEN, kind=_KIND, issuer=_ISSUER, evidence=Evidence(4, AT, _ONLINE),
    )  # fmt: skip
    altered = Verdict(
        Authenticity.ALTERED, Standing.UNKNOWN, Logged.NOT_CHECKED, SubjectMatch.NOT_ASKED, AT,
        reasons=(Reason.SIGNATURE_WRONG,), evidence=Evidence(4, AT),
    )  # fmt: skip
    stale = Verdict(
        Authenticity.UNDETERMINED, Standing.UNKNOWN, Logged.NOT_CHECKED, SubjectMatch.NOT_ASKED,
        AT, reasons=(Reason.TRUST_LIST_STALE,), evidence=Evidence(3, AT - timedelta(days=40)),
    )  # fmt: skip
    return (valid, altered, stale)
