"""A process of its own that takes papers: ``python -m tests_support.paper_process URL TASK …``.

    accept REFERRAL COUNT      accept a referral so often at once, for both facilities in turn
    consume APPOINTMENT COUNT  use an appointment so often at once, where it was given

Waits for a line on standard input, so that several begin together. Prints one line of JSON: how
often each answer was given.
"""

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from uuid import UUID

from ledger.commands import appointments, referrals
from ledger.commands.appointments import AppointmentUse
from ledger.errors import RefusedError
from ledger.facts import FactStore
from ledger.store.databases import open_store
from ledger.store.registry import FACT_TYPES
from tests_support.paper_town import CENTRAL, DISTRICT, PROVINCIAL, act
from tests_support.toy_ledger import OpenSeals, fresh_id

THREADS = 10
ADDRESSED = (CENTRAL, PROVINCIAL)


def accept(store: FactStore, paper: UUID, number: int) -> str:
    """Return what somebody who accepts is answered."""
    who = act(ADDRESSED[number % 2], actor=f"doctor-{number}")
    try:
        referrals.accept(store, certificate=paper, act=who)
    except RefusedError as error:
        return str(error)
    return "accepted"


def consume(store: FactStore, paper: UUID, number: int) -> str:
    """Return what somebody who uses an appointment is answered."""
    shown = AppointmentUse(paper, abnormal_signs=True)
    try:
        appointments.consume(store, shown=shown, act=act(DISTRICT, actor=f"doctor-{number}"))
    except RefusedError as error:
        return error.rule
    return "consumed"


TASKS = {"accept": accept, "consume": consume}


def main() -> None:
    """Do the task, and tell what came of it."""
    url, task, paper, count = sys.argv[1:]
    with closing(open_store(url, types=FACT_TYPES, seals=OpenSeals(), ids=fresh_id)) as store:
        store.head()
        sys.stdin.readline()
        with ThreadPoolExecutor(THREADS) as pool:
            answers = pool.map(partial(TASKS[task], store, UUID(paper)), range(int(count)))
            told = Counter(answers)
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
