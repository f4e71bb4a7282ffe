"""A file of a request is named in the append of what it was sent with, and by nobody else."""

from ledger.audit.law.ruling import Objection, Objections
from ledger.certificates.request_facts import RequestDrafted, SupplementReceived
from ledger.certificates.request_files import MOST_FILES, FileReceived
from ledger.facts import RecordedFact


class RequestFilesLaw:
    """Follows the facts of one request; steps themselves are judged by the step table."""

    def __init__(self) -> None:
        """Begin before the first fact."""
        self._before: RecordedFact | None = None
        self._files = 0

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact as a file, and take it in."""
        before, self._before = self._before, recorded
        if not isinstance(recorded.fact, FileReceived):
            self._files = 0
            return
        self._files += 1
        if not _goes_with(before, recorded):
            expected = "a file in the append of a draft or of a supplement that came"
            yield Objection("C10.order", expected, f"{recorded.topic} by itself")
        elif self._files > MOST_FILES:
            expected = f"at most {MOST_FILES} files at once"
            yield Objection("C10.order", expected, f"{self._files} files")


def _goes_with(before: RecordedFact | None, recorded: RecordedFact) -> bool:
    if before is None or before.act != recorded.act:
        return False
    return isinstance(before.fact, RequestDrafted | SupplementReceived | FileReceived)
