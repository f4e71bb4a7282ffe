"""The service's answers against a transcript that nobody here wrote."""

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from keys.algorithms import ED25519, PublicKey
from ledger.transparency.note import ED25519_NOTE, NoteKey
from ledger.transparency.witnessing import KnownLog
from tests_support.witness_bench import Bench
from verify_api.witness_app import create_witness_app


def test_the_transcript_is_answered_as_the_protocol_says(shared_data: Path, tmp_path: Path) -> None:
    told: dict[str, Any] = json.loads(
        (shared_data / "tlog" / "witness_transcript_ed25519.json").read_text("utf-8")
    )
    raw = bytes.fromhex(told["log_ed25519_public_key_hex"])
    public = PublicKey(ED25519, Ed25519PublicKey.from_public_bytes(raw))
    log = KnownLog(told["log_origin"], (NoteKey(told["log_origin"], ED25519_NOTE, public),))
    bench = Bench(tmp_path / "witness", [log], name="example.com/witness")
    app = create_witness_app(bench.open(), name=bench.name, monotonic=lambda: 0.0)
    answers = []
    for request in told["requests"]:
        answer = app.test_client().post(f"/{request['path']}", data=request["body"].encode())
        answers.append((answer.status_code, request["status_c2sp_v1"]))
        if answer.status_code in {200, 409}:
            assert assertion_holds(request["assert"], answer.text), request["assert"]
    bench.close()
    assert len(answers) == 9
    assert [got for got, _ in answers] == [wanted for _, wanted in answers]


def assertion_holds(text: str, body: str) -> bool:
    """Read the transcript's own words: `body contains "…"` or `body == "…"`."""
    kind, written = text.removeprefix("body ").split(" ", 1)
    wanted = json.loads(written)
    return wanted in body if kind == "contains" else body == wanted
