"""The report in an evidence package: files that were given, or an audit that is made for it."""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from app import System
from ledger.audit.document.account import AuditAccount, origin_of, quorum_of
from ledger.audit.document.lines import audit_lines
from ledger.audit.document.page import audit_page
from ledger.audit.document.sheet import audit_sheet
from ledger.audit.scope import Mode, Scope
from ledger.audit.verify import verify
from ledger.errors import InvalidInputError
from shell.audit_inputs import of_home
from shell.home import Home, read
from verify_api.version import VERSION

SUFFIXES: Final = frozenset({"jsonl", "html", "pdf"})
_STAMP: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\.tsr", re.ASCII)


def given_report(files: Sequence[Path]) -> dict[str, bytes]:
    """Return a report's files by suffix.

    Raises:
        InvalidInputError: ``report_kind``: another suffix, or one twice.
        UnreadableFileError: One cannot be read.
    """
    found = {file.suffix.removeprefix("."): read(file) for file in files}
    if len(found) < len(files) or not found.keys() <= SUFFIXES:
        raise InvalidInputError("--report", "report_kind", "one .jsonl, one .html and one .pdf")
    return found


def given_stamps(files: Sequence[Path]) -> dict[str, bytes]:
    """Return time stamps by the names of their files.

    Raises:
        InvalidInputError: ``stamp_name``: a name that a manifest cannot hold, or one twice.
        UnreadableFileError: One cannot be read.
    """
    found = {file.name: read(file) for file in files}
    if len(found) < len(files) or not all(map(_STAMP.fullmatch, found)):
        raise InvalidInputError("--tsr", "stamp_name", "names as head-1.tsr, each once")
    return found


def audited(
    home: Home, system: System, positions: Sequence[int], language: str
) -> dict[str, bytes]:
    """Return the report of an audit of the parts of history that hold these positions."""
    assert system.policy is not None, "whoever exports has a log"
    given, clock = of_home(home), system.clockwork
    first, last = positions[0], positions[-1]
    scope, begun = Scope(Mode.RANGE, first=first, last=last), clock.now()
    report = verify(given.evidence(), scope, at=begun)
    account = AuditAccount(
        report,
        scope,
        begun,
        clock.now(),
        VERSION,
        ("records", "audit", "verify", "--range", f"{first}:{last}"),
        origin=origin_of(system.policy),
        policy_digest=None
        if given.policy is None
        else sha256(read(Path(given.policy))).hexdigest(),
        quorum=quorum_of(system.policy),
    )
    return {
        "jsonl": audit_lines(account).encode(),
        "html": audit_page(account, language).encode(),
        "pdf": audit_sheet(account, language),
    }
