"""What the page on the architecture lists, and what there is."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "pytest_backendless_mock"
PAGE = ROOT / "docs/contributing/architecture.md"


def listed():
    """The names of modules by room, as the page has them."""
    block = PAGE.read_text("utf-8").partition("What each room holds:\n\n```text\n")[2].partition("```")[0]
    rooms, room = {}, ""
    for line in block.splitlines():
        first, *names = line.split()
        if first.endswith("/"):
            room = first.removesuffix("/")
            rooms[room] = names
        elif not first.endswith(".py"):
            rooms[room] += [first, *names]
    return {room: sorted(names) for room, names in rooms.items()}


def test_every_module_is_listed_under_its_room():
    rooms = [path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE]
    assert listed() == {
        room.name: sorted(path.stem for path in room.glob("*.py") if path.stem != "__init__") for room in rooms
    }
