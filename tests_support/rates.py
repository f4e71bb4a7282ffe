"""Rates for tests that are about something else: the limiter is at work, and never says no."""

from dataclasses import fields
from typing import Final

from verify_api.limiter import Rate
from verify_api.ports import Rates

UNLIMITED: Final = Rates(*(Rate(per_second=1e6, burst=10**6) for _ in fields(Rates)))
"""A million at once, of each sort."""
