"""What a checker may ask about the holder, compared without saying which part was wrong.

A copied code shows a genuine certificate of somebody else. Names are signed in NFC and compared in
the form of machine-readable travel documents, where ``Thuỳ`` and ``Thùy`` are one name.
"""

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from hmac import compare_digest
from typing import Final
from unicodedata import combining, normalize

from ledger import canonical
from ledger.certificates.kind import Holder, Sex

MAX_NAME: Final = 200
"""Longest name that is looked at, in characters."""

_APOSTROPHES: Final = "'’‘ʼ`´"  # noqa: RUF001  the look-alikes are the point
_STROKED_D: Final = str.maketrans("đĐðÐ", "DDDD", _APOSTROPHES)
_LATIN_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
"""The marks of nearly every name: dropped at once, and the rest one by one."""
_FILLERS = re.compile(r"[^A-Z]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]+")


def mrz_name(name: str) -> str:
    """Return ``name`` as in a machine-readable zone: ``NGUYỄN VĂN ĐỨC`` is ``NGUYEN<VAN<DUC``.

    Marks are dropped, Đ, đ and the look-alike Ð become D, apostrophes vanish, and every run of
    anything else becomes one ``<``. Source: ICAO Doc 9303, part 3, section 4.6, for Latin letters.
    """
    return _FILLERS.sub("<", _bare(name)).strip("<")


def same_name(one: str, other: str) -> bool:
    """Return whether two names are written alike but for case, marks, blanks and hyphens.

    As by `mrz_name`, but letters of other scripts count: two names that a machine-readable zone
    could not show at all are not the same.
    """
    return _key(one) == _key(other)


def _key(name: str) -> str:
    return _NOT_LETTERS.sub("<", _bare(name)).strip("<")


def _bare(name: str) -> str:
    plain = _LATIN_MARKS.sub("", normalize("NFD", name[:MAX_NAME].translate(_STROKED_D)))
    if not plain.isascii():
        plain = "".join([character for character in plain if not combining(character)])
    return plain.upper()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the checker typed or ticked about the person; None is not asked."""

    name: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    number: str | None = None
    """Of the identity paper, whole or its last four characters: the code holds no more."""

    @property
    def nothing(self) -> bool:
        """Whether nothing was asked at all."""
        return self == Asked()


_ID_TAIL: Final = 4


def is_about(holder: Holder, asked: Asked) -> bool:
    """Return whether everything that was ``asked`` fits ``holder``."""
    number = None if asked.number is None else _characters(asked.number)
    answers = (
        asked.name is None or same_name(asked.name, holder.name),
        asked.birth_date is None or asked.birth_date == holder.birth_date,
        asked.sex is None or asked.sex is holder.sex,
        number is None or (len(number) >= _ID_TAIL and number[-_ID_TAIL:] == holder.id_tail),
    )
    return all(answers)


@dataclass(frozen=True, slots=True)
class FiveFields:
    """What a checker must know to be told anything at all: on the paper, and from its holder."""

    dossier_code: str
    """Of the one-stop system (mã hồ sơ một cửa)."""
    name: str
    birth_date: date
    sex: Sex
    number: str
    """Whole number of the identity card or passport."""


def five_fields_match(given: FiveFields, held: FiveFields | None) -> bool:
    """Return whether all five fields are those of the certificate that is held.

    The answer takes the same steps whichever field differs, and also where nothing is held: a
    stranger learns neither which field was wrong nor whether there is such a dossier.

    Source: draft circular of the Ministry of Public Security of 17 April 2026 (five fields).
    """
    theirs = _digest(given if held is None else held)
    return compare_digest(_digest(given), theirs) and held is not None


def _digest(fields: FiveFields) -> bytes:
    return sha256(
        canonical.encode(
            [
                _characters(fields.dossier_code),
                _key(fields.name),
                fields.birth_date.isoformat(),
                int(fields.sex),
                _characters(fields.number),
            ]
        )
    ).digest()


def _characters(typed: str) -> str:
    """Return the letters and digits alone: people type spaces, dots and hyphens as they like."""
    return _NOT_ALPHANUMERIC.sub("", typed[:MAX_NAME].upper())
