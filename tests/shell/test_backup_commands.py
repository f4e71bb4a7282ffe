import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result

from app import System, build
from ledger.facts import Act, Change
from ledger.records.access import AccessRecorded, Channel, RecordKind
from settings import read_settings
from shell.backup import back_up, head_of
from shell.demo import Note
from shell.errors import BackupError, HomeTakenError

Run = Callable[..., Result]


@pytest.fixture
def backup(records: Run, tmp_path: Path) -> tuple[Path, Path]:
    """A backup of the home, and its secrets."""
    folder, secrets = tmp_path / "backup", tmp_path / "secrets"
    made = records("backup", folder, "--secrets-to", secrets)
    assert made.exit_code == 0, made.stderr
    assert "Carry it to another place" in made.stderr
    return folder, secrets


def test_a_restored_home_has_every_fact_and_answers_alike(
    records: Run, home: Path, backup: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, secrets = backup
    restored = tmp_path / "restored"
    done = records("restore", folder, "--secrets", secrets, on=restored)
    assert done.exit_code == 0, done.stderr
    assert "every entry as it was written" in done.stdout
    for stage, exit_code in (("active", 0), ("recalled", 1)):
        checked = records("verify", home / "papers" / f"{stage}.png", on=restored)
        assert checked.exit_code == exit_code
    statuses = [
        json.loads(records("projections", "status", "--digests", "--json", on=one).stdout)
        for one in (home, restored)
    ]
    assert statuses[0]["head"] == statuses[1]["head"]
    assert [row["digest"] for row in statuses[0]["views"]] == [
        row["digest"] for row in statuses[1]["views"]
    ]
    assert records("keys", "publish", on=restored).exit_code == 0
    personal = records("history", "1/LLTP-CA01", "--personal", "--legal-basis", "x", on=restored)
    assert "erased" not in personal.stdout
    assert restored.stat().st_mode & 0o777 == 0o700


def test_what_opens_everything_never_lies_beside_the_rest(backup: tuple[Path, Path]) -> None:
    folder, secrets = backup
    assert not (folder / "root").exists()
    assert not (folder / "passphrase").exists()
    assert (secrets / "passphrase").exists()
    for place in (folder, secrets):
        for file in place.rglob("*"):
            assert file.stat().st_mode & 0o077 == 0, file


@pytest.mark.parametrize("name", ["payment-secret", "oidc-secret"])
def test_a_secret_shared_with_somebody_goes_with_the_secrets_alone(
    system: System, records: Run, tmp_path: Path, name: str
) -> None:
    (system.settings.home / name).write_bytes(b"specimen " * 5)
    folder, secrets, restored = (tmp_path / one for one in ("copy", "apart", "restored"))
    assert records("backup", folder, "--secrets-to", secrets).exit_code == 0
    assert not (folder / name).exists()
    assert records("restore", folder, "--secrets", secrets, on=restored).exit_code == 0
    assert (restored / name).read_bytes() == b"specimen " * 5
    assert (restored / name).stat().st_mode & 0o077 == 0


def test_files_beside_the_ledger_are_restored_and_open(
    system: System, records: Run, tmp_path: Path
) -> None:
    subject, visit, content = uuid4(), uuid4(), b"%PDF-1.7 specimen"
    address = system.files.put(content, subject=subject, stream=visit)
    folder, secrets, restored = (tmp_path / one for one in ("copy", "apart", "restored"))
    assert records("backup", folder, "--secrets-to", secrets).exit_code == 0
    (copied,) = (folder / "blobs").glob("*/*")
    assert copied.name == address.hex()
    assert all(one.stat().st_mode & 0o077 == 0 for one in folder.rglob("*"))
    done = records("restore", folder, "--secrets", secrets, on=restored)
    assert done.exit_code == 0, done.stderr
    assert all(one.stat().st_mode & 0o077 == 0 for one in (restored / "blobs").rglob("*"))
    with closing(build(read_settings(restored, {}))) as again:
        assert again.files.get(address, stream=visit) == content


def test_a_backup_with_a_spoiled_file_restores_nothing(
    system: System, records: Run, tmp_path: Path
) -> None:
    system.files.put(b"%PDF-1.7 specimen", subject=uuid4(), stream=uuid4())
    folder, secrets = tmp_path / "copy", tmp_path / "apart"
    assert records("backup", folder, "--secrets-to", secrets).exit_code == 0
    (copied,) = (folder / "blobs").glob("*/*")
    copied.write_bytes(copied.read_bytes()[:-1])
    done = records("restore", folder, "--secrets", secrets, on=tmp_path / "restored")
    assert done.exit_code == 2
    assert copied.name in done.stderr


@contextmanager
def appending(system: System) -> Iterator[list[int]]:
    """Append facts about a new person all the while; give their positions."""
    stopping, positions = threading.Event(), list[int]()

    def append() -> None:
        while not stopping.is_set():
            act = Act(system.clockwork.now(), "writer", "system", legal_basis="a drill")
            look = AccessRecorded(RecordKind.PERSON, "drill", Channel.SHELL)
            change = Change(uuid4(), 0, (look,), uuid4())
            positions.append(system.facts.append(act, change).last)

    thread = threading.Thread(target=append)
    thread.start()
    try:
        yield positions
    finally:
        stopping.set()
        thread.join()


def test_a_backup_taken_while_facts_are_appended_is_of_one_moment(
    records: Run, system: System, tmp_path: Path
) -> None:
    with appending(system) as positions:
        manifests = [
            back_up(
                system,
                tmp_path / f"backup-{turn}",
                secrets=tmp_path / f"secrets-{turn}",
                at=system.clockwork.now(),
            )
            for turn in range(3)
        ]
    heads = [manifest.head.position for manifest in manifests]
    assert heads == sorted(heads)
    assert heads[-1] <= positions[-1]
    for turn, head in enumerate(heads):
        restored = tmp_path / f"restored-{turn}"
        done = records("restore", tmp_path / f"backup-{turn}", "--secrets",
                       tmp_path / f"secrets-{turn}", on=restored)  # fmt: skip
        assert done.exit_code == 0, done.stderr
        with closing(build(read_settings(restored, {}))) as opened:
            assert head_of(opened.reading) == manifests[turn].head
            last = opened.reading.read(after=head - 1, limit=1)[0]
            assert last.entry == system.reading.read(after=head - 1, limit=1)[0].entry


@pytest.mark.parametrize("place", ["ledger.db", "subject_keys.db", "callers.db", "trust-root.cbor"])
def test_a_spoiled_backup_restores_nothing(
    records: Run, backup: tuple[Path, Path], tmp_path: Path, place: str
) -> None:
    folder, secrets = backup
    content = bytearray((folder / place).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / place).write_bytes(content)
    restored = tmp_path / "restored"
    refused = records("restore", folder, "--secrets", secrets, on=restored)
    assert refused.stderr.startswith(f"records: backup: {place}: ")
    assert not restored.exists()


def test_a_backup_with_a_file_more_or_less_restores_nothing(
    records: Run, backup: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, secrets = backup
    (folder / "more").write_bytes(b"")
    refused = records("restore", folder, "--secrets", secrets, on=tmp_path / "restored")
    assert refused.stderr.startswith("records: backup: more: ")
    (folder / "more").unlink()
    (folder / "callers.db").unlink()
    refused = records("restore", folder, "--secrets", secrets, on=tmp_path / "restored")
    assert refused.stderr.startswith("records: backup: callers.db: ")


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b'{"format": 1}'])
def test_a_folder_without_a_manifest_is_no_backup(
    records: Run, backup: tuple[Path, Path], tmp_path: Path, manifest: bytes
) -> None:
    folder, secrets = backup
    (folder / "manifest.json").write_bytes(manifest)
    refused = records("restore", folder, "--secrets", secrets, on=tmp_path / "restored")
    assert refused.stderr.startswith("records: backup: manifest.json: ")


def test_a_backup_of_another_format_is_refused(
    records: Run, backup: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, secrets = backup
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 2}), "utf-8")
    refused = records("restore", folder, "--secrets", secrets, on=tmp_path / "restored")
    assert "format 2: expected 1" in refused.stderr


def test_a_backup_of_another_head_is_refused(
    records: Run, backup: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, secrets = backup
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["head"]["position"] -= 1
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    refused = records("restore", folder, "--secrets", secrets, on=tmp_path / "restored")
    assert "another head" in refused.stderr
    assert not (tmp_path / "restored").exists()


def test_other_secrets_do_not_open_a_backup(
    records: Run, backup: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, secrets = backup
    shutil.rmtree(secrets / "root")
    refused = records("restore", folder, "--secrets", secrets, on=tmp_path / "restored")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("records: backup: backup: does not open with these secrets")
    assert not (tmp_path / "restored").exists()


def test_nothing_is_restored_over_a_home_in_use(
    records: Run, home: Path, backup: tuple[Path, Path]
) -> None:
    folder, secrets = backup
    refused = records("restore", folder, "--secrets", secrets)
    assert refused.stderr.startswith("records: home_taken: ")
    assert (home / "ledger.db").exists()


def test_backup_and_secrets_are_new_places_apart_from_one_another(
    records: Run, home: Path, system: System, tmp_path: Path
) -> None:
    at = system.clockwork.now()
    for folder, secrets in (
        ("b", "b"), ("b", "b/secrets"), ("s/backup", "s"), ("home/b", "s"), ("b", "home/s"),
        ("home", "s"),
    ):  # fmt: skip
        with pytest.raises(HomeTakenError):
            back_up(system, tmp_path / folder, secrets=tmp_path / secrets, at=at)
    assert not (tmp_path / "b").exists()


def test_databases_of_a_server_are_left_to_its_own_tools(
    records: Run, home: Path, tmp_path: Path, postgres_url: str
) -> None:
    (home / "settings.toml").write_text(
        f'key_memory_mib = 1\ncallers = "{postgres_url}"\n', "utf-8"
    )
    refused = records("backup", tmp_path / "backup", "--secrets-to", tmp_path / "secrets")
    assert refused.stderr.startswith("records: refused/server_backup: ")
    assert not (tmp_path / "backup").exists()


def test_databases_that_settings_put_elsewhere_are_restored_there(
    records: Run, home: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    (home / "callers.db").rename(elsewhere)
    (home / "settings.toml").write_text(
        f'key_memory_mib = 1\ncallers = "sqlite:///{elsewhere}"\n', "utf-8"
    )
    folder, secrets = tmp_path / "backup", tmp_path / "secrets"
    assert records("backup", folder, "--secrets-to", secrets).exit_code == 0
    taken = records("restore", folder, "--secrets", secrets, on=tmp_path / "restored")
    assert taken.stderr.startswith("records: home_taken: ")
    elsewhere.unlink()
    done = records("restore", folder, "--secrets", secrets, on=tmp_path / "restored")
    assert done.exit_code == 0, done.stderr
    assert elsewhere.exists()


def test_a_shredding_between_key_store_and_root_starts_the_copy_over(
    system: System, tmp_path: Path
) -> None:
    root, made = system.settings.home / "root", list[Path]()
    write_copy = system.subject_keys.write_copy

    class Busy:
        """A key store in which keys are destroyed while it is copied."""

        def write_copy(self, path: Path) -> dict[str, int]:
            if len(made) < times:
                made.append(root / f"{uuid4()}.root")
                made[-1].write_bytes(b"")
            return write_copy(path)

    times = 2
    system.subject_keys = Busy()  # type: ignore[assignment]
    at = system.clockwork.now()
    back_up(system, tmp_path / "b1", secrets=tmp_path / "s1", at=at)
    assert {file.name for file in made} < {file.name for file in (tmp_path / "s1/root").iterdir()}
    times, made = 9, []
    with pytest.raises(BackupError):
        back_up(system, tmp_path / "b2", secrets=tmp_path / "s2", at=at)
    assert not (tmp_path / "b2").exists()
    assert not (tmp_path / "s2").exists()


def test_the_demonstrations_note_and_papers_stay_behind(backup: tuple[Path, Path]) -> None:
    folder, _ = backup
    assert Note.read(folder) is None
    assert not (folder / "papers").exists()
