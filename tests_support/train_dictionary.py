"""Train a dictionary for `ledger.documents`: ``python -m tests_support.train_dictionary FILE``.

On generated visits alone. A new dictionary gets the next number; those that are there are never
trained again, for what was packed with them is read with them for ever.
"""

import random
import sys
from pathlib import Path
from typing import Final, TypeAlias

from zstandard import train_dictionary

from ledger.documents import LEVEL
from tests_support.visit_json import SPACINGS, dumped, some_day
from tests_support.visit_lives import Life
from tests_support.visit_samples import vietnamese_visit

Buffer: TypeAlias = "bytes | bytearray | memoryview[int]"
BYTES: Final = 262_144
"""112 KB, zstd's own default, leaves documents an eighth larger."""
PIECES: Final = 1_000
"""Bytes of a piece that is chosen as a whole: about one resource."""
SEED: Final = 2_026
LIVES: Final = 1_500
VIETNAMESE: Final = 2400


def samples(seed: int = SEED) -> list[Buffer]:
    """Return generated visits in the form in which they are kept."""
    rng = random.Random(seed)
    made: list[Buffer] = []
    for number in range(LIVES):
        life = Life(rng, rng.choice(SPACINGS), "urn:uuid:" if number % 6 else "")
        made += [kept(life) for _ in range(3)]
    made += [dumped(vietnamese_visit(rng), rng.choice(SPACINGS)) for _ in range(VIETNAMESE)]
    return made


def kept(life: Life) -> bytes:
    """Return one visit of a life as the importer cuts it out."""
    entries = []
    for resource in life.visit(some_day(life.rng)):
        raw = dumped(resource, life.spacing)
        if life.spacing is not None:
            # Two levels and a half stand before a resource in the Bundle that it is cut from.
            raw = raw.replace(b"\n", b"\n" + b" " * (3 * life.spacing))
        entries.append(b'{"fullUrl":"urn:uuid:%b","resource":%b}' % (resource["id"].encode(), raw))
    return b'{"resourceType":"Bundle","type":"collection","entry":[%b]}' % b",".join(entries)


def main(target: Path) -> None:
    """Write the dictionary to ``target``."""
    trained = train_dictionary(BYTES, samples(), k=PIECES, d=8, level=LEVEL, threads=1)
    target.write_bytes(trained.as_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
