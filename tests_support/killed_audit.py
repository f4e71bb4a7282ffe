"""An audit in a process of its own that kills itself where it is told to.

``python -m tests_support.killed_audit <arguments as JSON>``: after ``rows`` rows have been read the
process is gone at once, without a word to anybody. Each part that is begun is noted in a file.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.audit.evidence import Evidence
from ledger.audit.memory import AuditorMemory
from ledger.audit.rows import open_rows
from ledger.audit.verify import verify
from ledger.transparency.policy import parse_policy

PART_ROWS = 256


class Killer:
    """Reads the rows of a copy, notes the parts, and ends the process. Implements `RowSource`."""

    def __init__(self, url: str, notes: Path, rows: int | None) -> None:
        """Note parts in the file ``notes``; end after ``rows`` rows, never if None."""
        source = open_rows(url)
        self.head, self.count, self.close = source.head, source.count, source.close
        self.at, self.stream, self.version = source.at, source.stream, source.version
        self.strays, self.odd_columns = source.strays, source.odd_columns
        self._batches = source.batches
        self._notes = notes
        self._left = rows

    def batches(self, first: int, last: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield rows."""
        for batch in self._batches(first, last):
            for row in batch:
                self._look(row[0])
            yield batch

    def _look(self, position: int) -> None:
        if position % PART_ROWS == 1:
            with self._notes.open("a") as file:
                file.write(f"{position // PART_ROWS}\n")
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def run(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Audit as told; return the findings in plain values."""
    memory = AuditorMemory(Path(said["memory"]))
    rows = Killer(said["ledger"], Path(said["notes"]), said["rows"])
    evidence = Evidence(rows, said["log"], parse_policy(said["policy"]))
    report = verify(
        evidence,
        at=datetime.fromisoformat(said["at"]),
        memory=memory,
        resume=memory.running() is not None,
        part_rows=PART_ROWS,
    )
    rows.close()
    return [one.as_json() for one in report.findings]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.loads(sys.argv[1]))))
