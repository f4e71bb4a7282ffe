"""What somebody pastes to check many at once: one code a line, before it a reference of their own.

A reference ends at a tab, as two columns of a spreadsheet are pasted, or at the last semicolon; no
code has either. A code may end in a blank, which is a digit of Base45 (RFC 9285): blanks behind it
stay. References are shown beside the answers and kept nowhere.
"""

import re
from typing import Final

from verify_api.bodies import LONGEST_LINE, BatchLine
from verify_api.errors import MalformedRequestError

MOST: Final = 200
"""Codes at once: as many as a desk has before it, and an answer in a second or two."""
LONGEST_REFERENCE: Final = 80
_ENDS: Final = re.compile(r"\r\n|\r|\n")


def pasted_lines(text: str) -> list[BatchLine]:
    """Return the lines of ``text``, numbered as they were pasted.

    Empty ones are left out, a bad one is a line like any other.
    """
    pasted = enumerate(_ENDS.split(text), 1)
    whole = [(number, line.strip("\t")) for number, line in pasted if line.strip()]
    lines = [_line(number, line) for number, line in whole[:MOST]]
    if len(whole) > MOST:
        error = MalformedRequestError(
            "too_many_lines", f"expected at most {MOST} lines; the rest was not checked"
        )
        first_left, _ = whole[MOST]
        lines.append(BatchLine(first_left, error=error))
    return lines


def _line(number: int, line: str) -> BatchLine:
    if len(line) > LONGEST_LINE:
        message = f"expected lines of at most {LONGEST_LINE} characters"
        return BatchLine(number, error=MalformedRequestError("line_too_long", message))
    reference, code = _parted(line)
    if len(reference) > LONGEST_REFERENCE:
        message = f"expected references of at most {LONGEST_REFERENCE} characters"
        return BatchLine(number, error=MalformedRequestError("reference_too_long", message))
    if not code:
        message = "expected a code behind the reference"
        return BatchLine(number, reference, error=MalformedRequestError("code_missing", message))
    return BatchLine(number, reference or None, code)


def _parted(line: str) -> tuple[str, str]:
    """Return the reference, empty if there is none, and the code."""
    reference, tab, code = line.partition("\t")
    if not tab:
        reference, _, code = line.rpartition(";")
    return reference.strip(), code.lstrip()
