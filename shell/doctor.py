"""What is wrong with an installation: one line a check, with what to do about it."""

import os
import platform
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from app import System
from keys.key_file import FULL_COST
from keys.trust_list import STATUS_USE
from ledger.certificates.kinds import KINDS
from ledger.commands import keys as key_commands
from ledger.commands.kept_files import lost
from ledger.commands.status_lists import REFRESH
from ledger.errors import InvalidInputError, LogError, RefusedError
from ledger.paper import sheet
from ledger.personal import Purpose
from ledger.transparency.policy import NO_QUORUM
from shell.first_start import issuing_facilities
from shell.home import Home
from shell.lines import EXPECTED, moment
from shell.local_witness import LOST, is_lost
from shell.sequencer import note_signers
from verify_api.picture_ladder import ZBAR_IS_HERE

LIBRARIES: Final = (
    "cbor2", "click", "cryptography", "eventsourcing", "flask", "fpdf2", "granian", "holidays",
    "msgspec", "pillow", "psycopg", "pyhanko", "qrcode", "zxing-cpp",
)  # fmt: skip
"""Those whose version matters for what is stored, signed or read."""
OLDEST_SQLITE: Final = (3, 38, 0)
"""STRICT tables, RETURNING, row values."""
LEAST_FREE: Final = 1 << 30
"""Bytes on the disk of the home."""
MOST_BEHIND: Final = 1000
"""Facts that a view may lack while a worker catches up."""
_SHOWN: Final = 12
"""Digits of a file's name."""
_FONTS: Final = Path(sheet.__file__).parent / "fonts"
_SPECIMEN_HOST: Final = "records.example"


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Line:
    """One check."""

    name: str
    state: State
    found: str


def _ok(name: str, found: str) -> Line:
    return Line(name, State.OK, found)


def _judged(name: str, found: str, *, holds: bool, otherwise: State = State.FAIL) -> Line:
    return Line(name, State.OK if holds else otherwise, found)


def examine(home: Home, *, deep: bool = False) -> Iterator[Line]:
    """Yield every check, the program first, then what lies in the home.

    Args:
        home: May be empty.
        deep: Compute every fact's entry again.
    """
    yield from _program()
    if not home.is_there:
        yield Line("home", State.FAIL, f"no ledger in {home.path}: run `records init`")
        return
    yield from _files(home.path)
    try:
        with home.opened() as system:
            yield from _system(system, deep=deep)
    except EXPECTED as error:
        yield Line("open", State.FAIL, f"{error.code}: {error}")


def _program() -> Iterator[Line]:
    yield _judged("python", platform.python_version(), holds=sys.version_info >= (3, 11))
    for name in LIBRARIES:
        try:
            yield _ok(name, version(name))
        except PackageNotFoundError:
            yield Line(name, State.FAIL, "not installed")
    found = sqlite3.sqlite_version
    yield _judged("sqlite", found, holds=sqlite3.sqlite_version_info >= OLDEST_SQLITE)
    yield _judged(
        "zbar", "here" if ZBAR_IS_HERE else "absent: damaged pictures are read less often",
        holds=ZBAR_IS_HERE, otherwise=State.WARN,
    )  # fmt: skip
    fonts = sorted(file.name for file in _FONTS.glob("*.ttf"))
    yield _judged("fonts", ", ".join(fonts) or "none: no paper can be made", holds=bool(fonts))


def _files(home: Path) -> Iterator[Line]:
    yield _mode("home", home, 0o077)
    secrets = [home / "passphrase", *_inside(home / "root"), *_inside(home / "keys")]
    open_to_others = [file.name for file in secrets if file.exists() and _is_open(file, 0o077)]
    yield _judged(
        "key files",
        f"open to others: {', '.join(open_to_others)}" if open_to_others else "mode 0600",
        holds=not open_to_others,
    )
    in_file = (home / "passphrase").exists()
    yield _judged(
        "passphrase",
        "in a file of the home: let the service manager hand it over" if in_file else "handed over",
        holds=not in_file, otherwise=State.WARN,
    )  # fmt: skip
    free = shutil.disk_usage(home).free
    yield _judged("disk", f"{free >> 20} MiB free", holds=free >= LEAST_FREE, otherwise=State.WARN)


def _inside(folder: Path) -> list[Path]:
    return [folder, *sorted(folder.iterdir())] if folder.is_dir() else []


def _is_open(file: Path, forbidden: int) -> bool:
    status = file.stat()
    return bool(stat.S_IMODE(status.st_mode) & forbidden) or status.st_uid != os.geteuid()


def _mode(name: str, path: Path, forbidden: int) -> Line:
    mode = f"mode {stat.S_IMODE(path.stat().st_mode):04o}"
    return _judged(name, mode, holds=not _is_open(path, forbidden), otherwise=State.WARN)


def _system(system: System, *, deep: bool) -> Iterator[Line]:
    at = system.clockwork.now()
    for finding in system.facts.integrity(deep=deep):
        yield _judged(f"ledger {finding.check}", finding.found, holds=finding.holds)
    checks: tuple[Callable[[System, datetime], Iterator[Line]], ...] = (
        _settings, _views, _trust, _status_lists, _keys, _log,
    )  # fmt: skip
    for check in checks:
        yield from check(system, at)
    yield _kept_files(system, deep=deep)


def _kept_files(system: System, *, deep: bool) -> Line:
    missing = [address.hex()[:_SHOWN] for address in lost(system.facts, system.files, deep=deep)]
    if not missing:
        return _ok("files", "every file that a fact names is there" + (", unchanged" * deep))
    return Line("files", State.FAIL, f"{len(missing)} missing or changed: {missing[0]} …")


def _settings(system: System, at: datetime) -> Iterator[Line]:
    del at
    settings = system.settings
    yield _judged(
        "host", settings.host, holds=settings.host != _SPECIMEN_HOST, otherwise=State.WARN
    )
    yield _judged(
        "papers", "specimens" if settings.specimen else "documents",
        holds=not settings.specimen, otherwise=State.WARN,
    )  # fmt: skip
    cost = settings.key_memory_mib << 10
    yield _judged(
        "key containers", f"{settings.key_memory_mib} MiB to open one",
        holds=cost >= FULL_COST.memory_kib, otherwise=State.WARN,
    )  # fmt: skip
    yield from _foreign_trust(system)


def _foreign_trust(system: System) -> Iterator[Line]:
    if not system.settings.foreign_trust:
        return
    try:
        trust = system.foreign_trust
    except InvalidInputError as error:
        yield _judged("foreign trust", str(error), holds=False)
        return
    issuers = (*trust.hcert, *trust.smart_health_cards, *trust.claim_169)
    keys = sum(len(issuer.keys) for issuer in issuers)
    yield _ok("foreign trust", f"{len(issuers)} issuers with {keys} keys")


def _views(system: System, at: datetime) -> Iterator[Line]:
    del at
    head, outdated = system.reading.head(), {view.name for view in system.views.outdated()}
    for generation in system.views.generations():
        if not generation.in_force:
            continue
        behind = head - generation.position
        found = f"{behind} facts behind"
        if generation.view in outdated:
            found += "; built by an older program: run `records projections rebuild`"
        holds = behind <= MOST_BEHIND and generation.view not in outdated
        yield _judged(f"view {generation.view}", found, holds=holds, otherwise=State.WARN)


def _trust(system: System, at: datetime) -> Iterator[Line]:
    held = key_commands.current_trust_list(facts=system.reading)
    if held is None:
        yield Line("trust list", State.FAIL, "none: run `records init`")
        return
    trust = held.trust
    found = f"version {trust.version}, next update {moment(trust.next_update)}"
    state = State.WARN if trust.is_stale(at) else State.OK
    yield Line("trust list", State.FAIL if trust.is_beyond_grace(at) else state, found)


def _status_lists(system: System, at: datetime) -> Iterator[Line]:
    board = system.desk.board
    board.catch_up(system.reading)
    for uri, listed in board.lists.items():
        if at >= listed.live_until:
            continue
        name, published = f"status list {uri}", listed.published
        if published is None:
            yield Line(name, State.FAIL, "never published: run `records worker`")
        elif at >= published.expires_at:
            yield Line(name, State.FAIL, f"of {moment(published.at)}: expired")
        else:
            holds, found = not listed.is_due(at, REFRESH), f"of {moment(published.at)}"
            yield _judged(name, found, holds=holds, otherwise=State.WARN)


def _keys(system: System, at: datetime) -> Iterator[Line]:
    for authority in system.settings.authorities:
        for name, use in _uses_of(Purpose.JUDICIAL).items():
            yield _key(system, authority.code, name, use, at)
    for facility in issuing_facilities(system):
        for name, use in _uses_of(Purpose.HEALTH).items():
            yield _key(system, facility, name, use, at)


def _log(system: System, at: datetime) -> Iterator[Line]:
    del at
    log, policy = system.log, system.policy
    if log is None or policy is None:
        yield Line("log", State.WARN, "none: run `records log init`, and nothing can hide")
        return
    facts, head = system.reading.head(), log.latest()
    behind = facts - (head.size if head else 0)
    yield _judged(
        "log", f"{behind} facts under no published head", holds=behind <= MOST_BEHIND,
        otherwise=State.WARN,
    )  # fmt: skip
    if log.size() > facts:
        yield Line("log size", State.FAIL, f"{log.size()} leaves, {facts} facts: gone back?")
    if head is not None:
        age = "no witness" if head.quorum_at is None else f"cosigned {moment(head.quorum_at)}"
        yield _ok("log head", f"{head.size} leaves, {age}")
    yield _judged(
        "log witnesses", f"quorum {policy.quorum}, {len(policy.witnesses)} keys",
        holds=policy.quorum != NO_QUORUM, otherwise=State.WARN,
    )  # fmt: skip
    if is_lost(system):
        yield Line("log witness", State.FAIL, LOST)
    try:
        keys = note_signers(system)
        held = all(one.key.public.kid in system.keyring.kids() for one in keys)
        found = f"{len(keys)} in use" if held else "a private half is not here"
        yield _judged("log keys", found, holds=held)
    except LogError as error:
        yield Line("log keys", State.FAIL, str(error))


def _uses_of(purpose: Purpose) -> dict[str, int | str]:
    """Return what an issuer of such papers needs keys for."""
    kinds = {code: kind.document_type for code, kind in KINDS.items() if kind.purpose is purpose}
    return {**kinds, "status lists": STATUS_USE}


def _key(system: System, issuer: str, name: str, use: int | str, at: datetime) -> Line:
    title = f"key of {issuer} for {name}"
    try:
        key = system.key_in_use(use, issuer, at=at)
    except RefusedError as error:
        return Line(title, State.FAIL, str(error))
    held = key.public.kid in system.keyring.kids()
    until = f"until {moment(key.sign_until)}"
    return _judged(title, until if held else "its private half is not here", holds=held)
