"""What can go wrong with sealed parts and with the keys of persons.

Messages name places, states and key identifiers, never key material and never a person.
"""

from typing import ClassVar

from keys.errors import KeysError


class SealBrokenError(KeysError):
    """A sealed part does not open here: altered, moved, or sealed under another key."""

    code: ClassVar[str] = "seal_broken"


class KeyDestroyedError(KeysError):
    """The key was destroyed when its subject was forgotten; there will never be another one."""

    code: ClassVar[str] = "key_destroyed"


class KeyHeldError(KeysError):
    """A hold forbids the destruction of this key."""

    code: ClassVar[str] = "key_held"


class UnknownKeyError(KeysError):
    """No key with this identifier was ever made in this key store."""

    code: ClassVar[str] = "key_unknown"


class CommitmentMismatchError(KeysError):
    """What stands in a key's place is not that key: somebody or something replaced it."""

    code: ClassVar[str] = "commitment_mismatch"


class KeyStoreError(KeysError):
    """The key store cannot be used as it is: unreachable, damaged or wrongly set up."""

    code: ClassVar[str] = "key_store"


class OldKeyStoreError(KeyStoreError):
    """This is an older copy of the key store: the root key has moved on. Restore the newer one."""

    code: ClassVar[str] = "key_store_old"


class RootKeyError(KeysError):
    """The provider of the root key does not hold the key that was asked for, or cannot read it."""

    code: ClassVar[str] = "root_key"


class NumberTakenError(KeysError):
    """The number points to another subject than the caller believes."""

    code: ClassVar[str] = "number_taken"
