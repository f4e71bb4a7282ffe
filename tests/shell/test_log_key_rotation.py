"""New keys for the log's heads: announced, both for a while, the old ones retired; all by command.

The home's own witness runs as a process of its own, as it does beside `records serve`.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app import Clockwork, System, build
from ledger.commands import keys as key_commands
from ledger.errors import LogError, ProofError
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint
from ledger.transparency.cosignature import NoteSigner, sign
from ledger.transparency.note import Note, NoteKey, Signature, parse_note, parse_vkey, write_note
from ledger.transparency.policy import Policy, parse_policy
from ledger.transparency.proof import parse_proof
from ledger.transparency.witness_request import write_request
from settings import read_settings
from shell import local_witness
from shell.sequencer import Sequencer
from shell.witness_home import WitnessHome
from tests.shell.test_witness_commands import free_port, running

Run = Callable[..., Result]
WHY = ("--now-because", "a test")


@contextmanager
def opened(home: Path) -> Iterator[System]:
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        yield system


def happen(home: Path) -> None:
    """Let one fact happen."""
    with opened(home) as system:
        key_commands.publish_trust_list(
            facts=system.facts, signer=system.keyring, act=system.act("test", "operator"),
            list_id="records-ledger",
        )  # fmt: skip


def ok(result: Result) -> Result:
    assert result.exit_code == 0, result.stderr
    return result


def refused(result: Result) -> str:
    assert result.exit_code == 2, result.output
    return ": ".join(result.stderr.split(": ")[1:2])


def publish(records: Run, home: Path) -> None:
    """Let the log run once; the home's witness is started for it."""
    port = free_port()
    with running(home / local_witness.FOLDER, port):
        done = ok(records("log", "run", "--once", "--witness-port", str(port)))
    assert done.stdout.startswith("published ")


def policy_of(home: Path) -> Policy:
    return parse_policy((home / "log" / "policy").read_text("utf-8"))


def newest(home: Path) -> tuple[Checkpoint, tuple[Signature, ...]]:
    with opened(home) as system:
        assert system.log is not None
        head = system.log.latest()
    assert head is not None
    note = parse_note(head.note)
    return parse_checkpoint(note.text), note.signatures


def signed_by(home: Path, vkeys: list[str]) -> list[bool]:
    _, lines = newest(home)
    return [any(parse_vkey(vkey).has_signed(line) for line in lines) for vkey in vkeys]


def witness_log(records: Run, home: Path, verb: str, vkeys: list[str]) -> Result:
    folder = home / local_witness.FOLDER
    return records("witness", "log", verb, "--home", folder, *vkeys)


def rotated(records: Run, home: Path) -> tuple[list[str], list[str]]:
    """Change the keys from end to end; return the old ones and the new ones."""
    old = [log.key.vkey for log in policy_of(home).logs]
    new = ok(records("log", "rotate-key", "begin")).stdout.split()
    ok(witness_log(records, home, "trust", new))
    ok(records("log", "rotate-key", "join", *WHY))
    publish(records, home)
    assert signed_by(home, [*old, *new]) == [True] * 4
    ok(records("log", "rotate-key", "finish"))
    ok(witness_log(records, home, "distrust", old))
    return old, new


def test_keys_are_changed_with_an_overlap_and_old_proofs_stay_good(
    records: Run, home: Path, tmp_path: Path
) -> None:
    proof, entry = tmp_path / "proof", tmp_path / "entry"
    ok(records("log", "prove", "42", "--to", proof, "--entry-to", entry))
    old, new = rotated(records, home)
    ended = newest(home)[0].size
    publish(records, home)
    assert signed_by(home, old) == [False, False]
    assert signed_by(home, new) == [True, True]
    policy = policy_of(home)
    assert [(log.key.vkey, log.until) for log in policy.logs] == [
        *((vkey, ended) for vkey in old), *((vkey, None) for vkey in new),
    ]  # fmt: skip
    # A proof from before, one from the time of both, and one from afterwards.
    assert parse_proof(proof.read_bytes()).verify(entry.read_bytes(), policy)
    for position in (ended, newest(home)[0].size):
        ok(records("log", "prove", str(position), "--to", proof, "--entry-to", entry))
        assert parse_proof(proof.read_bytes()).verify(entry.read_bytes(), policy)
    states = {
        key["kid"]: key["state"] for key in json.loads(records("keys", "list", "--json").stdout)
    }
    assert [states[parse_vkey(one).public.kid.hex()] for one in [*old, *new]] == [
        "retired", "retired", "active", "active",
    ]  # fmt: skip
    assert "2 in use" in records("doctor").stdout
    found = records("audit", "verify", home / "ledger.db", "--log", home / "log.db",
                    "--policy", home / "log" / "policy")  # fmt: skip
    assert found.exit_code == 0, found.output


def test_a_paper_s_proof_from_before_is_believed_afterwards(
    records: Run, home: Path, tmp_path: Path
) -> None:
    paper, bundle = home / "papers" / "active.pdf", tmp_path / "bundle.cbor"
    rotated(records, home)
    publish(records, home)
    ok(records("bundle", "write", bundle))
    offline = ("--bundle", bundle, "--policy", home / "log" / "policy", "--json")
    answer = json.loads(ok(records("verify", paper, *offline)).stdout)
    assert answer["axes"]["logged"] == "in_log"
    # By a policy of new keys alone the old head is nobody's.
    only = tmp_path / "policy"
    text = (home / "log" / "policy").read_text("utf-8")
    ended = [log for log in policy_of(home).logs if log.until is not None]
    lines = [one for one in text.splitlines()
             if not any(log.key.short in one for log in ended)]  # fmt: skip
    only.write_text("\n".join([*lines, ""]), "utf-8")
    answer = json.loads(records("verify", paper, *offline[:3], only, "--json").stdout)
    assert answer["axes"]["logged"] == "not_found"


def stolen(home: Path, old: list[str], checkpoint: Checkpoint) -> list[Signature]:
    """Return what a thief of the retired keys signs."""
    with opened(home) as system:
        keys = [parse_vkey(vkey) for vkey in old]
        return [sign(checkpoint, NoteSigner(key, partial(system.keyring.sign, key.public.kid)))
                for key in keys]  # fmt: skip


def test_a_stolen_retired_key_makes_no_later_head(records: Run, home: Path) -> None:
    old, _ = rotated(records, home)
    publish(records, home)
    head, lines = newest(home)
    policy = policy_of(home)
    later = Checkpoint(head.origin, head.size + 1, b"x" * 32)
    forged = stolen(home, old, later)
    witnesses = [one.key for one in policy.witnesses.values()]
    cosigned = cosignatures_of(home, later, witnesses)
    # Even with the witnesses' own hands under it.
    note = write_note(Note(later.text, (*forged, *cosigned)))
    with pytest.raises(ProofError) as found:
        policy.judge(note)
    assert found.value.rule == "log_unsigned"
    # The same for the very head that was published since, and where one kind of key is good.
    kept = [line for line in lines if any(key.has_signed(line) for key in witnesses)]
    good = [line for line in lines if line not in kept]
    for some in ([], good[:1], good[1:]):
        with pytest.raises(ProofError) as found:
            policy.judge(write_note(Note(head.text, (*stolen(home, old, head), *some, *kept))))
        assert found.value.rule == "log_unsigned"
    assert len(good) == 2
    assert policy.judge(write_note(Note(head.text, (*good, *kept)))).checkpoint == head
    with WitnessHome(home / local_witness.FOLDER).opened() as witness:
        own = write_note(Note(later.text, tuple(forged)))
        assert witness.add_checkpoint(write_request(head.size, [], own)).status == 403


def cosignatures_of(home: Path, head: Checkpoint, keys: list[NoteKey]) -> list[Signature]:
    with WitnessHome(home / local_witness.FOLDER).opened() as witness:
        at = Clockwork.now()
        return [sign(head, one, at) for one in witness.signers if one.key in keys]


def test_the_running_log_changes_its_keys_without_a_new_start(records: Run, home: Path) -> None:
    old = [log.key.vkey for log in policy_of(home).logs]
    new = ok(records("log", "rotate-key", "begin")).stdout.split()
    ok(witness_log(records, home, "trust", new))
    with (
        opened(home) as system,
        WitnessHome(home / local_witness.FOLDER).opened() as local,
        closing(Sequencer(system, clients=lambda _: local.add_checkpoint)) as life,
    ):
        assert life.round()
        assert signed_by(home, new) == [False, False]
        ok(records("log", "rotate-key", "join", *WHY))
        assert life.round()
        assert signed_by(home, [*old, *new]) == [True] * 4
        ok(records("log", "rotate-key", "finish"))
        assert life.round()
        assert signed_by(home, [*old, *new]) == [False, False, True, True]
        assert life.state.alarm is None


def test_new_keys_wait_for_their_notice(records: Run, home: Path) -> None:
    assert refused(records("log", "rotate-key", "join")) == "refused/rotation_not_begun"
    assert refused(records("log", "rotate-key", "finish")) == "refused/rotation_not_begun"
    before = policy_of(home)
    begun = ok(records("log", "rotate-key", "begin"))
    assert "records witness log trust" in begun.stderr
    assert refused(records("log", "rotate-key", "begin")) == "refused/rotation_begun"
    assert refused(records("log", "rotate-key", "join")) == "refused/signing_key_notice"
    assert policy_of(home) == before
    ok(records("log", "rotate-key", "join", *WHY))
    assert refused(records("log", "rotate-key", "finish")) == "refused/overlap_missing"
    publish(records, home)
    ok(records("log", "rotate-key", "finish"))
    assert refused(records("log", "rotate-key", "finish")) == "refused/rotation_not_begun"


def test_a_finish_that_was_cut_short_is_done_again(records: Run, home: Path) -> None:
    ok(records("log", "rotate-key", "begin"))
    ok(records("log", "rotate-key", "join", *WHY))
    publish(records, home)
    whole = (home / "ledger.db").read_bytes()
    old = [log.key for log in policy_of(home).logs][:2]
    ok(records("log", "rotate-key", "finish"))
    ended = policy_of(home)
    (home / "ledger.db").write_bytes(whole)  # the policy was written, and no fact yet
    for rest in ("-wal", "-shm"):
        (home / f"ledger.db{rest}").unlink(missing_ok=True)
    again = ok(records("log", "rotate-key", "finish"))
    assert again.stdout.split() == [key.vkey for key in old]
    assert policy_of(home) == ended


def test_a_key_that_was_given_up_is_replaced_without_an_overlap(records: Run, home: Path) -> None:
    old = [log.key for log in policy_of(home).logs]
    for key in old:
        ok(records("keys", "compromise", key.public.kid.hex(), "--since", "2026-11-20T00:00:00Z",
                   "--reason", "lost", "--yes"))  # fmt: skip
    new = ok(records("log", "rotate-key", "begin")).stdout.split()
    ok(records("log", "rotate-key", "join", *WHY))
    with opened(home) as system, pytest.raises(LogError):
        Sequencer(system)
    ok(records("log", "rotate-key", "finish"))
    ok(witness_log(records, home, "trust", new))
    publish(records, home)
    assert signed_by(home, new) == [True, True]


def test_a_witness_believes_keys_of_logs_that_it_follows(records: Run, home: Path) -> None:
    old = [log.key.vkey for log in policy_of(home).logs]
    new = ok(records("log", "rotate-key", "begin")).stdout.split()
    assert "4 keys" in ok(witness_log(records, home, "trust", new)).stdout
    told: list[Any] = [
        ("trust", new, "invalid_input/log_key"),
        ("distrust", old[:1] + new[:1], "invalid_input/last_key"),
        ("distrust", [*old, *new], "invalid_input/last_key"),
    ]
    for verb, vkeys, code in told:
        assert refused(witness_log(records, home, verb, vkeys)) == code
    folder = home / local_witness.FOLDER
    for verb in ("trust", "distrust"):
        other = records("witness", "log", verb, "--home", folder, new[0], "--origin", "other")
        assert refused(other) == "not_found"
    ok(witness_log(records, home, "distrust", old))
    assert refused(witness_log(records, home, "distrust", old)) == "not_found"
