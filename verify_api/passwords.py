"""Passwords: hashed with Argon2id into a PHC string, checked at equal cost whoever is asked for.

Source: OWASP Password Storage Cheat Sheet (19 MiB, two passes, one lane); RFC 9106.
"""

from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ledger.errors import InvalidInputError

SALT_BYTES: Final = 16
SHORTEST: Final = 12
"""Characters. Source: NIST SP 800-63B-4, section 3.1.1.2 asks for at least 8, better 15."""
LONGEST: Final = 256
"""Characters; more is refused before it is hashed."""


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What one hash costs, and so one guess."""

    memory_kibibytes: int = 19 * 1024
    iterations: int = 2
    lanes: int = 1


COST: Final = PasswordCost()


def check_new_password(password: str, *, account_name: str) -> None:
    """Refuse a password that is too short, too long, or the account's own name.

    Raises:
        InvalidInputError: Which of the three.
    """
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise InvalidInputError(
            "password", "password_length", f"{SHORTEST} to {LONGEST} characters"
        )
    if account_name.casefold() in plain.casefold():
        raise InvalidInputError("password", "password_is_name", "one without the account's name")


def hash_password(password: str, *, salt: bytes, cost: PasswordCost = COST) -> str:
    """Return the PHC string of ``password``; it carries its own salt and cost."""
    return Argon2id(
        salt=salt,
        length=32,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kibibytes,
    ).derive_phc_encoded(_plain(password).encode())


def is_password(password: str, hashed: str) -> bool:
    """Return whether ``hashed`` was made from ``password``."""
    if len(password) > LONGEST:
        return False
    try:
        Argon2id.verify_phc_encoded(_plain(password).encode(), hashed)
    except InvalidKey:
        return False
    return True


def _plain(password: str) -> str:
    # The same characters come composed from one keyboard and decomposed from another.
    return normalize("NFKC", password)
