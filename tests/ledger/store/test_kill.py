"""A writer is killed again and again: what it acknowledged is there, and nothing is twice."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
CYCLES = 50


def test_a_killed_writer_loses_and_repeats_nothing(ledger_url: str) -> None:
    command = [sys.executable, "-m", "tests_support.toy_process", ledger_url, "kill", str(CYCLES)]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=120, check=True
    )
    told = json.loads(done.stdout)
    assert told["acknowledged"] >= CYCLES
    assert (told["lost"], told["duplicated"], told["findings"]) == (0, 0, [])
    assert told["further"] in {0, 1}
