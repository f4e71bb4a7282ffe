"""Event identifiers: UUIDv7, so that neighbours in time are neighbours in an index."""

from uuid import UUID

RANDOM_BYTES = 10


def event_id(milliseconds: int, randomness: bytes) -> UUID:
    """Return the UUIDv7 of a time and 74 random bits.

    Args:
        milliseconds: Since 1970, UTC.
        randomness: Ten fresh random bytes; they make the identifier unguessable.

    Source: RFC 9562, section 5.7.
    """
    random = int.from_bytes(randomness)
    return UUID(
        int=(milliseconds & (1 << 48) - 1) << 80
        | 0x7 << 76
        | (random >> 62 & 0xFFF) << 64
        | 0b10 << 62
        | random & (1 << 62) - 1
    )
