"""A witness's home: its name and keys, the logs that it follows, what it remembers.

witness.toml    name, public keys, what opening its keys costs, prefix; not secret
keys/           its two private keys, one container each
passphrase      opens them, unless the service manager hands it over
logs            the logs that it follows (`ledger.transparency.known_logs`)
witness.db      what it remembers
marker          how far it had gone: beside the keys, not in the database
"""

import atexit
import json
import os
import re
import secrets
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn

from clockwork import Clockwork
from keys.algorithms import ED25519, ML_DSA_44
from keys.key_file import FULL_COST, KdfCost
from keys.signer import FileSigner
from ledger.errors import InvalidInputError, NotFoundError
from ledger.transparency.cosignature import NoteSigner
from ledger.transparency.known_logs import parse_logs, write_logs
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ML_DSA_44_SUBTREE,
    NoteKey,
    is_name,
    parse_vkey,
)
from ledger.transparency.witness_request import LARGEST_REQUEST
from ledger.transparency.witnessing import KnownLog, require_apart
from shell.errors import HomeTakenError, NoHomeError, UnreadableFileError
from verify_api.logs import configure_logs
from verify_api.whole_requests import WholeRequests
from verify_api.witness import LocalWitness
from verify_api.witness_app import create_witness_app
from verify_api.witness_marker import FileMarker
from verify_api.witness_store import WitnessStore, begin_store

VARIABLE: Final = "RECORDS_WITNESS_HOME"
DEFAULT: Final = Path("var/witness")
CREDENTIAL: Final = "witness-passphrase"
_SETTINGS: Final = "witness.toml"
FULL_MEMORY_MIB: Final = FULL_COST.memory_kib // 1024
_PREFIX: Final = re.compile("(/[A-Za-z0-9._-]+)*")
_NAMES: Final = {"name", "keys", "key_memory_mib", "prefix"}


@dataclass(frozen=True, slots=True)
class WitnessSettings:
    """Who a witness is."""

    name: str
    keys: tuple[NoteKey, ...]
    """What it cosigns with; the first is its Ed25519 key, which signs the marker, too."""
    key_memory_mib: int = FULL_MEMORY_MIB
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class WitnessHome:
    """A folder, the environment around it, and the clock."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    clockwork: Clockwork = field(default_factory=Clockwork)

    @property
    def settings(self) -> WitnessSettings:
        """Who the witness is.

        Raises:
            NoHomeError: There is none.
            InvalidInputError: ``witness.toml`` has another form.
        """
        file = self.path / _SETTINGS
        if not file.is_file():
            message = f"no witness in {self.path}: expected a home made by `records witness init`"
            raise NoHomeError(message)
        try:
            said = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidInputError(_SETTINGS, "not_toml", "a TOML file in UTF-8") from error
        return _settings(said)

    @property
    def logs(self) -> dict[str, KnownLog]:
        """The logs that it follows, by origin.

        Raises:
            InvalidInputError: A line of ``logs`` has another form.
            UnreadableFileError: The file is not there.
        """
        try:
            return parse_logs((self.path / "logs").read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFileError("logs: cannot be read as UTF-8") from error

    @property
    def database(self) -> Path:
        """Where it remembers."""
        return self.path / "witness.db"

    def begin(self, name: str, *, key_memory_mib: int = FULL_MEMORY_MIB) -> None:
        """Make a witness: keys, empty memory.

        Raises:
            HomeTakenError: Something is in the folder; a witness is never made over another.
            InvalidInputError: ``key_name``.
        """
        if not is_name(name):
            raise InvalidInputError("--name", "key_name", "a name without spaces and plus signs")
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(self.path.iterdir()):
            raise HomeTakenError(f"{self.path}: expected an empty folder for a new witness")
        descriptor = os.open(self.path / "passphrase", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as new:
            new.write(secrets.token_urlsafe(32).encode())
        signer = self._signer(key_memory_mib)
        keys = (
            NoteKey(name, ED25519_COSIGNATURE, signer.generate(ED25519)),
            NoteKey(name, ML_DSA_44_SUBTREE, signer.generate(ML_DSA_44)),
        )
        begin_store(self.database)
        self._marker(keys[0], signer).begin()
        self.keep_logs({})
        # The settings come last: without them nothing here is a witness.
        told = {"name": name, "keys": [key.vkey for key in keys], "key_memory_mib": key_memory_mib}
        lines = (
            f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in told.items()
        )
        (self.path / _SETTINGS).write_text("".join(lines), "utf-8")

    def keep_logs(self, logs: Mapping[str, KnownLog]) -> None:
        """Write the list of logs anew, whole or not at all."""
        draft = self.path / "logs.new"
        draft.write_text(write_logs(logs), "utf-8")
        draft.replace(self.path / "logs")

    def follow(self, keys: tuple[NoteKey, ...], origin: str, *, needs_all: bool) -> KnownLog:
        """Follow a log from now on, or let it have these keys from now on.

        Raises:
            InvalidInputError: ``own_key``, or as `KnownLog`.
        """
        log = KnownLog(origin, keys, needs_all=needs_all)
        require_apart(self.settings.keys, [log])
        self.keep_logs({**self.logs, origin: log})
        return log

    def trust(self, keys: tuple[NoteKey, ...], origin: str) -> KnownLog:
        """Believe these keys of a log that is followed beside those that it has.

        Raises:
            NotFoundError: It is not followed.
            InvalidInputError: ``own_key``, or as `KnownLog`.
        """
        log = self._followed(origin)
        return self.follow((*log.keys, *keys), origin, needs_all=log.needs_all)

    def distrust(self, keys: tuple[NoteKey, ...], origin: str) -> KnownLog:
        """Believe these keys of a log no more.

        Raises:
            NotFoundError: The log is not followed, or has no such key.
            InvalidInputError: ``last_key``: of a kind no key would be left.
        """
        log = self._followed(origin)
        if not set(keys) <= set(log.keys):
            raise NotFoundError("expected keys that this witness believes")
        left = tuple(key for key in log.keys if key not in keys)
        if {key.kind for key in left} != {key.kind for key in log.keys}:
            raise InvalidInputError("VKEY", "last_key", "a key of each kind to be left")
        return self.follow(left, origin, needs_all=log.needs_all)

    def _followed(self, origin: str) -> KnownLog:
        log = self.logs.get(origin)
        if log is None:
            raise NotFoundError("expected the keys of a log that this witness follows")
        return log

    @contextmanager
    def opened(self) -> Iterator[LocalWitness]:
        """Open the witness; its keys are opened and its memory is checked.

        Raises:
            WitnessStateError: The memory is lost, or older than what was said.
            KeyFileError: The keys cannot be opened.
        """
        settings = self.settings
        signer = self._signer(settings.key_memory_mib)
        for key in settings.keys:
            signer.public(key.public.kid)  # opens the container now, not with the first answer
        with self.remembering() as store:
            yield LocalWitness(
                logs=self.logs,
                signers=[NoteSigner(key, partial(signer.sign, key.public.kid))
                         for key in settings.keys],
                store=store,
                marker=self._marker(settings.keys[0], signer),
                now=self.clockwork.now,
            )  # fmt: skip

    @contextmanager
    def remembering(self) -> Iterator[WitnessStore]:
        """Open what it remembers alone; no key is needed."""
        store = WitnessStore(self.database)
        try:
            yield store
        finally:
            store.close()

    def check(self, store: WitnessStore) -> None:
        """Refuse a memory that is older than what was said; needs public keys alone.

        Raises:
            WitnessStateError: See `verify_api.witness`.
        """
        key = self.settings.keys[0]
        marker = FileMarker(self.path / "marker", key.public, _cannot_sign)
        marked = marker.read()
        marked.require(store.marks())

    def _marker(self, key: NoteKey, signer: FileSigner) -> FileMarker:
        sign = partial(signer.sign, key.public.kid)
        return FileMarker(self.path / "marker", key.public, sign)

    def _signer(self, memory_mib: int) -> FileSigner:
        cost = KdfCost(memory_mib * 1024, FULL_COST.passes, FULL_COST.lanes)
        return FileSigner(
            self.path / "keys", self._passphrase(), random_bytes=self.clockwork.random, cost=cost
        )

    def _passphrase(self) -> bytes:
        """Return what opens the keys: from the service manager, or the home's file."""
        folder = self.environment.get("CREDENTIALS_DIRECTORY")
        places = [] if folder is None else [Path(folder) / CREDENTIAL]
        for place in (*places, self.path / "passphrase"):
            if place.is_file():
                return place.read_bytes().strip()
        raise UnreadableFileError("passphrase: expected a file in the home, or a credential")


def _settings(said: Mapping[str, Any]) -> WitnessSettings:
    keys, name = said.get("keys"), said.get("name")
    whole = isinstance(name, str) and isinstance(keys, list) and said.keys() <= _NAMES
    if not whole or not all(isinstance(key, str) for key in keys or ()):
        raise InvalidInputError(_SETTINGS, "unknown_setting", "name, keys, key_memory_mib, prefix")
    memory, prefix = said.get("key_memory_mib", FULL_MEMORY_MIB), said.get("prefix", "")
    if type(memory) is not int or not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
        raise InvalidInputError(_SETTINGS, "setting_form", "a number of MiB, a path such as /w1")
    parsed = tuple(parse_vkey(key) for key in keys or ())
    require_apart(parsed, [])
    if parsed[0].kind != ED25519_COSIGNATURE:
        raise InvalidInputError(_SETTINGS, "key_kind", "the Ed25519 key first")
    return WitnessSettings(str(name), parsed, memory, prefix)


def _cannot_sign(_message: bytes) -> NoReturn:
    raise AssertionError("whoever only looks signs nothing")


def create_app() -> WholeRequests:
    """Return the service of the home that the environment names; a web server calls it (ASGI)."""
    configure_logs()
    home = WitnessHome(Path(os.environ.get(VARIABLE, DEFAULT)))
    settings = home.settings
    opening = home.opened()
    witness = opening.__enter__()
    atexit.register(opening.__exit__, None, None, None)
    app = create_witness_app(
        witness, name=settings.name, monotonic=time.monotonic, prefix=settings.prefix
    )
    return WholeRequests(app, largest=LARGEST_REQUEST)
