"""The auditor's document of one audit: what is told of it, and the files that tell it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ledger.audit.document.account import (
    AuditAccount,
    Brought,
    held_of,
    origin_of,
    quorum_of,
)
from ledger.audit.document.lines import audit_lines
from ledger.audit.document.page import audit_page
from ledger.audit.document.sheet import audit_sheet
from ledger.audit.memory import AuditorMemory, Verified
from ledger.audit.report import Report
from ledger.audit.scope import Mode, Scope
from ledger.errors import InvalidInputError
from shell.audit_inputs import Given, read_policy
from shell.home import read
from shell.report_files import check_free, write_new
from verify_api.version import VERSION

LINES: Final = "report.jsonl"
PAGE: Final = "report.html"
SHEET: Final = "report.pdf"
BEGUN: Final = "begun_at"
"""Under which a scan under way keeps when it was begun."""


@dataclass(frozen=True, slots=True)
class Document:
    """Where an audit's document is to be, in which language, and what was known at its beginning.

    The policy is looked at before the audit, as the audit itself does.
    """

    folder: Path
    language: str
    given: Given
    scope: Scope
    begun_at: datetime
    memory: Path | None
    held: Verified | None
    policy_digest: str | None

    def write(self, report: Report, ended_at: datetime) -> None:
        """Write the document's files.

        Raises:
            InvalidInputError: ``report_exists``: one has come meanwhile; nothing was written.
            UnreadableFileError: They cannot be written.
        """
        account = self.account(report, ended_at)
        write_new(
            self.folder,
            {
                LINES: audit_lines(account).encode(),
                PAGE: audit_page(account, self.language).encode(),
                SHEET: audit_sheet(account, self.language),
            },
        )

    def account(self, report: Report, ended_at: datetime) -> AuditAccount:
        """Return what is told of the audit."""
        given = self.given
        policy = None if given.policy is None else read_policy(Path(given.policy))
        return AuditAccount(
            report=report,
            scope=self.scope,
            begun_at=self.begun_at,
            ended_at=ended_at,
            program=VERSION,
            command=command_of(given, self.scope, self.memory),
            origin=None if policy is None else origin_of(policy),
            policy_digest=self.policy_digest,
            quorum=None if policy is None else quorum_of(policy),
            brought=_brought(given),
            held=None if self.held is None else held_of(self.held),
        )


def begin_document(
    folder: Path, language: str, given: Given, scope: Scope, memory: AuditorMemory | None,
    begun_at: datetime,
) -> Document:  # fmt: skip
    """Return a document that can be written when the audit is over; called before it begins.

    Raises:
        InvalidInputError: ``report_exists``: better now than after a scan of hours.
    """
    check_free(folder, (LINES, PAGE, SHEET))
    return Document(
        folder=folder,
        language=language,
        given=given,
        scope=scope,
        begun_at=begun_at,
        memory=None if memory is None else memory.folder,
        held=None if memory is None else memory.verified,
        policy_digest=None
        if given.policy is None
        else sha256(read(Path(given.policy))).hexdigest(),
    )


def scope_of(memory: AuditorMemory) -> Scope:
    """Return the scope of the scan that a memory has under way.

    Raises:
        InvalidInputError: ``nothing_to_resume``.
    """
    plan = memory.running()
    if plan is None:
        raise InvalidInputError("memory", "nothing_to_resume", "a scan that was interrupted")
    return plan.scope


def _brought(given: Given) -> Brought:
    return Brought(
        heads=len(given.checkpoints),
        witnesses=len(given.witnesses),
        proofs=len(given.proofs),
        keys=given.keys is not None,
        nodes=len(given.nodes),
        timestamps=given.timestamps is not None,
        former_policies=len(given.former),
        files=given.files is not None,
    )


def command_of(given: Given, scope: Scope, memory: Path | None) -> tuple[str, ...]:
    """Return the command that makes an audit again, word by word, without passwords."""
    words = ["records", "audit", "verify", without_password(given.ledger)]
    single = {
        "--log": given.log, "--policy": given.policy, "--timestamps": given.timestamps,
        "--tsa-certificate": given.tsa_certificate, "--keys": given.keys,
        "--files": given.files,
        "--cluster": given.cluster, "--memory": None if memory is None else str(memory),
    }  # fmt: skip
    for option, value in single.items():
        words += [] if value is None else [option, without_password(value)]
    many = {
        "--policy-until": given.former, "--checkpoint": given.checkpoints,
        "--proof": given.proofs, "--witness": given.witnesses, "--node": given.nodes,
    }  # fmt: skip
    for option, values in many.items():
        words += [word for one in values for word in (option, without_password(one))]
    words += ["--keep-entries"] if given.keep_entries else []
    words += ["--processes", str(given.processes)] if given.processes > 1 else []
    return (*words, *_scope_words(scope))


def _scope_words(scope: Scope) -> tuple[str, ...]:
    match scope.mode:
        case Mode.FULL:
            return ("--full",)
        case Mode.SINCE:
            return ("--since",)
        case Mode.RANGE:
            return ("--range", f"{scope.first}:{scope.last}")
        case Mode.SAMPLE:
            return ("--sample", str(scope.sample), "--seed", str(scope.seed))


def without_password(text: str) -> str:
    """Return an address without the password in it; any other text as it is."""
    parts = urlsplit(text)
    if not parts.netloc:
        return text
    user, at, host = parts.netloc.rpartition("@")
    named = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)
             if "password" not in name.lower()]  # fmt: skip
    whole = parts._replace(netloc=f"{user.partition(':')[0]}{at}{host}", query=urlencode(named))
    return urlunsplit(whole)
