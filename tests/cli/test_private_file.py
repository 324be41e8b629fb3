"""A file that only its owner can read, found whole."""

from __future__ import annotations

import stat

import pytest

from pytest_backendless_mock.cli.private_file import write_private


def test_it_is_the_owner_s_alone_and_takes_the_place_of_what_was_there(tmp_path):
    path = tmp_path / "state.json"
    path.write_text("before", "utf-8")
    path.chmod(0o644)
    write_private(path, "é\n")
    assert path.read_text("utf-8") == "é\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "folder" / "in it").mkdir(parents=True)
    with pytest.raises(OSError, match="folder"):
        write_private(tmp_path / "folder", "text")
    with pytest.raises(UnicodeEncodeError):
        write_private(tmp_path / "file", "half a pair: \ud800")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
