"""Accounts whose passwords cost little: what a password costs is tested where it is hashed."""

from typing import Final

from system import System
from verify_api.accounts import Accounts
from verify_api.passwords import PasswordCost

CHEAP: Final = PasswordCost(memory_kibibytes=32, iterations=1)


def cheap_accounts(system: System) -> Accounts:
    """Return the accounts of ``system``, to add to: each hash carries its own cost."""
    return Accounts(system.callers, cost=CHEAP)
