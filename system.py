"""One ledger with all that belongs to it, opened: what `app.build` gives to pages and commands."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from clockwork import Clockwork
from keys.blind_index import BlindIndex
from keys.signer import FileSigner
from keys.subject_keys import SubjectKeys
from keys.trust_list import STATUS_USE, TrustedKey
from ledger.calendar import WorkingCalendar
from ledger.commands.issuing import IssuingDesk
from ledger.commands.key_board import KeyBoard
from ledger.commands.published_lists import PublishedLists
from ledger.commands.releasing import UNLOGGED, LoggedRelease, Release
from ledger.errors import RefusedError
from ledger.facts import Act
from ledger.paper.document_signer import DocumentSigner
from ledger.store.fact_store import LedgerFactStore
from ledger.store.log_files import LogFiles
from ledger.store.log_store import LogStore, open_log
from ledger.store.sealed_files import REQUEST_FILES, SealedFiles
from ledger.transparency.policy import Policy
from projections.completeness import CompletenessDesk
from projections.projector import Projector
from projections.seal_files import SealFiles
from projections.stream_heads import Blind
from projections.view_store import ViewStore
from settings import Settings
from verify_api.accounts import Accounts
from verify_api.api_tokens import ApiTokens
from verify_api.bundle import Bundle, write_bundle
from verify_api.caller_database import CallerDatabase
from verify_api.profiles.foreign import NO_FOREIGN_TRUST, ForeignTrust
from verify_api.profiles.trust_files import read_trust_files

LIST_ID: Final = "records-ledger"
"""Name of the trust list that this system publishes."""
HEADS_LABEL: Final = "stream-heads"
"""Index key of the root that blinds the leaves of the sealed tree."""
SEALS: Final = "seals"
"""Folder in the home for what daily seals are made of; no secret, made again where it lacks."""
FILES: Final = "blobs"
"""Folder in the home for files that lie beside the ledger."""
FOREIGN: Final = "foreign"
"""Folder in the home where the files of foreign trust belong: backups take it along."""


@dataclass
class System:
    """One ledger with all that belongs to it, opened."""

    settings: Settings
    clockwork: Clockwork
    facts: LedgerFactStore
    reading: LedgerFactStore
    """The same facts with every personal part withheld: for views and lists."""
    checking: LedgerFactStore
    """The same facts, opened only as far as an online check compares them."""
    subject_keys: SubjectKeys
    keyring: FileSigner
    projector: Projector
    calendar: WorkingCalendar
    callers: CallerDatabase
    blind: Blind
    """Names the leaves of the sealed tree of stream heads."""
    _open: ExitStack = field(default_factory=ExitStack)
    log: LogStore | None = None
    """The transparency log; None for a home without one (`log_files`)."""
    policy: Policy | None = None
    """Which of its heads are believed; not None if there is a log."""

    @property
    def views(self) -> ViewStore:
        """Where the views are."""
        return self.projector.store

    @cached_property
    def accounts(self) -> Accounts:
        """Who can sign in."""
        return Accounts(self.callers)

    @cached_property
    def api_tokens(self) -> ApiTokens:
        """Which systems can call."""
        return ApiTokens(self.callers)

    @cached_property
    def files(self) -> SealedFiles:
        """The files that belong to visits; all processes of the service share the folder."""
        return SealedFiles(self.settings.home / FILES, self.subject_keys)

    @cached_property
    def request_files(self) -> SealedFiles:
        """The files that applicants sent, in the same folder."""
        return SealedFiles(self.settings.home / FILES, self.subject_keys, REQUEST_FILES)

    @property
    def release(self) -> Release:
        """What holds papers back until the log has them; nothing does where there is no log."""
        return UNLOGGED if self.log is None else LoggedRelease(self.facts, self.log)

    @cached_property
    def completeness(self) -> CompletenessDesk:
        """Shows a person that nothing of theirs was left out."""
        files = SealFiles(self.settings.home / SEALS)
        return CompletenessDesk(
            self.reading, self.views.database, files, self.blind, lambda: self.log
        )

    @property
    def log_files(self) -> LogFiles:
        """What the home says of its log."""
        return LogFiles(self.settings.home)

    def join_log(self, *, read_only: bool = False) -> None:
        """Open the log if the home has one by now.

        Raises:
            InvalidInputError: Its policy cannot be read.
            StoreUnavailableError: Its database cannot be opened.
        """
        if self.log is None and self.log_files.is_there:
            self.policy = self.log_files.policy()
            self.log = open_log(self.settings.log, read_only=read_only)
            self._open.callback(self.log.close)

    def keep_policy(self, policy: Policy) -> None:
        """Let ``policy`` be in force, here at once, in other processes when they start."""
        self.log_files.replace(policy, at=self.clockwork.now())
        self.policy = policy

    @cached_property
    def foreign_trust(self) -> ForeignTrust:
        """Whose credentials in foreign formats count here: read once, when first asked for.

        Raises:
            InvalidInputError: A file cannot be read, or says something else than it should.
        """
        named = self.settings.foreign_trust
        return read_trust_files(self.settings.home / named) if named else NO_FOREIGN_TRUST

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
        return self.key_in_use(document_type, authority, at=self.clockwork.now())

    def key_in_use(self, use: int | str, issuer: str, *, at: datetime) -> TrustedKey:
        """Return the key that signs for ``use`` and ``issuer`` at ``at``: the newest active one.

        Raises:
            RefusedError: ``no_signing_key``.
        """
        return self._key_board.in_use(self.reading, use=use, issuer=issuer, at=at)

    @cached_property
    def _key_board(self) -> KeyBoard:
        return KeyBoard()

    @cached_property
    def published_lists(self) -> PublishedLists:
        """The trust lists as they were published."""
        return PublishedLists(self._key_board)

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

    def bundle(self, at: datetime) -> bytes:
        """Return all that an offline verifier needs, signed: lists nobody can need are left out.

        Raises:
            InvalidInputError: The files of foreign trust.
            RefusedError: ``no_signing_key``.
        """
        made_at = at.replace(microsecond=0)
        board = self.desk.board
        board.catch_up(self.reading)
        lists = {
            uri: listed.published.document
            for uri, listed in sorted(board.lists.items())
            if listed.published is not None and listed.live_until > made_at
        }
        issuer = self.settings.authorities[0].code
        key = self.key_in_use(STATUS_USE, issuer, at=made_at)
        documents = self.published_lists.documents(self.reading, at=made_at)
        return write_bundle(
            Bundle(made_at, documents, lists, self.foreign_trust),
            key=key.public,
            sign=lambda message: self.keyring.sign(key.public.kid, message),
        )

    def close(self) -> None:
        """Give back every connection."""
        self._open.close()
