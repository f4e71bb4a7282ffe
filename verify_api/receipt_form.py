"""How the file of a receipt for a check is known among others; see `verify_api.check_receipt`."""

from typing import Final

TYPE: Final = "check-receipt"
VERSION: Final = 1
HEAD: Final = b'{"type":"check-receipt","version":1,'
"""What every receipt begins with, byte for byte."""
LARGEST: Final = 16 * 1024
"""Bytes; one takes about two thousand."""
FILE_NAME: Final = "check-receipt.json"
"""Under which it is attached to its PDF."""
