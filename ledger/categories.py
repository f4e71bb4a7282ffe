"""Parts of a health book that are shown to few: one list for all who decide on or close them."""

from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """Why an entry is withheld from care providers by default; `GENERAL` is not.

    Source: Law 64/2006/QH11 (HIV), Law 91/2025/QH15 (sensitive data), Law 13/2022/QH15 (domestic
    violence); the confidentiality rules for medical data name the others.
    """

    GENERAL = "general"
    HIV = "hiv"
    MENTAL = "mental"
    REPRODUCTIVE = "reproductive"
    GENETIC = "genetic"
    SUBSTANCE_USE = "substance-use"
    VIOLENCE = "violence"
    RESTRICTED = "restricted"
    """The sender said so without saying why."""


WITHHELD: Final = frozenset(Category) - {Category.GENERAL}
"""What care providers do not see by default."""
