"""Variables with templates, and the file of them."""

from __future__ import annotations

import stat

import pytest

from pytest_backendless_mock.cli.environment import parse_template, variables, write_file
from pytest_backendless_mock.cli.failure import UsageError

APP = {
    "url": "http://127.0.0.1:1/A/K",
    "hostUrl": "http://127.0.0.1:1",
    "mockUrl": "http://127.0.0.1:1",
    "appId": "A",
    "apiKey": "K",
    "env": {"BACKENDLESS_URL": "http://127.0.0.1:1/A/K"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MY_URL={url}", ("MY_URL", "{url}")),
        ("A=", ("A", "")),
        ("A={appId}/{apiKey}={hostUrl}", ("A", "{appId}/{apiKey}={hostUrl}")),
        ("A={}{a b}", ("A", "{}{a b}")),
    ],
    ids=["place", "empty", "several", "braces"],
)
def test_a_template_has_a_name(text, expected):
    assert parse_template(text) == expected


@pytest.mark.parametrize("text", ["MY_URL", "={url}", "1A={url}", "A-B=x", "A={host_url}", "A=x\ny"])
def test_what_is_no_template_is_refused_with_the_places_there_are(text):
    with pytest.raises(
        UsageError, match=r"^--env takes NAME=TEMPLATE .*\{url\}, \{hostUrl\}, \{appId\}, \{apiKey\}, \{mockUrl\}"
    ):
        parse_template(text)


def test_variables_are_the_usual_ones_and_those_of_templates():
    assert variables(APP, {"VITE_URL": "{hostUrl}/x", "ID": "{appId}"}) == {
        "BACKENDLESS_URL": "http://127.0.0.1:1/A/K",
        "VITE_URL": "http://127.0.0.1:1/x",
        "ID": "A",
    }


def test_the_file_has_a_line_for_each_and_is_the_owner_s_alone(tmp_path):
    path = tmp_path / ".env"
    write_file(path, {"A": "http://127.0.0.1:1/A", "B": 'two "words" $x `y` \\', "C": ""})
    assert path.read_text("utf-8") == 'A=http://127.0.0.1:1/A\nB="two \\"words\\" \\$x \\`y\\` \\\\"\nC=\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
