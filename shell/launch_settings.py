"""What a launch's home is set to before it is opened: its population, and cheap keys.

The keys are nobody's, and there are some two hundred of them: opening a container of the usual
cost each would take longer than all else.
"""

from typing import Final

from shell.home import Home
from shell.launch_scale import LaunchScale

_KEY_MEMORY_MIB: Final = 16


def prepare(home: Home, scale: LaunchScale) -> None:
    """Write what is not set yet into ``settings.toml`` of a home in which nothing was begun."""
    if home.is_there:
        return
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = home.path / "settings.toml"
    said = file.read_text("utf-8") if file.exists() else ""
    before = home.settings
    lines = []
    if not before.population:
        lines.append(f"population = {scale.population}\n")
    if "key_memory_mib" not in said:
        lines.append(f"key_memory_mib = {_KEY_MEMORY_MIB}\n")
    file.write_text("".join(lines) + said, "utf-8")
