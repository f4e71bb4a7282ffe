"""Backing a home up while it is in use, and restoring it into an empty place.

Order matters. The log is copied first, the ledger after it, the key store last: every leaf of the
copy finds its fact there, and every fact its key. What opens everything, the root key and the
passphrase, never lies beside the rest: a backup with its own key would bring back whom the ledger
has forgotten.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, Final

from app import Settings, System, build, read_settings
from keys.errors import KeysError
from ledger.errors import LedgerError, RefusedError
from ledger.facts import FactStore
from ledger.store.databases import open_store
from ledger.store.log_files import NEWEST
from ledger.store.registry import FACT_TYPES
from ledger.store.timestamp_files import FOLDER as STAMPS
from ledger.store.withheld import WithheldParts
from shell.errors import BackupError, HomeTakenError
from shell.first_start import ROOT_FILE
from shell.home import Home
from shell.lines import moment
from system import FILES, FOREIGN

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
DATABASES: Final = ("ledger", "subject_keys", "callers")
"""Views are left out: they are built anew from the facts."""
LOG: Final = "log"
"""Copied too where there is one: its heads are what holders of certificates hold it to."""
SECRET_FILES: Final = ("passphrase", "payment-secret", "oidc-secret")
SECRETS: Final = ("root", *SECRET_FILES)
"""What opens the rest; goes to a place of its own."""
_OF_THIS_PLACE: Final = {NEWEST, f"{NEWEST}.lock"}
"""The newest head that was signed here: a copy of it would be older than what was signed since."""
_ATTEMPTS: Final = 3
_SQLITE: Final = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Head:
    """The last fact."""

    position: int
    entry_sha256: str
    """Empty for an empty ledger."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    made_at: str
    head: Head
    files: dict[str, str]
    """Path with slashes to SHA-256."""


def back_up(system: System, to: Path, *, secrets: Path, at: datetime) -> Manifest:
    """Write a backup to ``to`` and what opens it to ``secrets``, two folders that are not there.

    Both are whole when it returns, and not there if it raises.

    Raises:
        BackupError: What was copied does not hold.
        HomeTakenError: One of the folders is there already, or one lies in the other.
        RefusedError: ``server_backup``: a database is a server's, which has its own tools.
    """
    to, secrets = to.resolve(), secrets.resolve()
    _check_apart(system.settings.home.resolve(), to, secrets)
    for name in DATABASES if system.log is None else (*DATABASES, LOG):
        _file_of(system.settings, name)
    try:
        return _backed_up(system, to, secrets, at)
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        shutil.rmtree(secrets, ignore_errors=True)
        raise


def _backed_up(system: System, to: Path, secrets: Path, at: datetime) -> Manifest:
    _make(to)
    if system.log is not None:  # before the ledger, which then has every fact that is in the log
        _write(to / f"{LOG}.db", b"")
        system.log.backup(to / f"{LOG}.db")
    system.facts.backup(to / "ledger.db")
    _copy_keys(system, to, secrets)
    _copy_database(_file_of(system.settings, "callers"), to / "callers.db")
    for place in _plain_files(system.settings.home):
        _copy(system.settings.home / place, to / place)
    _copy_sealed_files(system.settings.home / FILES, to / FILES)
    manifest = Manifest(FORMAT, moment(at), _head_of_copy(to / "ledger.db"), _digests(to))
    _write(to / MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
    return manifest


def _check_apart(home: Path, to: Path, secrets: Path) -> None:
    for folder in (to, secrets):
        if folder.exists():
            raise HomeTakenError(f"{folder}: expected a folder that is not there yet")
    if to == secrets or to in secrets.parents or secrets in to.parents:
        raise HomeTakenError("backup and secrets: expected two places apart from one another")
    if home in to.parents or home in secrets.parents:
        raise HomeTakenError("expected places outside of the home that is backed up")


def _file_of(settings: Settings, name: str) -> Path:
    url: str = getattr(settings, name)
    if not url.startswith(_SQLITE):
        message = f"{name} is a server's database: expected a copy by the server's own tools"
        raise RefusedError("server_backup", message)
    return Path(url.removeprefix(_SQLITE))


def _copy_keys(system: System, to: Path, secrets: Path) -> None:
    """Copy key store and root as they belong together: a shredding between them starts it over."""
    root = system.settings.home / "root"
    for _ in range(_ATTEMPTS):
        before = _names(root)
        system.subject_keys.write_copy(to / "subject_keys.db")
        _make(secrets)
        for name in before:
            _copy(root / name, secrets / "root" / name)
        if _names(root) == before:
            break
        shutil.rmtree(secrets)
    else:
        raise BackupError("root", "keys were being destroyed all the while: try again")
    for name in SECRET_FILES:
        if (system.settings.home / name).exists():
            _copy(system.settings.home / name, secrets / name)


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))


def _plain_files(home: Path) -> Iterator[PurePosixPath]:
    for place in ("settings.toml", ROOT_FILE):
        if (home / place).exists():
            yield PurePosixPath(place)
    for folder in ("keys", "documents", FOREIGN, LOG, f"{LOG}/{STAMPS}"):
        if (home / folder).is_dir():
            names = (name for name in _names(home / folder) if name not in _OF_THIS_PLACE)
            places = (PurePosixPath(folder, name) for name in names)
            yield from (place for place in places if (home / place).is_file())


def _copy_sealed_files(source: Path, to: Path) -> None:
    """Copy the files beside the ledger, after it: whatever a fact of the copy names is there."""
    for file in sorted(source.glob("*/*")):
        # One that goes meanwhile was named by no fact, or nobody can open it any more.
        with suppress(FileNotFoundError):
            if not file.name.startswith("."):
                _copy(file, to / file.relative_to(source))


def _copy_database(source: Path, to: Path) -> None:
    _write(to, b"")
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(to)) as writing:
        reading.backup(writing)


def _head_of_copy(ledger: Path) -> Head:
    ledger.chmod(0o600)
    copy = open_store(
        f"{_SQLITE}{ledger}", types=FACT_TYPES, seals=WithheldParts(), ids=_no_ids
    )  # fmt: skip
    with closing(copy):
        for finding in copy.integrity():
            if not finding.holds:
                raise BackupError("ledger.db", f"{finding.check}: {finding.found}")
        return head_of(copy)


def _no_ids() -> Any:
    raise AssertionError("a copy is only read")


def head_of(facts: FactStore) -> Head:
    """Return the last fact of a ledger."""
    position = facts.head()
    last = facts.read(after=position - 1, limit=1) if position else []
    return Head(position, sha256(last[0].entry).hexdigest() if last else "")


def _digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def restore(
    home: Home,
    backup: Path,
    *,
    secrets: Path,
    check: Callable[[System], object] = lambda _system: None,
) -> Head:
    """Restore into the empty ``home``; nothing of it stays if anything does not hold.

    Args:
        home: Where to.
        backup: The folder.
        secrets: Where root key and passphrase are.
        check: Looks at what was restored, and raises BackupError to have it taken away again.

    Raises:
        BackupError: The backup is not whole, or does not open with these secrets.
        HomeTakenError: The home is not empty.
    """
    if home.path.exists() and any(home.path.iterdir()):
        raise HomeTakenError(f"{home.path}: expected an empty home")
    manifest = read_manifest(backup)
    written: list[Path] = []
    try:
        _lay_out(home, backup, secrets, manifest, written)
        return _checked(home, manifest, check)
    except BaseException:
        for file in written:
            for ending in ("", "-wal", "-shm", ".setup.lock", ".shredding.lock"):
                file.with_name(file.name + ending).unlink(missing_ok=True)
        shutil.rmtree(home.path, ignore_errors=True)
        raise


def read_manifest(backup: Path) -> Manifest:
    """Return the manifest of a backup in which every file is as it says, and no other is there.

    Raises:
        BackupError: Naming the file.
    """
    try:
        said = json.loads((backup / MANIFEST).read_bytes())
        manifest = Manifest(**{**said, "head": Head(**said["head"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(MANIFEST, "expected the manifest of a backup") from error
    if manifest.format != FORMAT:
        raise BackupError(MANIFEST, f"format {manifest.format}: expected {FORMAT}")
    found = _digests(backup)
    found.pop(MANIFEST)
    for place in sorted(found.keys() ^ manifest.files.keys()):
        raise BackupError(place, "in the manifest or in the folder alone")
    for place, digest in manifest.files.items():
        if found[place] != digest:
            raise BackupError(place, "not the bytes that were backed up")
    return manifest


def _lay_out(
    home: Home, backup: Path, secrets: Path, manifest: Manifest, written: list[Path]
) -> None:
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.path.chmod(0o700)
    named = [name for name in (*DATABASES, LOG) if f"{name}.db" in manifest.files]
    databases = {f"{name}.db" for name in named}
    for place in sorted(manifest.files.keys() - databases):
        _copy(backup / place, home.path / place)
    settings = home.settings
    for name in named:
        target = _file_of(settings, name)
        if target.exists():
            raise HomeTakenError(f"{target}: expected no database there")
        written.append(target)
        _copy(backup / f"{name}.db", target)
    for secret in SECRETS:
        _copy_secret(secrets / secret, home.path / secret)


def _copy_secret(source: Path, target: Path) -> None:
    if source.is_dir():
        for name in _names(source):
            _copy(source / name, target / name)
    elif source.exists():
        _copy(source, target)


def _checked(home: Home, manifest: Manifest, check: Callable[[System], object]) -> Head:
    """Open what was restored, and hold it against the manifest and itself."""
    try:
        system = build(read_settings(home.path, home.environment), home.clockwork)
        with closing(system):
            for finding in system.facts.integrity(deep=True):
                if not finding.holds:
                    raise BackupError("ledger.db", f"{finding.check}: {finding.found}")
            head = head_of(system.reading)
            check(system)
            system.projector.catch_up()
    except (LedgerError, KeysError) as error:
        raise BackupError("backup", f"does not open with these secrets: {error}") from error
    if head != manifest.head:
        raise BackupError("ledger.db", "another head than the manifest's")
    return head


def _make(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner alone."""
    for one in reversed((folder, *folder.parents)):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)


def _copy(source: Path, target: Path) -> None:
    _make(target.parent)
    _write(target, source.read_bytes())


def _write(target: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, flushed."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
