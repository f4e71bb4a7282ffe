"""An audit in a process of its own that kills itself where it is told to.

``python -m tests_support.killed_audit <arguments as JSON>``: after ``rows`` rows have been read the
process is gone at once, without a word to anybody. Each part that is begun is noted in a file.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.audit.evidence import Evidence
from ledger.audit.findings import Finding
from ledger.audit.memory import AuditorMemory
from ledger.audit.rows import RawRow
from ledger.audit.verify import verify
from ledger.transparency.policy import parse_policy

PART_ROWS = 256


class Killer:
    """Looks at rows like any further check, notes the parts, and ends the process."""

    def __init__(self, notes: Path, rows: int | None) -> None:
        """Note parts in the file ``notes``; end after ``rows`` rows, never if None."""
        self._notes = notes
        self._left = rows

    def __call__(self, rows: Sequence[RawRow]) -> list[Finding]:
        """Look at rows."""
        for row in rows:
            if row.position % PART_ROWS == 1:
                with self._notes.open("a") as file:
                    file.write(f"{row.position // PART_ROWS}\n")
            if self._left is not None:
                self._left -= 1
                if self._left <= 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        return []


def run(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Audit as told; return the findings in plain values."""
    memory = AuditorMemory(Path(said["memory"]))
    evidence = Evidence(
        said["ledger"],
        said["log"],
        parse_policy(said["policy"]),
        also=Killer(Path(said["notes"]), said["rows"]),
    )
    report = verify(
        evidence,
        at=datetime.fromisoformat(said["at"]),
        memory=memory,
        resume=memory.running() is not None,
        part_rows=PART_ROWS,
    )
    return [one.as_json() for one in report.findings]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.loads(sys.argv[1]))))
