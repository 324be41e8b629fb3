"""The helpers to copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_backendless_mock.cli import client
from pytest_backendless_mock.cli.parser import CLIENTS

FOLDER = Path(__file__).parent.parent.parent / "clients"


@pytest.mark.parametrize("language", ["js", "java", "dotnet"])
def test_the_helper_of_a_language_is_printed_as_it_is(cli, language):
    ran = cli("client", language)
    assert ran.code == 0
    assert ran.out.encode() == (FOLDER / CLIENTS[language]).read_bytes()


def test_a_wheel_has_them_in_the_package(cli, monkeypatch, tmp_path):
    (tmp_path / "backendless-mock.mjs").write_text("// from a wheel\n", "utf-8")
    monkeypatch.setattr(client, "PACKAGED", tmp_path)
    assert cli("client", "js") == (0, "// from a wheel\n", "")


def test_there_are_no_others():
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(CLIENTS.values())


@pytest.mark.parametrize("name", CLIENTS.values())
def test_a_helper_can_be_read_at_a_glance(name):
    assert len((FOLDER / name).read_text("utf-8").splitlines()) <= 200
