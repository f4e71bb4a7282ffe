"""What daily seals are the roots of: bucket digests, in files named by their root.

A file proves itself: who reads it computes the root again. None of them is needed to trust
anything; without them proofs take longer, and a difference is not narrowed down to a bucket.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkstemp
from typing import Final

_SUFFIX: Final = ".buckets"


class SealFiles:
    """A folder of bucket digests; processes of the service share it."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, which is made with the first file."""
        self._folder = folder

    def keep(self, root: bytes, buckets: bytes) -> None:
        """Write the digests under their root; nothing if they are there."""
        path = self._path(root)
        if path.exists():
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A name of its own: two processes may seal the same day at once.
        descriptor, unfinished = mkstemp(suffix=".new", prefix=f"{root.hex()}.", dir=self._folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(buckets)
        Path(unfinished).replace(path)

    def find(self, root: bytes) -> bytes | None:
        """Return the digests under ``root``, not yet proved to be them; None if there are none."""
        try:
            return self._path(root).read_bytes()
        except FileNotFoundError:
            return None

    def prune(self, wanted: Iterable[bytes]) -> None:
        """Remove all files but those under the roots ``wanted``."""
        kept = {self._path(root) for root in wanted}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path not in kept:
                path.unlink(missing_ok=True)

    def _path(self, root: bytes) -> Path:
        return self._folder / f"{root.hex()}{_SUFFIX}"
