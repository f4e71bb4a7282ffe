"""Histories as ledgers and as folders of small segments, so that a few facts make many of them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ledger.audit.findings import Finding
from ledger.audit.segments.export import carry_out, finish, plan
from ledger.audit.segments.names import lay_out, segments_in
from ledger.audit.segments.workers import Here
from ledger.store.postgres_recorder import PostgresFacts
from ledger.store.rows import Batch, Recorder, Row
from ledger.store.sqlite_recorder import SQLiteFacts
from ledger.transparency.log import LogReader
from tests_support.many_facts import stored, walk_facts

SMALL: Final = 5
"""Level of the segments here: 32 facts each."""
_SQLITE: Final = "sqlite:///"


def history(seed: int, steps: int = 150) -> list[Row]:
    """Return what a small town did by the real commands, as the ledger stores it."""
    return stored(walk_facts(seed=seed, steps=steps))


def fill(url: str, rows: Iterable[Row]) -> None:
    """Append ``rows`` to the ledger at ``url``, whose tables are made if need be."""
    sqlite = url.startswith(_SQLITE)
    path = Path(url.removeprefix(_SQLITE))
    recorder: Recorder = SQLiteFacts(path) if sqlite else PostgresFacts(url)
    recorder.create_table()
    recorder.append(Batch(list(rows)))
    recorder.close()


def export(
    url: str, folder: Path, log: LogReader | None = None, *, tail: bool = True, level: int = SMALL
) -> list[Finding]:
    """Write the segments that are not there yet; return what was found wrong."""
    folder.mkdir(exist_ok=True)
    work = plan(url, folder, log, level=level, tail=tail)
    found = [one for done in carry_out(work, Here()) for one in done.findings]
    finish(folder, log, work.head)
    return [*work.findings, *found]


def paths_in(folder: Path) -> list[Path]:
    """Return the files of the history in ``folder``, in order."""
    return [folder / one.file_name for one in lay_out(segments_in(folder)).used]
