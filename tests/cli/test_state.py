"""`state export` and `state import`, and what `serve` does with states and HAR."""

from __future__ import annotations

import io
import json
import signal
import stat
import subprocess

import pytest
from har_schema import require_har

PHONE = {"deviceId": "phone", "os": "IOS"}
ANN = {"login": "ann", "password": "secret"}
STUB = {"method": "GET", "path": "/data/Orders", "json": [1]}
FROZEN = {"now": "2030-01-07T08:30:00Z", "frozen": True}


@pytest.fixture
def file(tmp_path):
    """``file("a.json", {...})`` writes JSON, and is its path."""

    def write(name, value):
        (tmp_path / name).write_text(json.dumps(value), "utf-8")
        return tmp_path / name

    return write


class TestTheVerb:
    def test_what_is_exported_can_be_imported(self, ask, mock, tmp_path):
        ask("publish", "news", "hello", "--at", "+1h")
        exported = ask("state", "export")
        assert exported.code == 0
        state = json.loads(exported.out)
        assert (state["format"], state["messages"][0]["data"]) == ("backendless-mock/state@1", "hello")
        assert state == mock.default.mock.state()
        path = tmp_path / "state.json"
        assert ask("state", "export", path) == (0, "", "")
        assert json.loads(path.read_text("utf-8")) == state
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        ask("reset")
        assert ask("scheduled").out == ""
        assert ask("state", "import", path) == (0, "", "")
        assert json.loads(ask("scheduled", "--json").out)["data"] == "hello"

    def test_secrets_and_requests_are_in_it_on_request(self, ask, mock, send):
        mock.default.mock.add_user(**ANN)
        send(mock, "messaging/news", {"message": "hi"})
        bare, whole = (json.loads(ask("state", "export", *flags).out) for flags in ((), ("--secrets", "--journal")))
        assert ("journal" in bare, len(whole["journal"])) == (False, 1)
        assert ("password" in bare["users"][0], whole["users"][0]["password"]) == (False, "secret")

    def test_it_is_of_the_application_that_is_named(self, ask):
        app = json.loads(ask("app", "new", "--label", "x", "--json").out)["appId"]
        ask("publish", "news", "hello", "--app", app)
        assert json.loads(ask("state", "export", "--app", app).out)["messages"]
        assert json.loads(ask("state", "export").out)["messages"] == []

    def test_a_state_is_read_from_standard_input(self, ask, mock, monkeypatch):
        given = io.TextIOWrapper(io.BytesIO(json.dumps({"devices": [PHONE]}).encode()))
        monkeypatch.setattr("sys.stdin", given)
        assert ask("state", "import", "-").code == 0
        assert [each.device_id for each in mock.default.mock.devices] == ["phone"]

    def test_what_is_no_state_is_2_in_the_mock_s_own_words(self, ask, file):
        ran = ask("state", "import", file("a.json", {"rules": {"cors": 1}}))
        assert ran == (2, "", "backendless-mock: $.rules.cors: 1 breaks 'type': 'boolean'\n")
        (large := file("large.json", {})).write_bytes(b" " * 100_000_000)
        ran = ask("state", "import", large)
        assert ran == (2, "", "backendless-mock: a body may have 64 MiB here, and this one has 95 MiB\n")

    def test_files_that_cannot_be_read_or_written_are_named(self, ask, tmp_path):
        ran = ask("state", "import", tmp_path / "nowhere.json")
        assert ran.code == 2
        assert ran.err.startswith("backendless-mock: state import: ")
        assert "nowhere.json" in ran.err
        ran = ask("state", "export", tmp_path / "nowhere" / "state.json")
        assert ran.code == 1
        assert ran.err.startswith("backendless-mock: state export: ")


def served(started, *flags):
    return started("serve", "--port", "0", "--json", *flags, stderr=subprocess.PIPE)


class TestServe:
    def test_it_begins_with_what_several_files_say_together_and_so_does_a_reset(self, started, ends, cli, file):
        first = file("devices.json", {"devices": [PHONE], "clock": FROZEN, "rules": {"message_lifetime": 5}})
        second = file("stubs.json", {"stubs": [STUB], "devices": [{**PHONE, "deviceId": "tablet"}]})
        with served(started, "--import", first, "--import", second, "--rule", "cors=false") as process:
            url = json.loads(process.stdout.readline())["mockUrl"]
            for _ in range(2):
                shown = json.loads(cli("state", "export", "--url", url).out)
                assert [each["deviceId"] for each in shown["devices"]] == ["phone", "tablet"]
                assert shown["stubs"][0]["path"] == "/data/Orders"
                assert (shown["rules"]["message_lifetime"], shown["rules"]["cors"]) == (5, False)
                assert shown["clock"] == FROZEN
                assert cli("reset", "--url", url).code == 0
            assert cli("reset", "--empty", "--url", url).code == 0
            shown = json.loads(cli("state", "export", "--url", url).out)
            assert (shown["devices"], shown["rules"]["cors"]) == ([], False)
            assert ends(process) == 0

    def test_what_it_held_at_its_end_is_what_the_next_one_begins_with(self, started, ends, cli, tmp_path):
        path = tmp_path / "kept.json"
        with served(started, "--freeze", "2030-01-07", "--export-on-exit", path) as process:
            url = json.loads(process.stdout.readline())["mockUrl"]
            cli("publish", "news", "hello", "--at", "+1h", "--url", url)
            assert not path.exists()
            assert ends(process, signal.SIGINT) == 0
        with served(started, "--import", path) as process:
            url = json.loads(process.stdout.readline())["mockUrl"]
            assert json.loads(cli("clock", "next", "--url", url, "--json").out)["deliveries"][0]["data"] == "hello"
            assert ends(process) == 0

    def test_all_requests_are_written_as_they_come_and_a_reset_keeps_them(self, started, ends, cli, tmp_path):
        path = tmp_path / "all.har"
        path.write_text("of a run before", "utf-8")
        with served(started, "--har", path) as process:
            app = json.loads(process.stdout.readline())
            assert require_har(json.loads(path.read_text("utf-8"))) == []
            for number in (1, 2):
                subprocess.run(["curl", "-sf", f"{app['url']}/info"], check=True, capture_output=True)
                assert len(require_har(json.loads(path.read_text("utf-8")))) == number
                assert cli("reset", "--url", app["mockUrl"]).code == 0
            assert ends(process) == 0

    def test_a_file_for_har_is_left_alone_where_it_cannot_listen(self, mock, cli, tmp_path):
        path = tmp_path / "all.har"
        path.write_text("of the one that runs", "utf-8")
        assert cli("serve", "--port", mock.url.rpartition(":")[2], "--har", path).code == 3
        assert path.read_text("utf-8") == "of the one that runs"

    @pytest.mark.parametrize(
        ("flags", "told"),
        [
            (["--import", "/nowhere.json"], "/nowhere.json"),
            (["--import", "{}/broken.json"], "broken.json: this is no state:\n  at $.rules.cors: 1 breaks"),
            (["--import", "{}/later.json"], "later.json: this state is of the format 'backendless-mock/state@2', and"),
            (["--import", "{}/phone.json", "--import", "{}/phone.json"], "'phone': it stands there twice"),
            (["--har", "/nowhere/all.har"], "--har: "),
            (["--export-on-exit", "/nowhere/x.json"], "--export-on-exit: there is no folder for /nowhere/x.json"),
            (["--export-on-exit", "{}"], " is a folder; say a file in it"),
        ],
        ids=["no file", "no state", "a later format", "twice the same", "HAR", "export", "export to a folder"],
    )
    def test_what_cannot_be_meant_is_2_before_it_serves(self, cli, file, tmp_path, flags, told):
        file("broken.json", {"rules": {"cors": 1}})
        file("later.json", {"format": "backendless-mock/state@2"})
        file("phone.json", {"devices": [PHONE]})
        ran = cli("serve", "--port", "0", *(flag.format(tmp_path) for flag in flags))
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err

    def test_an_export_that_fails_is_1_and_told(self, started, ends, tmp_path):
        folder = tmp_path / "folder"
        folder.mkdir()
        with served(started, "--export-on-exit", folder / "state.json") as process:
            process.stdout.readline()
            folder.rmdir()
            assert ends(process) == 1
            assert process.stderr.read().startswith("backendless-mock: --export-on-exit: ")
