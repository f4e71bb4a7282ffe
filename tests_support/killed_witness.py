"""A witness that is killed in the middle of an answer: `python -m tests_support.killed_witness`.

Arguments: its home, and the moment. The request comes by standard input.
"""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from typing_extensions import override

from ledger.transparency.cosignature import NoteSigner
from shell.witness_home import WitnessHome
from verify_api.witness_marker import Marker, Marks


def die(_message: bytes = b"") -> NoReturn:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("killed")


class DyingMarker(Marker):
    """Dies when it is to be advanced, before or after that is done."""

    def __init__(self, inner: Marker, *, afterwards: bool) -> None:
        """Be ``inner`` until then."""
        self._inner = inner
        self._afterwards = afterwards

    @override
    def read(self) -> Marks:
        """Return what is marked."""
        return self._inner.read()

    @override
    def advance(self, marks: Marks) -> None:
        """Die."""
        if self._afterwards:
            self._inner.advance(marks)
        die()


def main(folder: Path, moment: str) -> None:
    """Answer one request, as far as that comes."""
    with WitnessHome(folder).opened() as witness:
        if moment == "signing":
            witness.signers = [NoteSigner(key, die) for key in witness.keys]
        else:
            witness.marker = DyingMarker(witness.marker, afterwards=moment == "answering")
        witness.add_checkpoint(sys.stdin.buffer.read())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
