"""Numbers as each language writes them: 1.234,5 in Vietnamese, 1,234.5 in English."""

from typing import Final

_SWAPPED: Final = str.maketrans(",.", ".,")
_NARROW: Final = "\N{NO-BREAK SPACE}"


def number_words(value: float, language: str, decimals: int = 0) -> str:
    """Return ``value`` with ``decimals`` places."""
    text = f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")
    return text if language == "en" else text.translate(_SWAPPED)


def percent_words(share: float, language: str, decimals: int = 1) -> str:
    """Return a share of 0 to 1 as per cent: ``99,5 %`` or ``99.5 %``."""
    return f"{number_words(share * 100, language, decimals)}{_NARROW}%"
