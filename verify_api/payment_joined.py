"""Which payment platform the service is joined to: the one of the settings, or the demonstration.

With neither, nobody pays over these pages, and they say where fees are paid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ledger.certificates.kind import Wording
from verify_api.payment import PaymentProvider
from verify_api.payment_demo import RETURN_PATH, DemoPlatform, demo_provider
from verify_api.payment_http import check_address, post_json
from verify_api.payment_signed import SignedPlatform


class PlatformSettings(Protocol):
    """What an operator sets of a platform."""

    @property
    def code(self) -> str:
        """Return its code, as facts have it."""
        ...

    @property
    def name(self) -> Wording:
        """Return its name."""
        ...

    @property
    def pay_url(self) -> str:
        """Return where browsers pay."""
        ...

    @property
    def refund_url(self) -> str:
        """Return where money is asked back."""
        ...

    @property
    def terminal(self) -> str:
        """Return our terminal there."""
        ...


@dataclass(frozen=True, slots=True)
class Joined:
    """The platform."""

    provider: PaymentProvider | None = None
    demo: DemoPlatform | None = None
    """Its own page, where the demonstration plays it."""


def join_platform(
    platform: PlatformSettings | None, secret: Callable[[], bytes], *, demo: bool, public_url: str
) -> Joined:
    """Return the platform that is set, else the demonstration's if that is wanted.

    Args:
        platform: Of the settings.
        secret: Reads the secret that is shared with it, of at least 32 bytes.
        demo: Whether papers are specimens, so that nobody pays anything.
        public_url: Under which browsers come back.

    Raises:
        InvalidInputError: An address is not https, or there is no secret.
    """
    if platform is None:
        played = DemoPlatform(secret()) if demo else None
        return Joined(None if played is None else demo_provider(played, public_url), played)
    return Joined(
        SignedPlatform(
            code=platform.code,
            title=platform.name,
            pay_address=check_address(platform.pay_url, place="payment.pay_url"),
            back_address=check_address(platform.refund_url, place="payment.refund_url"),
            return_address=f"{public_url}{RETURN_PATH}",
            terminal=platform.terminal,
            secret=secret(),
            post=post_json,
        )
    )
