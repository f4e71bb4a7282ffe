"""Evidence packages that somebody without the exporter's key changed, and what is found of them."""

import json

from ledger.audit.package import verify
from tests_support.evidence_packages import Files, forged

FACTS, HEAD, POLICY = "data/facts.jsonl", "data/checkpoint", "data/policy"


def lines(files: Files) -> list[dict[str, object]]:
    """Return the rows of a package."""
    return [json.loads(line) for line in files[FACTS].decode().splitlines()]


def of_lines(rows: list[dict[str, object]]) -> bytes:
    """Return rows as a package has them."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def without(package: Files, position: int) -> dict[str, bytes]:
    """Return a package from which a row and its proof were taken, and whatever told of it."""
    rows = [row for row in lines(package) if row["position"] != position]
    changes = {FACTS: of_lines(rows), f"data/proofs/{position - 1}.tlog-proof": None}
    return forged(package, changes, hide=("Records-Range", "Records-Whole-Stream"))


def wrong(outcome: verify.Outcome) -> str:
    """Return what is wrong beside the signature of the exporter, which no forger has."""
    assert outcome.exit_code == 1
    return "\n".join(one for one in outcome.wrong if not one.startswith("export: "))
