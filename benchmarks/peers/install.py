"""Make the peers' own environment: ``python -m benchmarks.peers.install [FOLDER]``.

Apart from ours, because `cwt` needs an older CBOR library than we do, and nothing of the project
needs any of it. ``requirements.lock`` and ``node/package-lock.json`` have versions and hashes and
no addresses; no script of a package is run. They were made by

    uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
    npm install --package-lock-only --omit-lockfile-registry-resolved
"""

import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "var" / "peers"
HERE: Final = Path(__file__).parent
COMMAND: Final = "python -m benchmarks.peers.install"


def python_in(folder: Path) -> Path:
    """Return the interpreter of the Python peers."""
    return folder / "python" / "bin" / "python"


def node_in(folder: Path) -> Path:
    """Return where the Node peers and their libraries lie."""
    return folder / "node"


def is_installed(folder: Path) -> bool:
    """Return whether both kinds of peers can be started."""
    libraries = node_in(folder) / "node_modules"
    return python_in(folder).exists() and libraries.is_dir() and shutil.which("node") is not None


def install(folder: Path) -> None:
    """Install all peers under ``folder``, in the place of what is there.

    Raises:
        subprocess.CalledProcessError: A package could not be had, or is not the one of the lock.
    """
    venv.create(folder / "python", clear=True, with_pip=True)
    lock = HERE / "requirements.lock"
    pip = [str(python_in(folder)), "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
    node_in(folder).mkdir(exist_ok=True)
    for file in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "node" / file, node_in(folder))
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(npm, check=True, cwd=node_in(folder))


if __name__ == "__main__":
    if shutil.which("npm") is None:
        sys.exit("the Node peers need Node 20 or newer with npm")
    install(Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else FOLDER)
