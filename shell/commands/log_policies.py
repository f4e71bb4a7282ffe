"""`records log policies`: how far each policy of the log reached, for who audits its heads."""

from collections.abc import Iterator
from typing import Any, Final

import click

from app import System
from ledger.transparency.log import LogReader, PublishedHead
from ledger.transparency.policy_history import reach
from shell.home import Home
from shell.lines import as_json, moment, pass_home, table, tell
from shell.sequencer import log_of

_PAGE: Final = 64


@click.command()
@as_json
@pass_home
def policies(home: Home, *, as_json: bool) -> None:
    """List the policies before the one in force, and the size that each reached.

    An auditor who was not there is given these files, by somebody other than the log itself, and
    names them: records audit verify --policy-until SIZE:FILE
    """
    with home.opened() as system:
        found = _policies(system)
    if as_json:
        tell(found)
        return
    table([(one["until"], one["ended_at"], one["file"]) for one in found],
          head=("UNTIL SIZE", "REPLACED AT", "FILE"))  # fmt: skip


def _policies(system: System) -> list[dict[str, Any]]:
    opened = log_of(system)
    assert system.policy is not None, "it belongs to the log"
    replaced = system.log_files.replaced()
    following = [*(one.policy for one in replaced), system.policy][1:]
    found, until = [], 0
    for one, after in zip(replaced, following, strict=True):
        until = reach(_heads(opened, until), one.ended, after) or until
        found.append({"until": until, "ended_at": moment(one.ended), "file": str(one.path)})
    return found


def _heads(log: LogReader, after: int) -> Iterator[PublishedHead]:
    while page := log.heads(after=after, limit=_PAGE):
        yield from page
        after = page[-1].size
