"""Channel names: which there may be, and how the service knows them."""

from __future__ import annotations

import pytest

from pytest_backendless_mock.messaging.errors import InvalidChannelName
from pytest_backendless_mock.messaging.name import channel_name


@pytest.mark.parametrize(
    ("name", "known_as"),
    [
        pytest.param("Default", "default", id="Default is default"),
        pytest.param("default", "default", id="default"),
        pytest.param("DEFAULT", "DEFAULT", id="DEFAULT is another"),
        pytest.param("News", "News", id="names are case-sensitive"),
        pytest.param("news", "news", id="in lower case"),
    ],
)
def test_c2_only_default_has_two_spellings(name, known_as):
    assert channel_name(name) == known_as


@pytest.mark.parametrize(
    "name", ["a b", " ", "a#b", "#", "новости", "日本", "🎉", "a\N{NO-BREAK SPACE}b", "a%2Fb", "."]
)
def test_c3_names_may_hold_spaces_hashes_and_any_unicode(name):
    assert channel_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("/", id="slash"),
        pytest.param("a/b", id="slash inside"),
        pytest.param("a\nb", id="newline"),
        pytest.param("a\0", id="nul"),
        pytest.param("\t", id="tab"),
        pytest.param("a\x7f", id="delete"),
        pytest.param("a\x85", id="a control character beyond ASCII"),
        pytest.param("a\ud800", id="a lone surrogate"),
    ],
)
def test_c3_empty_names_slashes_and_control_characters_are_refused(name):
    with pytest.raises(InvalidChannelName) as caught:
        channel_name(name)
    assert caught.value.code == 5044
