"""Who may open the citizen's health pages, and why: reading the book, and governing it."""

from typing import Final

from verify_api.access_rules import access
from verify_api.callers import Action, Reach, who_may
from verify_api.routes.consents import manages_own
from verify_api.routes.records import LEGAL_BASIS

reads: Final = access(
    who_may(Action.FOLLOW_OWN), scope=Reach.GRANTED, purpose="read_book", reads_personal=True,
    legal_basis=LEGAL_BASIS,
)  # fmt: skip
"""Reads the own book, or that of whom the caller represents."""
manages: Final = manages_own
"""Governs it."""
