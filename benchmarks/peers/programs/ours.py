"""Our own check, whole: digits to a verdict, with the trust list and a status list."""

from datetime import UTC, datetime

from benchmarks.peers.case import status_at, trust_at
from benchmarks.peers.protocol import as_scanned, read_case, serve
from tests_support.signed_certificates import POLICY
from verify_api.verdict import Overall
from verify_api.verification import verify


def main() -> None:
    """Answer until the input ends."""
    case = read_case()
    at = datetime.fromtimestamp(case.at, UTC)
    trust, status = trust_at(at), status_at(at)

    def judge(text: str) -> bool:
        verdict = verify(text, at=datetime.now(UTC), trust=trust, status=status, policy=POLICY)
        return verdict.overall is Overall.VALID

    serve("ours", case, judge, as_scanned)


if __name__ == "__main__":
    main()
