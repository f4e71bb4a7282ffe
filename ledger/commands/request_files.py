"""Files that an applicant sends: kept first, named by the request's own append second, opened."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from ledger.certificates.request_files import FileReceived, NewFile, check_files, receive
from ledger.commands.kept_files import KeptFiles
from ledger.errors import NotFoundError, RefusedError, TamperedError
from ledger.facts import History
from ledger.personal import Erased

T = TypeVar("T")


def keep(
    files: KeptFiles,
    sent: Sequence[NewFile],
    *,
    request: UUID,
    subject: UUID,
    then: Callable[[tuple[FileReceived, ...]], T],
) -> T:
    """Keep what was sent, and let ``then`` record it with what it was sent with.

    A file is durable before any fact names it. The same content twice in one act is one file.

    Raises:
        InvalidInputError: As of `ledger.certificates.request_files.check_files`; nothing is kept.
        KeyDestroyedError: The applicant's identity data were erased.
        StoreUnavailableError: A file could not be kept; nothing is recorded then.
    """
    check_files(sent)
    once = tuple({one.content: one for one in sent}.values())
    kept = [(one, files.put(one.content, subject=subject, stream=request)) for one in once]
    done = then(tuple(receive(one, address) for one, address in kept))
    for one, address in kept:
        if not files.has(address):  # a sweep was as old as a file that had been left before
            files.put(one.content, subject=subject, stream=request)
    return done


def opened(files: KeptFiles, history: History, number: int) -> tuple[FileReceived, bytes]:
    """Return a file of a request, with what is said of it.

    Args:
        files: Those of requests.
        history: The request's.
        number: Of the fact in the request's stream.

    Raises:
        NotFoundError: That fact names no file.
        RefusedError: ``file_erased``.
        TamperedError: What lies there is not what was sent.
    """
    recorded = next((one for one in history.recorded if one.version == number), None)
    if recorded is None or not isinstance(recorded.fact, FileReceived):
        raise NotFoundError("no file of this request is known under this number")
    fact = recorded.fact
    content = files.get(fact.address, stream=history.stream_id)
    if isinstance(content, Erased) or isinstance(fact.digest, Erased):
        raise RefusedError("file_erased", "the file can no longer be read")
    if sha256(content).digest() != fact.digest:
        raise TamperedError(f"the file {fact.address.hex()} is not what was sent")
    return fact, content
