"""Tables as files that a spreadsheet opens: CSV (RFC 4180) in UTF-8, begun with a byte-order mark.

With the mark: whoever downloads opens the file in a spreadsheet, which takes it for another
encoding otherwise and breaks every Vietnamese word. Programs read the JSON at the same address.
"""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Final

from ledger.clinical.book_table import spreadsheet_cell

MEDIA_TYPE: Final = "text/csv; charset=utf-8"


def lines(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Yield the file line by line; no cell is a formula, whoever wrote it."""
    yield BOM_UTF8 + line(head)
    for row in rows:
        yield line(row)


def line(cells: Iterable[str]) -> bytes:
    """Return one line of the file."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow([spreadsheet_cell(one) for one in cells])
    return text.getvalue().encode()
