"""The log from a shell: begun, run, looked at, exported, proved, witnessed by others."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from prometheus_client import CollectorRegistry, generate_latest

from app import Clockwork, System, build
from ledger.commands import keys as key_commands
from ledger.errors import LogError, NotFoundError, QuorumMissedError
from ledger.transparency.checkpoint import parse_checkpoint
from ledger.transparency.note import ED25519_COSIGNATURE, ML_DSA_44_SUBTREE
from ledger.transparency.policy import parse_policy
from ledger.transparency.proof import parse_proof
from ledger.transparency.witness_request import NO_ANSWER, Reply
from settings import read_settings
from shell import local_witness
from shell.home import MODULE_FOLDER
from shell.log_figures import LogFigures, served
from shell.sequencer import LogState, Sequencer, note_signers
from tests_support.memory_log import note_signer

Run = Callable[..., Result]
AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def told(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.stderr
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def happen(system: System) -> None:
    """Let one fact happen."""
    key_commands.publish_trust_list(
        facts=system.facts, signer=system.keyring, act=system.act("test", "operator"),
        list_id="records-ledger",
    )  # fmt: skip


def test_a_demonstration_s_facts_are_all_under_a_cosigned_head(records: Run) -> None:
    status = told(records("log", "status", "--json"))
    assert status["not_covered"] == 0
    assert status["facts"] == status["size"] == status["published_size"]
    assert status["quorum"] == "1 of 1"
    witnesses = status["witnesses"]
    assert isinstance(witnesses, list)
    assert [one["name"] for one in witnesses] == ["demo-ed25519", "demo-ml-dsa-44"]
    assert all(one["cosigned_at"] == status["quorum_at"] for one in witnesses)
    shown = records("log", "status").stdout
    assert "records.example/log" in shown
    assert "demo-ml-dsa-44" in shown


def test_a_fact_s_place_is_proved_to_who_holds_the_policy(
    records: Run, home: Path, tmp_path: Path
) -> None:
    proof, entry = tmp_path / "proof", tmp_path / "entry"
    assert records("log", "prove", "42", "--to", proof, "--entry-to", entry).exit_code == 0
    policy = parse_policy((home / "log" / "policy").read_text())
    parsed = parse_proof(proof.read_bytes())
    assert parsed.index == 41
    assert parsed.verify(entry.read_bytes(), policy).quorum_at is not None
    assert records("log", "prove", "42").stdout_bytes == proof.read_bytes()


def test_what_is_not_there_is_not_proved(records: Run, system: System) -> None:
    assert records("log", "prove", "1000000").stderr.startswith("records: not_found: ")
    happen(system)
    uncovered = records("log", "prove", str(system.facts.head()))
    assert "no published head covers this fact yet" in uncovered.stderr


def test_the_log_is_exported_as_files(records: Run, tmp_path: Path) -> None:
    for _ in range(2):
        done = records("log", "export", tmp_path / "export")
        assert "entries, root" in done.stdout
    assert (tmp_path / "export" / "tile" / "entries" / "000").is_file()


def test_the_process_publishes_once_its_witness_answers(system: System) -> None:
    happen(system)
    local_witness.publish(system)
    assert system.log is not None
    assert system.log.wait_for(system.facts.head(), 0) is not None


def test_without_its_witness_once_says_so(records: Run, system: System) -> None:
    happen(system)
    missed = records("log", "run", "--once", "--witness-port", "9")
    assert missed.exit_code == 2
    assert missed.stderr.startswith("records: quorum_missed: ")


def test_with_nothing_new_once_says_so(records: Run) -> None:
    assert records("log", "run", "--once").stdout == "nothing new\n"


def new_home(tmp_path: Path) -> Path:
    home = tmp_path / "new"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text("key_memory_mib = 8\n", "utf-8")
    return home


def test_a_home_without_witnesses_publishes_by_its_own_word(records: Run, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    assert records("init", on=home).exit_code == 0
    assert records("log", "run", "--once", on=home).stdout.startswith("published ")
    status = told(records("log", "status", "--json", on=home))
    assert (status["quorum"], status["quorum_at"], status["not_covered"]) == ("none", None, 0)


def test_a_home_from_before_gets_a_log(records: Run, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    records("init", on=home)
    (home / "log" / "policy").unlink()
    for command in (("status",), ("run",), ("export", tmp_path / "x"), ("prove", "1")):
        assert records("log", *command, on=home).stderr.startswith("records: not_found: ")
    begun = records("log", "init", on=home)
    assert begun.stdout.startswith("records.example/log: a log")
    again = records("log", "init", on=home)
    assert again.exit_code == 2
    assert "has a log already" in again.stderr
    assert records("log", "run", "--once", on=home).stdout.startswith("published ")


def test_witnesses_join_and_leave_and_old_policies_are_kept(
    records: Run, home: Path, tmp_path: Path
) -> None:
    keys = [note_signer("w.example", k).key.vkey for k in (ED25519_COSIGNATURE, ML_DSA_44_SUBTREE)]
    before = (home / "log" / "policy").read_text()
    added = records("log", "witness", "add", "inspectorate", *keys, "https://w.example/w")
    assert added.stdout == "1 of demo, inspectorate\n"
    assert records("log", "quorum", "2").stdout == "2 of demo, inspectorate\n"
    too_few = records("log", "witness", "remove", "demo")
    assert too_few.exit_code == 2
    assert "lower the quorum" in too_few.stderr
    assert records("log", "quorum", "1").exit_code == 0
    assert records("log", "witness", "remove", "demo").stdout == "1 of inspectorate\n"
    listed = json.loads(records("log", "witness", "list", "--json").stdout)
    assert {one["address"] for one in listed} == {"https://w.example/w"}
    assert "inspectorate-ed25519" in records("log", "witness", "list").stdout
    kept = sorted((home / "log").glob("policy-until-*"))
    assert len(kept) == 5  # the first is the one before the demonstration's own witness
    assert kept[1].read_text() == before


def test_a_key_that_was_given_up_signs_no_head(records: Run, system: System) -> None:
    (first, _) = note_signers(system)
    kid = first.key.public.kid.hex()
    since = f"{AT:%Y-%m-%dT%H:%M:%SZ}"
    given_up = records("keys", "compromise", kid, "--since", since, "--reason", "x", "--yes")
    assert given_up.exit_code == 0, given_up.stderr
    with pytest.raises(LogError) as refused:
        Sequencer(system)
    assert refused.value.rule == "log_key_not_active"
    assert "log keys" in records("doctor").stdout


def test_what_goes_wrong_is_told_and_tried_again(system: System) -> None:
    witness = local_witness.home_of(system.settings.home)
    assert witness is not None
    happen(system)
    with witness.opened() as local:
        lost = True
        sequencer = Sequencer(
            system,
            clients=lambda _: (
                lambda body: Reply(NO_ANSWER, b"") if lost else local.add_checkpoint(body)
            ),
        )
        assert not sequencer.round()
        assert sequencer.state.waits_for_quorum
        assert sequencer.state.refusals == {"quorum_missed": 1}
        assert sequencer.state.witnesses == {"demo-ed25519": False}
        with pytest.raises(QuorumMissedError):
            sequencer.once()
        lost = False
        assert sequencer.round()
        assert sequencer.state.is_well
        assert sequencer.state.head == (system.log and system.log.latest())
        system.log_files.memory.write(
            parse_checkpoint(f"records.example/log\n{10**6}\n{'A' * 43}=\n")
        )
        assert not sequencer.round()
        assert sequencer.state.alarm == "log_rolled_back"
        assert not sequencer.round()
        assert sequencer.state.refusals["log_rolled_back"] == 2
        sequencer.close()


def test_figures_and_readiness_say_how_the_log_stands() -> None:
    state = LogState(size=7, witnesses={"one": True, "two": None}, refusals={"quorum_missed": 3})
    registry = CollectorRegistry()
    registry.register(LogFigures(state, lambda: AT + timedelta(seconds=9)))
    text = generate_latest(registry).decode()
    assert "records_log_size 7.0" in text
    assert "records_log_published_size 0.0" in text
    assert 'records_log_witness_answers{witness="two"} 0.0' in text
    assert 'records_log_refusals_total{rule="quorum_missed"} 3.0' in text
    with closing_server(state) as port:
        assert fetch(port, "/healthz") == (200, "alive\n")
        assert fetch(port, "/readyz") == (200, "ready\n")
        state.waits_for_quorum = True
        assert fetch(port, "/readyz") == (503, "quorum_missed\n")
        state.alarm = "log_forked"
        assert fetch(port, "/readyz") == (503, "log_forked\n")
        assert "records_log_alarm 1.0" in fetch(port, "/metrics")[1]
        assert fetch(port, "/other")[0] == 404


class closing_server:  # noqa: N801 (used as a function)
    """A served state, ended at the end."""

    def __init__(self, state: LogState) -> None:
        self._state = state

    def __enter__(self) -> int:
        self._server = served(self._state, lambda: AT, 0)
        port: int = self._server.server_address[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def fetch(port: int, place: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{place}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_log_process_ends_when_it_is_asked_to(home: Path) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    command = [sys.executable, "-m", "cli", "--home", str(home), "log", "run"]
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        happen(system)
    process = subprocess.Popen(
        [*command, "--metrics-port", str(port), "--witness-port", "9"],
        cwd=MODULE_FOLDER, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    assert "quorum_missed" in process.stdout.readline()
    assert fetch(port, "/readyz") == (503, "quorum_missed\n")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    assert process.returncode == 0


def test_a_home_without_a_log_has_no_sequencer(system: System) -> None:
    system.log = system.policy = None
    with pytest.raises(NotFoundError):
        Sequencer(system)
    with pytest.raises(NotFoundError):
        note_signers(system)


def test_a_backup_has_the_log_and_not_the_memory_of_this_place(
    records: Run, home: Path, tmp_path: Path
) -> None:
    folder, secrets, restored = tmp_path / "b", tmp_path / "s", tmp_path / "restored"
    assert records("backup", folder, "--secrets-to", secrets).exit_code == 0
    assert (folder / "log.db").is_file()
    assert (folder / "log" / "policy").read_bytes() == (home / "log" / "policy").read_bytes()
    assert (home / "log" / "newest").exists()
    assert not (folder / "log" / "newest").exists()
    done = records("restore", folder, "--secrets", secrets, on=restored)
    assert done.exit_code == 0, done.stderr
    here, there = (told(records("log", "status", "--json", on=one)) for one in (home, restored))
    assert {**here, "age_seconds": 0} == {**there, "age_seconds": 0}
