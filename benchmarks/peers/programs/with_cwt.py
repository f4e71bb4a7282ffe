"""The library `cwt`: COSE_Sign1 and the times of a CWT, keys chosen by kid.

The digits are turned to bytes by our own function, and the issuer is held against those known.
"""

from importlib.metadata import version

from cwt import CWT, COSEKey, CWTError

from benchmarks.peers.protocol import as_scanned, read_case, serve
from keys.base64url import from_base64url
from ledger.certificates.qr_text import from_qr_text

_ISS = 1
_EC2, _P256, _ESP256, _VERIFY = 2, 1, -9, 2


def main() -> None:
    """Answer until the input ends."""
    case = read_case()
    issuers = {key.issuer for key in case.keys}
    keys = [
        COSEKey.new(
            {
                1: _EC2,
                2: key.kid,
                3: _ESP256,
                4: [_VERIFY],
                -1: _P256,
                -2: from_base64url(key.jwk["x"]),
                -3: from_base64url(key.jwk["y"]),
            }
        )
        for key in case.keys
    ]
    reader = CWT.new()

    def judge(text: str) -> bool:
        try:
            claims = reader.decode(from_qr_text(text), keys)
        except (CWTError, ValueError):
            return False
        return claims[_ISS] in issuers

    serve(f"cwt {version('cwt')}", case, judge, as_scanned)


if __name__ == "__main__":
    main()
