"""The desk beside the load: issues and revokes at a steady pace, in a process of its own.

    python -m benchmarks.load_writer HOME SECONDS

Drafts are made before; then it writes ``ready``, waits for a line, works, and writes as JSON how
many it issued and revoked and in how many seconds. What a second was too short for stays undone: a
pace that is not kept shows in the numbers.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import UUID

from app import Clockwork, System, build
from benchmarks.issued import Desk
from ledger.calendar import local_day
from ledger.certificates.lifecycle_facts import Reason
from ledger.commands.certificates import WrittenDecision, recall
from ledger.facts import Act
from settings import read_settings

ISSUED_A_SECOND = 200
REVOKED_A_SECOND = 50


def revoke(system: System, certificate: UUID, authority: str) -> None:
    """Take a certificate back by a decision of today."""
    at = system.clockwork.now()
    decision = WrittenDecision("1/QĐ", local_day(at), Reason.CONTENT_WRONG, b"%PDF decision")
    act = Act(at, "signer", "signer", authority)
    recall(system.facts, certificate=certificate, decision=decision, summary="specimen", act=act)


def paced(seconds: float, *works: tuple[float, Callable[[], None]]) -> list[int]:
    """Do each of ``works`` so many times a second for ``seconds``; return how often each was done.

    A work that is late is done at once, and is not caught up beyond the end.
    """
    done = [0] * len(works)
    start = time.perf_counter()
    while (now := time.perf_counter() - start) < seconds:
        due = [count / rate for count, (rate, _) in zip(done, works, strict=True)]
        first = min(range(len(works)), key=due.__getitem__)
        if due[first] > now:
            time.sleep(min(due[first], seconds) - now)
            continue
        works[first][1]()
        done[first] += 1
    return done


def main(home: Path, seconds: float) -> None:
    """Work."""
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        desk = Desk(system)
        drafts = [desk.draft() for _ in range(int(seconds * ISSUED_A_SECOND) + 1)]
        old = [desk.issue(desk.draft()).id for _ in range(int(seconds * REVOKED_A_SECOND) + 1)]
        print("ready", flush=True)
        sys.stdin.readline()

        def issue_one() -> None:
            desk.issue(drafts.pop())

        def revoke_one() -> None:
            revoke(system, old.pop(), desk.authority)

        start = time.perf_counter()
        issued, revoked = paced(
            seconds, (ISSUED_A_SECOND, issue_one), (REVOKED_A_SECOND, revoke_one)
        )
        spent = time.perf_counter() - start
    print(json.dumps({"issued": issued, "revoked": revoked, "seconds": spent}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
