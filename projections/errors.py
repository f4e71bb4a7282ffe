"""What can go wrong on the projections' floor."""

from typing import ClassVar


class ProjectionError(Exception):
    """Base of everything this floor raises on purpose; never raised itself."""

    code: ClassVar[str] = "projection_error"


class StalledError(ProjectionError):
    """A view cannot take in a fact; it stands before it until the program is mended."""

    code: ClassVar[str] = "view_stalled"

    def __init__(self, view: str, position: int, topic: str) -> None:
        """Name the ``view`` and the fact."""
        super().__init__(f"view {view} cannot take in {topic} at position {position}")
        self.view = view
        self.position = position


class LaggingError(ProjectionError):
    """A view did not reach the awaited position in time."""

    code: ClassVar[str] = "view_lagging"

    def __init__(self, view: str, position: int, reached: int) -> None:
        """Name the ``view``, the position awaited and the one reached."""
        super().__init__(f"view {view} stands at {reached}, waited for {position}")


class ViewsUnavailableError(ProjectionError):
    """The views' database did not answer in time; nothing was changed: ask again."""

    code: ClassVar[str] = "views_unavailable"


class RebuildTakenOverError(ProjectionError):
    """Somebody else has begun to build this view anew; this building was dropped."""

    code: ClassVar[str] = "rebuild_taken_over"


class UnknownViewError(ProjectionError):
    """No view has this name."""

    code: ClassVar[str] = "unknown_view"
