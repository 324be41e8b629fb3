"""Who may publish: an application that logs in, and what its user sees when they may not."""

import pytest
import requests


class SignedOut(Exception):
    """The session is over; the user has to log in again."""


class Board:
    """The application under test: a notice board. It knows a URL, and nothing of tests."""

    def __init__(self, url):
        self.url = url
        self.headers = {}
        self.notice = ""

    def log_in(self, login, password):
        answer = requests.post(f"{self.url}/users/login", json={"login": login, "password": password}, timeout=5)
        if answer.ok:
            self.headers = {"user-token": answer.json()["user-token"]}
            self.notice = f"Hello {answer.json()['name']}"
        else:
            self.notice = answer.json()["message"]

    def log_out(self):
        requests.get(f"{self.url}/users/logout", headers=self.headers, timeout=5).raise_for_status()

    def post(self, text):
        answer = requests.post(f"{self.url}/messaging/board", json={"message": text}, headers=self.headers, timeout=5)
        error = {} if answer.ok else answer.json()
        if error.get("code") == 3064:
            raise SignedOut
        self.notice = "You may read here, but not write" if error.get("code") == 5007 else "Posted"


@pytest.fixture
def board(backendless_mock):
    for login, password, roles in (("ann", "open sesame", ["Editors"]), ("bob", "swordfish", [])):
        backendless_mock.add_user(login=login, password=password, roles=roles, name=login.title())
    backendless_mock.deny("publish", channel="board")
    backendless_mock.allow("publish", channel="board", role="Editors")
    return Board(backendless_mock.url)


def test_an_editor_posts(board, backendless_mock):
    board.log_in("ann", "open sesame")
    assert board.notice == "Hello Ann"

    board.post("The library is open again")

    assert board.notice == "Posted"
    backendless_mock.channel("board").assert_published("The library is open again", times=1)


def test_a_reader_is_told_why_not(board, backendless_mock):
    board.log_in("bob", "swordfish")

    board.post("Buy my car")

    assert board.notice == "You may read here, but not write"
    backendless_mock.channel("board").assert_nothing_published()


def test_a_wrong_password_is_told(board):
    board.log_in("ann", "swordfish")

    assert board.notice == "Invalid login or password"


@pytest.mark.backendless_mock(token_lifetime=3600)
def test_after_an_hour_the_user_logs_in_again(board, backendless_mock):
    board.log_in("ann", "open sesame")
    board.post("First")
    backendless_mock.clock.advance(hours=1)

    with pytest.raises(SignedOut):
        board.post("Second")
    board.log_in("ann", "open sesame")
    board.post("Third")

    assert backendless_mock.channel("board").messages.data == ["First", "Third"]


def test_nobody_posts_after_logging_out(board):
    board.log_in("ann", "open sesame")
    board.log_out()

    with pytest.raises(SignedOut):
        board.post("One more thing")


def test_two_tenants_do_not_see_each_other(backendless_mock):
    north, south = backendless_mock.new_app(), backendless_mock.new_app()
    south.deny("publish", channel="board")

    for tenant in (north, south):
        Board(tenant.url).post("The library is open again")

    assert north.channel("board").messages.data == ["The library is open again"]
    south.channel("board").assert_nothing_published()
