"""A sequencer and a witness, as in service: ``python -m tests_support.log_server FOLDER``.

Over the toy ledger ``ledger.db`` in FOLDER, the log in ``log.db``; the witness is in this process
and decides as ours does. Prints a line when it has begun, and goes on until it is ended.
"""

import sys
import time
from pathlib import Path

from ledger.store.log_store import open_log
from shell.sequencer import PACE_SECONDS, ROUND_SECONDS
from tests_support.log_house import LogHouse
from tests_support.toy_ledger import toy_ledger


def main(folder: Path) -> None:
    """Sequence and publish at the pace of the service's own process."""
    log = open_log(f"sqlite:///{folder / 'log.db'}")
    with toy_ledger(f"sqlite:///{folder / 'ledger.db'}") as facts:
        house = LogHouse(facts, log, folder)
        wakeup = facts.wakeup()
        (folder / "newest").unlink(missing_ok=True)
        print("begun", flush=True)  # noqa: T201 (its answer)
        while True:
            began = time.monotonic()
            house.step()
            time.sleep(max(0.0, began + PACE_SECONDS - time.monotonic()))
            wakeup.wait(ROUND_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
