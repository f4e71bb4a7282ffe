"""Files beside the ledger against the facts that name them: there, and to the byte as they came.

The name of a file is the SHA-256 of its sealed bytes and stands in the clear in its fact, which the
log has: no key is needed to tell that a file is another. Whether one that is not there was erased
by order is told by the key store; without it, that is not decided.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import file_digest
from pathlib import Path
from typing import Final

from ledger.audit.erasures import SubjectKeyRows
from ledger.audit.findings import Finding, Severity
from ledger.audit.law.forms import sealed_parts
from ledger.audit.law.reading import readable
from ledger.audit.raw_log import as_bytes
from ledger.audit.row_check import place_of
from ledger.audit.rows import RawRow
from ledger.certificates.request_files import FileReceived
from ledger.errors import StoreUnavailableError
from ledger.personal import KEY_ID_BYTES
from ledger.records.visit import DocumentAttached
from ledger.store.sealed_files import NAMING, path_of

Check = Callable[[Sequence[RawRow]], list[Finding]]
_ADDRESS_BYTES: Final = 32


class FileCheck:
    """One more look at each row that names a file: does it lie there as it was kept?"""

    def __init__(self, folder: Path, keys: SubjectKeyRows | None) -> None:
        """Look into ``folder``, which there is once a file came; ask ``keys`` whose may be gone."""
        self._folder = folder
        self._keys = keys

    def __call__(self, rows: Sequence[RawRow]) -> list[Finding]:
        """Return what is wrong with the files that rows name.

        Raises:
            StoreUnavailableError: A row names a file, and there is no folder at all.
        """
        return [
            found
            for row in rows
            if row.topic in NAMING
            for found in self._findings(row, _address_in(row))
        ]

    def _findings(self, row: RawRow, address: bytes | None) -> Iterator[Finding]:
        if address is None:
            return  # no fact of its form, which other checks say
        try:
            with path_of(self._folder, address).open("rb") as file:
                found = file_digest(file, "sha256").digest()
        except OSError:
            yield from self._missing(row, address)
            return
        if found != address and self._lives(row) is not False:
            yield Finding(
                "C1.file", Severity.CRITICAL, _place(row, address), "the file that was kept",
                "another one in its place",
            )  # fmt: skip

    def _missing(self, row: RawRow, address: bytes) -> Iterator[Finding]:
        if not self._folder.is_dir():
            # The wrong place was named, or it is not here: not every file was taken away at once.
            raise StoreUnavailableError("the folder of files beside the ledger cannot be opened")
        lives = self._lives(row)
        if lives is False:
            return  # whose files may be gone: `SealedPartCheck` says who is without an order
        severity = Severity.WARNING if lives is None else Severity.CRITICAL
        yield Finding(
            "C6.file_missing", severity, _place(row, address), "a file, or its ordered erasure",
            "no file" if lives else "no file, and no key store that would tell",
        )  # fmt: skip

    def _lives(self, row: RawRow) -> bool | None:
        """Return whether the row's sealed parts can be opened; None if nobody can tell."""
        if self._keys is None:
            return None
        used = [as_bytes(one)[:KEY_ID_BYTES] for one in (sealed_parts(row) or {}).values()]
        return any(self._keys.living(used).values())


def together(checks: Sequence[Check]) -> Check | None:
    """Return one look that is all of ``checks``; None if there is none."""
    if not checks:
        return None
    return lambda rows: [found for check in checks for found in check(rows)]


def _address_in(row: RawRow) -> bytes | None:
    recorded = readable(row)
    fact = None if recorded is None else recorded.fact
    address = fact.address if isinstance(fact, DocumentAttached | FileReceived) else None
    return address if type(address) is bytes and len(address) == _ADDRESS_BYTES else None


def _place(row: RawRow, address: bytes) -> dict[str, str | int]:
    return {**place_of(row), "file": address.hex()}
