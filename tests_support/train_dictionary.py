"""Train a dictionary for `ledger.documents`.

    python -m tests_support.train_dictionary FILE visits|unspaced|insurance

On generated documents alone. A new dictionary gets the next number; those that are there are never
trained again, for what was packed with them is read with them for ever.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from zstandard import train_dictionary

from ledger.base64_parts import opened
from ledger.clinical.fhir_bytes import without_spacing
from ledger.clinical.insurance_fields import GENERAL
from ledger.documents import LEVEL
from tests_support.insurance_samples import ALL_READ, sample_envelope
from tests_support.visit_json import SPACINGS, dumped, some_day
from tests_support.visit_lives import Life
from tests_support.visit_samples import vietnamese_visit

Buffer: TypeAlias = "bytes | bytearray | memoryview[int]"
BYTES: Final = 262_144
"""112 KB, zstd's own default, leaves documents an eighth larger."""
INSURANCE_BYTES: Final = 65_536
"""Tables repeat their elements and little else: twice the size leaves files no smaller."""
PIECES: Final = 1_000
"""Bytes of a piece that is chosen as a whole: about one resource."""
SEED: Final = 2_026
LIVES: Final = 1_500
VIETNAMESE: Final = 2400
FILES: Final = 1_500


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


def insurance_samples(seed: int = SEED) -> list[Buffer]:
    """Return generated insurance files as they are kept: their Base64 opened."""
    rng = random.Random(seed)
    made: list[Buffer] = []
    for number in range(FILES):
        others = rng.sample([one for one in ALL_READ if one != GENERAL], rng.randrange(1, 8))
        facility = f"{rng.randrange(1, 97):02}{rng.randrange(1000):03}"
        data = sample_envelope(
            seed + number, sorted({GENERAL, *others}), facility=facility, rows=rng.randrange(1, 9)
        )
        made.append(opened(data))
    return made


def unspaced_samples(seed: int = SEED) -> list[Buffer]:
    """Return generated visits without white space, as those that are cut out of a life are kept."""
    return [without_spacing(bytes(one)) for one in samples(seed)]


KINDS: Final[dict[str, tuple[int, Callable[[], list[Buffer]]]]] = {
    "visits": (BYTES, samples),
    "unspaced": (BYTES, unspaced_samples),
    "insurance": (INSURANCE_BYTES, insurance_samples),
}
"""From the word on the command line to the bytes of a dictionary and what it is trained on."""


def main(target: Path, kind: str) -> None:
    """Write the dictionary for documents of ``kind`` to ``target``."""
    size, make = KINDS[kind]
    trained = train_dictionary(size, make(), k=PIECES, d=8, level=LEVEL, threads=1)
    target.write_bytes(trained.as_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
