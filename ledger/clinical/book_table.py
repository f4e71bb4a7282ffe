"""The book as rows for spreadsheets and screens: one an entry, words as they were sent."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from ledger.clinical.book import Item
from ledger.clinical.book_papers import BookPaper, left_words, state_words
from ledger.clinical.moments import VIETNAM, time_of
from ledger.clinical.sections import Section
from ledger.clinical.words import heading, kind_words, source_words, status_words, value_words

COLUMNS: Final = (
    "Loại · Kind", "Thời điểm · When", "Đến · Until", "Nội dung · What", "Giá trị · Value",
    "Tình trạng · Status", "Mã · Codes", "Chi tiết · Details", "Nơi gửi · Facility",
    "Nhận lúc · Received", "Gửi muộn · Late",
)  # fmt: skip
_NUMBER: Final = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


def rows(items: Iterable[Item]) -> Iterator[tuple[str, ...]]:
    """Yield a row an entry, in the order of `COLUMNS`; both languages where a word is ours."""
    for item in items:
        entry = item.entry
        kind, status = kind_words(entry.kind), status_words(item.status)
        yield (
            f"{kind.vi} · {kind.en}",
            entry.start or entry.recorded,
            entry.end,
            entry.text,
            value_words(item),
            f"{status.vi} · {status.en}",
            "; ".join(f"{one.system}|{one.code}" for one in entry.codings),
            "; ".join(f"{name}: {value}" for name, value in entry.details),
            source_words(item),
            time_of(item.source.recorded_at).isoformat(),
            "x" if item.late else "",
        )


def paper_rows(papers: Iterable[BookPaper]) -> Iterator[tuple[str, ...]]:
    """Yield a row a paper, in the order of `COLUMNS`."""
    for paper in papers:
        kind, state, left = heading(paper.section), state_words(paper.state), left_words(paper)
        to = "; ".join(one.name for one in paper.to)
        details = (
            ("người giữ · held by", "" if paper.at is None else paper.at.name),
            ("còn lại · left", "" if left is None else f"{left.vi} · {left.en}"),
        )
        referral = paper.section is Section.REFERRALS
        day = f"{paper.last_day.isoformat()} {paper.clock}".strip()
        yield (
            f"{kind.vi} · {kind.en}",
            paper.issued_at.astimezone(VIETNAM).isoformat() if referral else day,
            paper.last_day.isoformat() if referral else "",
            f"{paper.number}: {paper.issuer.name} → {to}" if referral else f"{paper.number}: {to}",
            "",
            f"{state.vi} · {state.en}",
            str(paper.reference),
            "; ".join(f"{name}: {value}" for name, value in details if value),
            paper.issuer.code,
            paper.issued_at.astimezone(VIETNAM).isoformat(),
            "",
        )


def to_csv(items: Iterable[Item], papers: Iterable[BookPaper] = ()) -> bytes:
    """Return the rows, those of papers last, as CSV in UTF-8 with a byte-order mark.

    Without the mark Vietnamese breaks. A cell that a spreadsheet would take for a formula begins
    with an apostrophe. Source: OWASP, CSV injection.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([spreadsheet_cell(cell) for cell in row] for row in rows(items))
    writer.writerows([spreadsheet_cell(cell) for cell in row] for row in paper_rows(papers))
    return text.getvalue().encode("utf-8-sig")


def spreadsheet_cell(text: str) -> str:
    """Return ``text`` as a cell that no spreadsheet takes for a formula, whoever wrote it."""
    if text.startswith(_RISKY) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
