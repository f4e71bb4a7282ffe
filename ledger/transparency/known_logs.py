"""The list of logs that a witness follows, as a text for people.

    log <vkey> [<origin>]       one a key; the origin is the key's name if it is left out
    any <origin>                one of that log's keys is enough; otherwise one of each kind
    # a remark

An origin is the rest of its line: it may have spaces.
"""

from collections.abc import Mapping
from typing import Final

from ledger.errors import InvalidInputError
from ledger.transparency.note import NoteKey, has_controls, parse_vkey
from ledger.transparency.witnessing import KnownLog

LARGEST_LIST: Final = 16 << 20
"""Characters."""


def parse_logs(text: str) -> dict[str, KnownLog]:
    """Return the logs that ``text`` lists, by origin.

    Raises:
        InvalidInputError: Says which line has which fault.
    """
    if len(text) > LARGEST_LIST:
        raise InvalidInputError("logs", "logs_size", f"at most {LARGEST_LIST} characters")
    keys: dict[str, list[NoteKey]] = {}
    lenient: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        try:
            _read_line(line.strip(" "), keys, lenient)
        except InvalidInputError as error:
            raise InvalidInputError(f"logs line {number}", error.rule, error.expected) from error
    return {
        origin: KnownLog(origin, tuple(held), needs_all=origin not in lenient)
        for origin, held in keys.items()
    }


def _read_line(line: str, keys: dict[str, list[NoteKey]], lenient: set[str]) -> None:
    if has_controls(line, but=""):
        raise InvalidInputError("logs", "logs_form", "no control characters")
    word, _, rest = line.partition(" ")
    if not line or word.startswith("#"):
        return
    if word == "log":
        vkey, _, origin = rest.partition(" ")
        key = parse_vkey(vkey)
        held = keys.setdefault(origin or key.name, [])
        held.append(key)
        KnownLog(origin or key.name, tuple(held))  # whatever is wrong with it is wrong in this line
    elif word == "any" and rest in keys:
        lenient.add(rest)
    else:
        raise InvalidInputError("logs", "logs_form", "log <vkey> [<origin>], or any <origin> below")


def write_logs(logs: Mapping[str, KnownLog]) -> str:
    """Return the list as a text."""
    lines: list[str] = []
    for log in logs.values():
        lines += [f"log {key.vkey} {log.origin}" for key in log.keys]
        if not log.needs_all:
            lines.append(f"any {log.origin}")
    return "".join(f"{line}\n" for line in lines)
