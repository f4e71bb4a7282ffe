"""The program that reads strangers' pictures and PDFs, for `verify_api.picture_process`.

It opens no key, no database and no network, limits its own memory, and ends when the socket that is
its standard input closes.
"""

import contextlib
import json
import resource
import socket
import sys

from verify_api.picture import media_type_of, read_codes, read_proofs
from verify_api.picture_error import PictureError
from verify_api.picture_process import CODES, LENGTH, MEDIA_TYPE, PROOFS, REQUEST, received

MEMORY_BYTES = 1536 * 1024 * 1024
"""Address space: two copies of the largest picture in colour and the libraries."""

_FINDERS = {
    CODES: read_codes,
    PROOFS: read_proofs,
    MEDIA_TYPE: lambda data: [media_type_of(data)],
}


def _answer(wanted: int, data: bytes) -> dict[str, object]:
    try:
        return {"found": _FINDERS[wanted](data)}
    except PictureError as error:
        return {"rule": error.rule, "message": str(error)}


def serve(connection: socket.socket) -> None:
    """Answer pictures over ``connection`` until the other side closes it."""
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        while True:
            wanted, length = REQUEST.unpack(received(connection, REQUEST.size))
            reply = json.dumps(_answer(wanted, received(connection, length))).encode()
            connection.sendall(LENGTH.pack(len(reply)) + reply)


def main() -> None:
    """Be a worker: limit this process and serve its standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with socket.socket(fileno=sys.stdin.fileno()) as connection:
        serve(connection)


if __name__ == "__main__":
    main()
