"""Every view that this system keeps."""

from typing import Final

from ledger.commands.book_facts import ReadDocument
from projections import (
    appointment_asks,
    book_notices,
    care_papers,
    certificate_register,
    certificate_status,
    cleaning_pairs,
    corrections_waiting,
    daily_figures,
    facility_quality,
    facility_register,
    health_entries,
    health_index,
    health_tasks,
    integration_progress,
    organisation_checks,
    paper_desk,
    portal_notices,
    reader_notices,
    represented,
    shares,
    stream_heads,
    trusted_keys,
    unassessed_visits,
    work_queue,
)
from projections.health_digests import WritingKeys
from projections.stream_heads import Blind
from projections.view import View

VIEWS: Final[tuple[View, ...]] = (
    certificate_status.VIEW,
    certificate_register.VIEW,
    work_queue.VIEW,
    corrections_waiting.VIEW,
    daily_figures.VIEW,
    portal_notices.VIEW,
    trusted_keys.VIEW,
    health_index.VIEW,
    health_tasks.VIEW,
    book_notices.VIEW,
    reader_notices.VIEW,
    represented.VIEW,
    shares.VIEW,
    paper_desk.VIEW,
    care_papers.VIEW,
    appointment_asks.VIEW,
    cleaning_pairs.VIEW,
    facility_quality.VIEW,
    facility_register.VIEW,
    integration_progress.VIEW,
    unassessed_visits.VIEW,
    organisation_checks.VIEW,
)
"""Those that never see what is sealed."""


def all_views(keys: WritingKeys, read: ReadDocument, blind: Blind) -> tuple[View, ...]:
    """Return every view, also those that need keys.

    Args:
        keys: Seal what is kept of opened facts.
        read: Reads received documents.
        blind: Names the leaves of the sealed tree.
    """
    return (*VIEWS, stream_heads.view(blind), health_entries.view(keys, read))


OPENED: Final = health_entries.TOPICS
"""Stored names of the facts whose sealed parts a view needs."""
NAMES: Final = (*(view.name for view in VIEWS), stream_heads.NAME, health_entries.NAME)
NEED_KEYS: Final = frozenset({stream_heads.NAME, health_entries.NAME})
"""Those that nobody can make who has a copy of the facts alone."""
