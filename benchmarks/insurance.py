"""What reading a facility's insurance file costs, beside the parser and Base64 alone."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from benchmarks.table import Row, interleaved, median_ratio
from ledger.clinical.insurance_envelope import read_envelope
from ledger.clinical.insurance_fhir import visit_document
from ledger.clinical.insurance_rules import check_future
from tests_support.insurance_samples import sample_envelope

FILES = 40
"""Different files, so that nothing is known from the one before."""
ROUNDS = 15
ROWS = 6
"""Records a table: the file is then about 32 KB with its six tables."""
AT = datetime(2026, 11, 27, tzinfo=UTC)


def rows() -> Iterator[Row]:
    """Yield every row."""
    files = [sample_envelope(seed, rows=ROWS) for seed in range(FILES)]
    episodes = [read_envelope(data).episodes[0] for data in files]
    documents = [visit_document(episode) for episode in episodes]
    size = sum(len(data) for data in files) / FILES / 1024

    def reading() -> None:
        for data in files:
            (episode,) = read_envelope(data).episodes
            assert episode.acceptable
            assert not list(check_future(episode.tables, at=AT))

    def parsing() -> None:
        for data in files:
            for content in etree.fromstring(data).iter("NOIDUNGFILE"):
                etree.fromstring(base64.b64decode(content.text or ""))

    def projecting() -> None:
        for episode in episodes:
            visit_document(episode)

    ours, floor, made = interleaved(reading, parsing, projecting, rounds=ROUNDS, cpu=True)
    yield Row(
        f"read and check an insurance file of {size:.0f} KB, 6 tables",
        f"{min(ours) / FILES * 1e6:.0f} us CPU",
        f"{min(floor) / FILES * 1e6:.0f} us lxml and Base64 alone",
        median_ratio(ours, floor),
        5.0,
        at_most=True,
    )
    yield Row(
        f"its FHIR projection, {sum(map(len, documents)) / FILES / 1024:.0f} KB of JSON",
        f"{min(made) / FILES * 1e6:.0f} us CPU",
        f"{min(floor) / FILES * 1e6:.0f} us lxml and Base64 alone",
        median_ratio(made, floor),
        None,
        at_most=True,
    )
