"""A home's own witness and backups: never copied, never put back, taken up again by a command."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from app import Clockwork, build
from ledger.transparency.note import ED25519_COSIGNATURE
from ledger.transparency.policy import parse_policy
from settings import read_settings
from shell import local_witness
from shell.errors import HomeTakenError
from tests.shell.test_log_key_rotation import happen, newest, ok, publish, refused
from tests_support.memory_log import note_signer

Run = Callable[..., Result]


@pytest.fixture
def restored(records: Run, home: Path, tmp_path: Path) -> Path:
    """A home that was restored from a backup of the demonstration."""
    folder, secrets = tmp_path / "backup", tmp_path / "secrets"
    made = ok(records("backup", folder, "--secrets-to", secrets))
    assert "own witness is not in the backup" in made.stderr
    own = {file.read_bytes() for file in (home / local_witness.FOLDER).rglob("*") if file.is_file()}
    copied = [*folder.rglob("*"), *secrets.rglob("*")]
    assert not own & {file.read_bytes() for file in copied if file.is_file()}
    done = ok(records("restore", folder, "--secrets", secrets, on=tmp_path / "restored"))
    assert "take one up by `records log witness local`" in done.stderr
    return tmp_path / "restored"


def keys_of(home: Path) -> set[str]:
    policy = parse_policy((home / "log" / "policy").read_text("utf-8"))
    return {one.key.vkey for one in policy.witnesses.values()}


def test_without_a_command_a_restored_home_has_no_witness_and_says_so(
    records: Run, restored: Path
) -> None:
    happen(restored)
    assert refused(records("log", "run", "--once", "--witness-port", "9", on=restored)) == (
        "quorum_missed"
    )
    assert not (restored / local_witness.FOLDER).exists()
    doctor = records("doctor", on=restored)
    assert doctor.exit_code != 0
    assert "records log witness local" in doctor.stdout


def test_a_new_witness_begins_with_the_newest_head(
    records: Run, home: Path, restored: Path
) -> None:
    before, head = keys_of(restored), newest(restored)[0]
    taken = ok(records("log", "witness", "local", on=restored))
    assert taken.stdout == "1 of demo\n"
    assert f"begins with the head of {head.size} leaves" in taken.stderr
    assert not keys_of(restored) & before
    said = records("witness", "status", "--home", restored / local_witness.FOLDER, "--json")
    assert [one["size"] for one in json.loads(said.stdout)["logs"]] == [head.size]
    assert "records log witness local" not in records("doctor", on=restored).stdout
    happen(restored)
    publish(lambda *words: records(*words, on=restored), restored)
    assert newest(restored)[0].size > head.size
    # The one before is where it was, and knows nothing of it.
    assert keys_of(home) == before


def test_a_witness_that_is_here_is_never_made_anew(records: Run, home: Path) -> None:
    assert refused(records("log", "witness", "local")) == "home_taken"
    (home / local_witness.FOLDER / "witness.db").unlink()
    happen(home)
    assert refused(records("log", "witness", "local")) == "home_taken"
    folder = home / local_witness.FOLDER
    assert refused(records("witness", "run", "--home", folder)) == "witness_state/database_missing"
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        assert not local_witness.is_lost(system)
        with pytest.raises(HomeTakenError):
            local_witness.begin(system)


def test_others_stay_witnesses_and_as_many_are_enough(records: Run, restored: Path) -> None:
    other = note_signer("other.example", ED25519_COSIGNATURE).key.vkey
    ok(records("log", "witness", "add", "other", other, "https://other.example/", on=restored))
    ok(records("log", "quorum", "2", on=restored))
    assert ok(records("log", "witness", "local", on=restored)).stdout == "2 of other, demo\n"
    assert other in keys_of(restored)


def test_a_home_that_had_none_can_have_one(records: Run, tmp_path: Path) -> None:
    home = tmp_path / "new"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text("key_memory_mib = 8\n", "utf-8")
    ok(records("init", on=home))
    taken = ok(records("log", "witness", "local", on=home))
    assert "begins with the head of 0 leaves" in taken.stderr
    publish(lambda *words: records(*words, on=home), home)
