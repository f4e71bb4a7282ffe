"""Reports of audits in a folder, only ever read: what they found, and the map of what was verified.

The auditor's program runs elsewhere, as somebody else; its files are put into the folder that the
setting ``audit_reports`` names. A file that is no report is listed as such, and left alone.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, reduce
from os import stat_result
from pathlib import Path
from stat import S_ISREG
from typing import Final

from ledger.audit.coverage import Coverage, merged
from ledger.audit.coverage_map import CoverageMap, map_of
from ledger.audit.report_file import LARGEST_REPORT, ReportKind, ReportRead, read_report
from ledger.errors import InvalidInputError, NotFoundError

MOST_FILES: Final = 50
"""Reports that are looked at, the newest first."""
_REMEMBERED: Final = 64
_ENDINGS: Final = frozenset({".json", ".jsonl"})


@dataclass(frozen=True, slots=True)
class FiledReport:
    """A file of the folder."""

    name: str
    """Path within the folder."""
    at: datetime
    """When it was made, as it says itself; otherwise when its file was written."""
    report: ReportRead | None
    """None for a file that is no report."""
    refused: str = ""
    """Why it is none: which place, and what was expected there."""


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports that the service can see."""

    folder: Path
    is_ours: Callable[[int, bytes], bool | None]
    """Whether a head of this size and root is of the log that is served; None if not known."""

    def all(self) -> list[FiledReport]:
        """Return every report, the newest first."""
        files = sorted(self._files(), key=lambda one: -one[1].st_mtime)
        filed = [self._filed(*one) for one in files[:MOST_FILES]]
        return sorted(filed, key=lambda one: (one.at, one.name), reverse=True)

    def find(self, name: str) -> FiledReport:
        """Return the report with this name.

        Raises:
            NotFoundError: There is none.
        """
        for file, status in self._files():
            if self._name(file) == name:
                return self._filed(file, status)
        raise NotFoundError("there is no such report")

    def latest(self, kind: ReportKind) -> FiledReport | None:
        """Return the newest report of a kind."""
        return next((one for one in self.all() if one.report and one.report.kind is kind), None)

    def belongs(self, report: ReportRead) -> bool | None:
        """Whether a report is of the log that is served; None if it does not say."""
        if report.head is None:
            return None
        size, root = report.head
        try:
            return self.is_ours(size, bytes.fromhex(root))
        except ValueError:
            return False

    def map(self, size: int) -> CoverageMap:
        """Return the map of a log of ``size`` entries, from all reports that may be of it."""
        return map_of(self.coverage(), size)

    def coverage(self) -> Coverage:
        """Return what all reports together have verified, the newest word first."""
        known = [
            one.report.coverage for one in reversed(self.all())
            if one.report is not None and one.report.coverage is not None
            and self.belongs(one.report) is not False
        ]  # fmt: skip
        return reduce(merged, known, Coverage())

    def _files(self) -> Iterator[tuple[Path, stat_result]]:
        for pattern in ("*", "*/*"):
            for file in self.folder.glob(pattern):
                if file.suffix not in _ENDINGS:
                    continue
                with suppress(OSError):  # its owner may take it away at any moment
                    status = file.lstat()
                    if S_ISREG(status.st_mode):
                        yield file, status

    def _name(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()

    def _filed(self, file: Path, status: stat_result) -> FiledReport:
        written = datetime.fromtimestamp(int(status.st_mtime), UTC)
        read = _read(file, status.st_mtime_ns, status.st_size)
        if isinstance(read, str):
            return FiledReport(self._name(file), written, None, read)
        return FiledReport(self._name(file), read.at or written, read)


@lru_cache(_REMEMBERED)
def _read(file: Path, changed: int, size: int) -> ReportRead | str:
    """Return the report in a file, or why it is none; read again once it has changed."""
    del changed
    if size > LARGEST_REPORT:
        return f"expected at most {LARGEST_REPORT} bytes"
    try:
        with file.open("rb") as opened:
            return read_report(opened.read(LARGEST_REPORT + 1))
    except InvalidInputError as error:
        return f"{error.place}: expected {error.expected}"
    except OSError:
        return "it cannot be read"
