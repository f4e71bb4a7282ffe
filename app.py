"""The composition root: settings, the clock, identifiers, randomness; joins the floors, no logic.

`build` opens one ledger with all that belongs to it; `create_app` serves it over HTTP. Nothing
below asks for the time, an identifier or a random byte: they are given from here.
"""

import os
import secrets
import time
import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from keys.blind_index import BlindIndex
from keys.key_file import FULL_COST, KdfCost
from keys.root_key import FileRootKey
from keys.signer import FileSigner
from keys.subject_keys import SubjectKeys, open_subject_keys
from keys.trust_list import TrustedKey
from ledger.calendar import WorkingCalendar, standard_calendar
from ledger.certificates.kind import Wording
from ledger.commands import keys as key_commands
from ledger.commands.issuing import IssuingDesk
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from ledger.paper.pdf_signature import DocumentSigner
from ledger.store.databases import open_store
from ledger.store.event_ids import RANDOM_BYTES, event_id
from ledger.store.fact_store import LedgerFactStore
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_parts import SealedParts
from ledger.store.withheld import WithheldParts
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from projections.views import VIEWS
from verify_api.accounts import Accounts
from verify_api.api_tokens import ApiTokens
from verify_api.caller_database import CallerDatabase, open_callers

LIST_ID: Final = "records-ledger"
"""Name of the trust list that this system publishes."""
_DECOY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority that issues certificates."""

    code: str
    """At most 12 ASCII characters; the issuer in every token."""
    province: str
    """Two digits."""
    name: Wording
    webhook: str | None = None
    """Where the province's system takes notices."""


DEMO_AUTHORITIES: Final = (
    Authority("CA01", "01", Wording("Cơ quan mẫu Hà Nội", "Specimen authority of Hanoi")),
    Authority("CA46", "46", Wording("Cơ quan mẫu Huế", "Specimen authority of Hue")),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Names and defaults of everything that can be set; ``settings.toml`` in the home changes it.

    Databases are ``sqlite:///path`` or ``postgresql://…``; the subject keys never share one with
    the ledger.
    """

    home: Path
    ledger: str = ""
    views: str = ""
    subject_keys: str = ""
    callers: str = ""
    host: str = "records.example"
    """Of the page that a code opens; at most 16 characters, printed on every paper."""
    key_memory_mib: int = 256
    """What opening a signing key's container costs (Argon2id); less only where nothing is real."""
    specimen: bool = True
    """Papers say that they are no documents; an authority sets this to false."""
    authorities: tuple[Authority, ...] = DEMO_AUTHORITIES

    def __post_init__(self) -> None:
        """Put what is not set into the home folder."""
        for name in ("ledger", "views", "subject_keys", "callers"):
            if not getattr(self, name):
                object.__setattr__(self, name, f"sqlite:///{self.home.resolve()}/{name}.db")

    def authority(self, code: str) -> Authority:
        """Return the authority with ``code``.

        Raises:
            InvalidInputError: There is none.
        """
        for authority in self.authorities:
            if authority.code == code:
                return authority
        raise InvalidInputError("authority", "unknown", "the code of an authority in the settings")


def read_settings(home: Path, environment: Mapping[str, str]) -> Settings:
    """Return the settings of ``home``: its ``settings.toml``, and ``RECORDS_…`` above that.

    Raises:
        InvalidInputError: The file is not TOML, or has a name that is no setting.
    """
    file = home / "settings.toml"
    try:
        said: dict[str, Any] = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError("settings.toml", "not_toml", "a TOML file in UTF-8") from error
    for name in ("ledger", "views", "subject_keys", "callers", "host"):
        if value := environment.get(f"RECORDS_{name.upper()}"):
            said[name] = value
    try:
        if "authorities" in said:
            said["authorities"] = tuple(_authority(entry) for entry in said["authorities"])
        return Settings(home, **said)
    except (TypeError, KeyError) as error:
        raise InvalidInputError("settings.toml", "unknown_setting", "only known names") from error


def _authority(entry: Mapping[str, Any]) -> Authority:
    name = Wording(entry["name_vi"], entry["name_en"])
    return Authority(entry["code"], entry["province"], name, entry.get("webhook"))


class Clockwork:
    """The one place that asks the world: what time it is, a new name, something unguessable."""

    @staticmethod
    def now() -> datetime:
        """Return the time, aware, UTC."""
        return datetime.now(UTC)

    @staticmethod
    def new_id() -> UUID:
        """Return a random identifier: of a stream, a person, a command."""
        return uuid4()

    @staticmethod
    def new_event_id() -> UUID:
        """Return an identifier that sorts by time."""
        return event_id(time.time_ns() // 1_000_000, secrets.token_bytes(RANDOM_BYTES))

    random = staticmethod(secrets.token_bytes)
    draw = staticmethod(secrets.randbelow)


@dataclass
class System:
    """One ledger with all that belongs to it, opened."""

    settings: Settings
    clockwork: Clockwork
    facts: LedgerFactStore
    reading: LedgerFactStore
    """The same facts with every personal part withheld: for views, lists and checks."""
    subject_keys: SubjectKeys
    keyring: FileSigner
    projector: Projector
    calendar: WorkingCalendar
    callers: CallerDatabase
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def views(self) -> ViewStore:
        """Where the views are."""
        return self.projector.store

    @cached_property
    def accounts(self) -> Accounts:
        """Who can sign in."""
        return Accounts(self.callers, decoy=self.clockwork.random(_DECOY_BYTES))

    @cached_property
    def api_tokens(self) -> ApiTokens:
        """Which systems can call."""
        return ApiTokens(self.callers)

    @cached_property
    def desk(self) -> IssuingDesk:
        """What issuing needs; one a process."""
        return IssuingDesk(self.facts, self.keyring, self.clockwork.draw)

    def act(self, actor: str, role: str, organisation: str | None = None, **more: Any) -> Act:
        """Return an act of now."""
        return Act(self.clockwork.now(), actor, role, organisation, **more)

    def issuing_key(self, authority: str, document_type: int) -> TrustedKey:
        """Return the key that signs for ``authority`` now.

        Raises:
            RefusedError: ``no_signing_key``.
        """
        return key_commands.key_in_use(
            facts=self.reading, use=document_type, issuer=authority, at=self.clockwork.now()
        )

    @property
    def directory(self) -> BlindIndex:
        """Finds a person's pseudonym by a number."""
        return self.subject_keys.numbers

    def document_signer(self, authority: str) -> DocumentSigner:
        """Return who signs the authority's PDF documents.

        Raises:
            RefusedError: ``no_document_key``.
        """
        folder = self.settings.home / "documents"
        certificate, named = folder / f"{authority}.der", folder / f"{authority}.kid"
        if not certificate.exists():
            raise RefusedError("no_document_key", "this authority has no document certificate")
        kid = bytes.fromhex(named.read_text("ascii"))
        chain = ((folder / "root.der").read_bytes(),)
        return DocumentSigner(
            certificate.read_bytes(), chain, lambda message: self.keyring.sign(kid, message)
        )

    def close(self) -> None:
        """Give back every connection."""
        self._open.close()


def build(settings: Settings, clockwork: Clockwork | None = None) -> System:
    """Open the ledger that ``settings`` name; what is not there yet is made.

    Raises:
        StoreUnavailableError: The ledger's database cannot be opened.
        KeyStoreError: The key store cannot be opened, or is an old copy.
        InvalidInputError: A setting has the wrong form.
    """
    clockwork = clockwork or Clockwork()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        root = FileRootKey(settings.home / "root", clockwork.random)
        copies = settings.home / "key-copies"
        copies.mkdir(mode=0o700, exist_ok=True)
        subject_keys = open_subject_keys(
            settings.subject_keys, root, random=clockwork.random, copies=copies
        )
        stack.callback(subject_keys.close)
        seals = SealedParts(subject_keys, clockwork.random)
        facts = open_store(
            settings.ledger, types=FACT_TYPES, seals=seals, ids=clockwork.new_event_id
        )
        stack.callback(facts.close)
        reading = open_store(
            settings.ledger,
            types=FACT_TYPES,
            seals=WithheldParts(),
            ids=clockwork.new_event_id,
        )
        stack.callback(reading.close)
        views = ViewStore(open_views(settings.views), VIEWS)
        stack.callback(views.database.close)
        views.prepare()
        callers = open_callers(settings.callers)
        stack.callback(callers.close)
        keyring = FileSigner(
            settings.home / "keys",
            passphrase(settings),
            random_bytes=clockwork.random,
            cost=KdfCost(settings.key_memory_mib << 10, FULL_COST.passes, FULL_COST.lanes),
        )
        return System(
            settings,
            clockwork,
            facts,
            reading,
            subject_keys,
            keyring,
            Projector(reading, views),
            standard_calendar(),
            callers,
            stack.pop_all(),
        )


def passphrase(settings: Settings) -> bytes:
    """Return the passphrase of the signing keys: from the service manager, or the home's file.

    The file is for one machine and a first start (assurance: software); in production the
    passphrase is a credential that the service manager hands over, or keys are in a module.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials is not None and (handed := Path(credentials) / "records-passphrase").exists():
        return handed.read_bytes().strip()
    file = settings.home / "passphrase"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as new:
            new.write(secrets.token_urlsafe(32).encode())
    return file.read_bytes().strip()
