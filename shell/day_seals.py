"""Sealing a day: views, stream heads and the log's head become one fact, once a day.

A day is sealed when it is over in Vietnam, by whichever worker notices first; a second one is
refused. `records seal now` seals the present day before that, for who is about to audit.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from app import System
from ledger.calendar import local_day
from ledger.commands import seals
from ledger.errors import ConflictError, RefusedError
from ledger.facts import Act
from ledger.records.seal import DaySealed, SealedLog
from projections.day_state import day_state
from projections.seal_files import SealFiles
from system import SEALS

KEPT: Final = 7
"""Seals whose bucket digests are kept."""


def seal_files(home: Path) -> SealFiles:
    """Return where a home keeps bucket digests."""
    return SealFiles(home / SEALS)


def day_to_seal(system: System, now: datetime) -> date | None:
    """Return the day that is over and not sealed; None if there is none.

    A ledger's first day is sealed like all others, when it is over.
    """
    yesterday = local_day(now) - timedelta(days=1)
    last = seals.last_seal(system.reading)
    if last is not None:
        return yesterday if last.day < yesterday else None
    first = system.reading.read(after=0, limit=1)
    return yesterday if first and local_day(first[0].act.at) <= yesterday else None


def seal_day(system: System, day: date, *, act: Act) -> DaySealed:
    """Seal ``day`` with everything as it is now.

    Raises:
        RefusedError: ``day_sealed``, ``seal_goes_back``.
        ConflictError: Somebody else sealed at the same moment.
    """
    files = seal_files(system.settings.home)
    state = day_state(system.views, last=seals.last_seal(system.reading), files=files)
    head = None if system.log is None else system.log.latest()
    log = None if head is None else SealedLog(head.size, head.root)
    seals.seal_day(system.facts, day=day, views=state.views, heads=state.heads, log=log, act=act)
    recent = [one.fact for one in seals.all_seals(system.reading)[-KEPT:]]
    sealed = [one for one in recent if isinstance(one, DaySealed)]
    files.prune(
        root for one in sealed for root in (one.heads.root, *(view.root for view in one.views))
    )
    return sealed[-1]


def seal_if_due(system: System, *, act: Act) -> DaySealed | None:
    """Seal the day that is over, if it is not sealed; None if there was nothing to do."""
    day = day_to_seal(system, act.at)
    if day is None:
        return None
    try:
        return seal_day(system, day, act=act)
    except ConflictError:
        return None  # another worker was faster
    except RefusedError as error:
        if error.rule == "day_sealed":
            return None
        raise
