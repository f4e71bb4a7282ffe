"""Every view that this system keeps."""

from typing import Final

from projections import (
    certificate_register,
    certificate_status,
    daily_figures,
    portal_notices,
    trusted_keys,
    work_queue,
)
from projections.view import View

VIEWS: Final[tuple[View, ...]] = (
    certificate_status.VIEW,
    certificate_register.VIEW,
    work_queue.VIEW,
    daily_figures.VIEW,
    portal_notices.VIEW,
    trusted_keys.VIEW,
)
