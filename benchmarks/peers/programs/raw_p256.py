"""The floor in Python: one P-256 signature check of `cryptography`, everything prepared before."""

from collections.abc import Callable
from contextlib import suppress

import cryptography
from cryptography.exceptions import InvalidSignature

from benchmarks.peers.protocol import read_case, serve
from benchmarks.verify import raw_verification
from ledger.certificates.qr_text import from_qr_text


def main() -> None:
    """Answer until the input ends."""

    def judge(check: Callable[[], None]) -> bool:
        with suppress(InvalidSignature):
            check()
            return True
        return False

    def prepare(text: str) -> Callable[[], None]:
        return raw_verification(from_qr_text(text))

    serve(f"raw P-256, cryptography {cryptography.__version__}", read_case(), judge, prepare)


if __name__ == "__main__":
    main()
