"""The sheet: the same as the page as a PDF, for a file of papers or a court.

Each page bears the root that the report is about and its own number. The text layer is in Unicode
normal form C, so that Vietnamese can be searched and copied.
"""

from typing import Final

from fpdf.enums import Align
from fpdf.fonts import TTFFont
from typing_extensions import override

from ledger.audit.document.account import AuditAccount
from ledger.audit.document.checks import State
from ledger.audit.document.contents import Contents, FindingTold, GroupTold, contents_of
from ledger.audit.document.labels import say
from ledger.audit.document.verdict import Outcome
from ledger.certificates.kind import Wording
from ledger.paper.sheet import (
    ACCENT,
    BOTTOM_MM,
    FAINT_INK,
    INK,
    LEFT_MM,
    RIGHT_MM,
    TOP_MM,
    Sheet,
    nfc,
)

_WIDTH_MM: Final = RIGHT_MM - LEFT_MM
_HEADING_ROOM_MM: Final = 30.0
"""A heading stands above at least so much of what it is about."""
_FINDING_ROOM_MM: Final = 20.0
_LONGEST_WORD: Final = 48
"""Characters; a hash of 64 is broken in its middle, not where the column happens to end."""
_MISSING: Final = "?"
_GREEN: Final = (29, 122, 70)
_RED: Final = (163, 34, 27)
_OCHRE: Final = (140, 90, 0)
_COLOURS: Final = {Outcome.TAMPERED: _RED, Outcome.CLEAN: _GREEN}
_STATE_COLOURS: Final = {
    State.FOUND: _RED,
    State.UNCHECKED: _OCHRE,
    State.NOT_ASKED: FAINT_INK,
    State.CLEAN: _GREEN,
}


def audit_sheet(account: AuditAccount, language: str) -> bytes:
    """Return the sheet of an audit in ``vi`` or ``en``; the same account gives the same bytes.

    A character that the font does not have is printed as a question mark.
    """
    told = contents_of(account, language)
    sheet = _AuditSheet(account, told)
    try:
        sheet.tell()
        return bytes(sheet.output())
    finally:
        sheet.close_fonts()


class _AuditSheet(Sheet):
    def __init__(self, account: AuditAccount, told: Contents) -> None:
        self._told = told
        title = say("title", told.language)
        super().__init__(foot="", title=title, at=account.ended_at, end_of_first_mm=BOTTOM_MM)
        self.set_lang(told.language)

    @override
    def footer(self) -> None:
        """Write which root the report is about, and which page this is."""
        language, root = self._told.language, self._told.root or self._say("none")
        self.pen(7.5, colour=FAINT_INK)
        self.set_xy(LEFT_MM, 278.5)
        self.cell(_WIDTH_MM, 4, nfc(f"{self._say('root')}: {root}"), align=Align.C)
        self.set_xy(LEFT_MM, 281.9)
        page = f"{say('page', language)} {self.page_no()} {say('of', language)} {{nb}}"
        self.cell(_WIDTH_MM, 4, nfc(page), align=Align.C)

    def tell(self) -> None:
        """Write everything, from the verdict to the limits."""
        told = self._told
        self._write_verdict(told)
        self._heading("counts")
        for row in told.counts:
            self._row(row.label, row.value)
        self._write_checks(told)
        self._heading("findings")
        if not told.groups:
            self._paragraph(self._say("nothing"))
        elif told.language == "vi":
            self._paragraph(self._say("machine"), colour=FAINT_INK, points=9.5)
        for group in told.groups:
            self._write_group(group)
        self._heading("account")
        for row in told.overview:
            self._row(row.label, row.value)
        self._heading("reproduce")
        self._paragraph(self._say("reproduce_how"))
        self._paragraph(told.command, style="B", points=10)
        self._heading("limits")
        self._paragraph(self._say("limits_how"))
        for limit in told.limits:
            self._paragraph(f"•  {limit}")
        self._paragraph(self._say("person"), colour=FAINT_INK, points=9.5)

    def _write_verdict(self, told: Contents) -> None:
        colour = _COLOURS.get(told.outcome, _OCHRE)
        self.set_y(TOP_MM)
        self._paragraph(self._say("title").upper(), points=12, style="B", colour=FAINT_INK)
        self._paragraph(told.verdict, points=17, style="B", colour=colour)
        self._paragraph(told.advice, points=12)
        for caution in told.cautions:
            self._paragraph(caution, style="I", colour=_OCHRE)

    def _write_checks(self, told: Contents) -> None:
        self._heading("checks")
        for one in told.checks:
            if self.get_y() + _FINDING_ROOM_MM > BOTTOM_MM:
                self.add_page()
            self.line_across()
            self.set_y(self.get_y() + 1.5)
            self._paragraph(f"{one.check}  {one.title}", style="B", gap=0.3)
            self._paragraph(one.looked_at, points=9.5, colour=FAINT_INK, gap=0.3)
            style = "B" if one.state in {State.FOUND, State.UNCHECKED} else ""
            self._paragraph(one.result, style=style, colour=_STATE_COLOURS[one.state])

    def _write_group(self, group: GroupTold) -> None:
        if self.get_y() + 2 * _HEADING_ROOM_MM > BOTTOM_MM:
            self.add_page()
        self.set_y(self.get_y() + 3)
        self._paragraph(
            f"{group.code}  ({group.count})  {group.seen}", points=12, style="B", colour=ACCENT
        )
        for row in group.rows:
            self._row(row.label, row.value)
        self.line_across()
        self.set_y(self.get_y() + 2)
        for one in group.shown:
            self._write_finding(one)
        if group.left_out:
            self._paragraph(group.left_out, style="I")

    def _write_finding(self, one: FindingTold) -> None:
        """Write place and severity, what should be and is, and between which heads."""
        expected, found = self._say("expected"), self._say("found")
        if self.get_y() + _FINDING_ROOM_MM > BOTTOM_MM:
            self.add_page()
        self._paragraph(f"{one.place} ({one.severity})", points=9.5, style="B", gap=0)
        self._paragraph(f"{expected}: {one.expected}. {found}: {one.found}.", points=9.5, gap=0)
        if one.between:
            between = f"{self._say('between')}: {one.between}"
            self._paragraph(between, points=9.5, colour=FAINT_INK, gap=0)
        self.set_y(self.get_y() + 1)
        self.line_across()
        self.set_y(self.get_y() + 1)

    def _heading(self, key: str) -> None:
        if self.get_y() + _HEADING_ROOM_MM > BOTTOM_MM:
            self.add_page()
        self.set_y(self.get_y() + 5)
        self._paragraph(self._say(key), points=14, style="B", colour=ACCENT)

    def _paragraph(
        self, text: str, *, points: float = 11, style: str = "",
        colour: tuple[int, int, int] = INK, gap: float = 1.4,
    ) -> None:  # fmt: skip
        self.write_lines(
            self._printable(text), x=LEFT_MM, width=_WIDTH_MM, points=points, style=style,
            colour=colour,
        )  # fmt: skip
        self.set_y(self.get_y() + gap)

    def _row(self, label: str, value: str) -> None:
        title, told = self._printable(label), self._printable(_halved(value))
        self.write_row(Wording(title, title), Wording(told, told))

    def _say(self, key: str) -> str:
        return say(key, self._told.language)

    def _printable(self, text: str) -> str:
        self.pen(10)
        font = self.current_font
        assert isinstance(font, TTFFont)
        return "".join(
            one if ord(one) in font.cmap or one == "\n" else _MISSING for one in nfc(text)
        )


def _halved(text: str) -> str:
    """Return text whose longest words are in two lines."""
    words = text.split(" ")
    return " ".join(
        f"{one[: len(one) // 2]}\n{one[len(one) // 2 :]}" if len(one) > _LONGEST_WORD else one
        for one in words
    )
