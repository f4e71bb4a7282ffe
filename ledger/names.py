"""Text from outside: NFC or refused, no invisible characters; names compared and searched.

Vietnamese letters exist composed (NFC) and decomposed (NFD). Both look alike and differ as bytes,
so that one person would have two names: the ledger holds NFC only, and says so to who sends NFD.
"""

import unicodedata

from ledger.errors import InvalidInputError

MAX_TEXT = 4_000
MAX_NAME = 100
_LETTER_OR_MARK = ("L", "M")
_BETWEEN_LETTERS = frozenset(" -'’.·")  # noqa: RUF001 (typographic apostrophe of real names)
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_LINE_BREAKS = "\n\t"


def check_text(value: object, *, place: str, longest: int = MAX_TEXT) -> str:
    """Return ``value`` if it is readable NFC text without control or formatting characters.

    Raises:
        InvalidInputError: rule ``text``, ``not_blank``, ``too_long``, ``nfc`` or ``invisible``.
    """
    if not isinstance(value, str):
        raise InvalidInputError(place, "text", "text")
    if not value.strip():
        raise InvalidInputError(place, "not_blank", "text that is not blank")
    if len(value) > longest:
        raise InvalidInputError(place, "too_long", f"at most {longest} characters")
    if not unicodedata.is_normalized("NFC", value):
        raise InvalidInputError(place, "nfc", "Unicode in normal form C (composed letters)")
    if any(unicodedata.category(c) in _INVISIBLE for c in value if c not in _LINE_BREAKS):
        raise InvalidInputError(place, "invisible", "no control or invisible characters")
    return value


def check_name(value: object, *, place: str) -> str:
    """Return ``value`` if it can be a person's name: letters, single spaces, hyphen, apostrophe.

    Raises:
        InvalidInputError: as `check_text`, or rule ``name``.
    """
    name = check_text(value, place=place, longest=MAX_NAME)
    allowed = all(
        c in _BETWEEN_LETTERS or unicodedata.category(c).startswith(_LETTER_OR_MARK) for c in name
    )
    if not allowed or name != collapse_spaces(name):
        raise InvalidInputError(place, "name", "letters with single spaces between words")
    return name


def collapse_spaces(text: str) -> str:
    """Return ``text`` with single spaces between words and none around."""
    return " ".join(text.split())


def normalise_name(text: str) -> str:
    """Return what a person typed as the ledger would hold it: NFC, single spaces."""
    return collapse_spaces(unicodedata.normalize("NFC", text))


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same: case and spaces do not matter, diacritics do."""
    return normalise_name(one).casefold() == normalise_name(other).casefold()


def search_key(name: str) -> str:
    """Return ``name`` without diacritics and case, for searching only: ``Đặng Mẫu`` → ``dang mau``.

    Many names share a key: never decide identity by it.
    """
    folded = unicodedata.normalize("NFD", normalise_name(name).casefold())
    kept = (c for c in folded if not unicodedata.combining(c))
    return "".join(kept).replace("đ", "d")
