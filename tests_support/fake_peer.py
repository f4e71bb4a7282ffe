"""A process that says what it is told to: its arguments, one a line, each after a line is read.

The first comes unasked, as a peer of `benchmarks.peers` introduces itself.
"""

import sys


def main(lines: list[str]) -> None:
    """Say ``lines``, and end when they or the questions do."""
    print(lines[0], flush=True)  # noqa: T201  the protocol is its output
    for line, _ in zip(lines[1:], sys.stdin, strict=False):
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
