"""Parts of a health book that are shown to few, and how they are named everywhere.

A consent, a citizen's closing, a share and an entry's mark all speak of the same categories.
"""

from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """Why something is withheld from care providers by default; `GENERAL` is not.

    Source: Law 64/2006/QH11, article 30 (HIV); Law 91/2025/QH15 (sensitive data); Law
    13/2022/QH15 (domestic violence); the confidentiality rules for medical data name the others.
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


class Section(StrEnum):
    """Parts of a patient summary that can be shared apart. Source: IPS 2.0.0."""

    PROBLEMS = "problems"
    MEDICINES = "medicines"
    ALLERGIES = "allergies"
    IMMUNISATIONS = "immunisations"
    PROCEDURES = "procedures"
    RESULTS = "results"
    VITALS = "vitals"
    DEVICES = "devices"
    VISITS = "visits"
    """IPS has no section of its own for them, and allows one."""


EVERYTHING: Final = frozenset(Category)
WITHHELD: Final = EVERYTHING - {Category.GENERAL}
"""What care providers do not see by default."""
