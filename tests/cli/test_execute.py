"""`exec`: a command beside a mock, its exit code, its signals, and what it leaves behind."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys

import pytest
from har_schema import require_har

from pytest_backendless_mock.cli.environment import PLACES

PUBLISH = """
import json, os, urllib.request
body = json.dumps({"message": "hello"}).encode()
url = os.environ["BACKENDLESS_URL"] + "/messaging/news"
urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": "application/json"})).read()
"""
UNKNOWN = """
import os, urllib.error, urllib.request
try:
    urllib.request.urlopen(urllib.request.Request(os.environ["BACKENDLESS_URL"] + "/messaging/x/y/z", method="PATCH"))
except urllib.error.HTTPError as error:
    error.close()
"""
"""What the verdict is against, and the command does not notice."""
LASTING = "tail -f /dev/null"
WAITING = """
import os, signal, sys
numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
print("ready", flush=True)
number = signal.sigwait(numbers)
os.write(1, b"heard %d\\n" % number)
sys.exit(40 + number)
"""
"""What waits for a signal. It blocks them first: one that came just before ``signal.pause`` would not end it."""


def python(text):
    return [sys.executable, "-c", text]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["true"], 0),
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "exit 255"], 255),
        (["no-such-command"], 127),
        (["./no/such/command"], 127),
        (["/"], 126),
        (["/etc/passwd"], 126),
        (["sh", "-c", "kill -TERM $$"], 128 + 15),
        (["sh", "-c", "kill -KILL $$"], 128 + 9),
        (["sh", "-c", "kill -INT $$"], 128 + 2),
        (python(PUBLISH), 0),
        (python(UNKNOWN), 1),
        (python(f"{UNKNOWN}\nraise SystemExit(7)"), 7),
    ],
    ids=[
        "0",
        "7",
        "255",
        "unknown",
        "unknown path",
        "folder",
        "not executable",
        "TERM",
        "KILL",
        "INT",
        "used",
        "verdict",
        "both",
    ],
)
def test_the_exit_code_is_the_command_s(program, command, code):
    ran = program("exec", "--", *command)
    assert ran.code == code, ran.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_signals_are_the_command_s_to_judge(started, number):
    with started("exec", "--", *python(WAITING), stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.readline() == f"heard {int(number)}\n"
        assert process.wait(15) == 40 + number


def test_a_command_that_does_not_listen_to_a_signal_is_ended_by_it(started):
    with started("exec", "--", "sh", "-c", "echo ready; exec cat", stdin=subprocess.PIPE) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 128 + signal.SIGTERM


def test_a_signal_that_was_ignored_from_the_start_stays_ignored(started):
    """``nohup`` has what it starts ignore SIGHUP."""
    command = ["sh", "-c", "echo ready; read line; echo $line"]
    nohup = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN), "stdin": subprocess.PIPE}
    with started("exec", "--", *command, **nohup) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        process.stdin.write("still here\n")
        process.stdin.flush()
        assert process.stdout.readline() == "still here\n"
        assert process.wait(15) == 0


def test_what_the_command_started_ends_with_it(program):
    ran = program("exec", "--", "sh", "-c", f"{LASTING} & echo $!; {LASTING} & echo $!; exit 3")
    pids = [int(line) for line in ran.out.splitlines()]
    assert ran.code == 3
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has others than process 1 adopt orphans")
def test_as_process_1_of_a_container_it_buries_its_orphans():
    program = f"""
import ctypes, os, sys
assert ctypes.CDLL(None).prctl(36, 1) == 0  # PR_SET_CHILD_SUBREAPER
sys.argv = ["backendless-mock", "exec", "--", "sh", "-c", "{LASTING} & exit 3"]
from pytest_backendless_mock.cli.main import main
assert main() == 3
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("nobody is left")
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8", timeout=15)
    assert ran.stdout == "nobody is left\n"


def test_the_command_is_told_where_the_mock_is(program):
    templates = [flag for place in PLACES for flag in ("--env", f"MY_{place}={{{place}}}")]
    ran = program("exec", "--app-id", "A", "--api-key", "K", *templates, "--", "env")
    told = dict(line.split("=", 1) for line in ran.out.splitlines() if line.startswith(("BACKENDLESS_", "MY_")))
    host_url = told["BACKENDLESS_HOST_URL"]
    assert told == {
        "BACKENDLESS_URL": f"{host_url}/A/K",
        "BACKENDLESS_HOST_URL": host_url,
        "BACKENDLESS_APP_ID": "A",
        "BACKENDLESS_API_KEY": "K",
        "BACKENDLESS_MOCK_URL": host_url,
        "MY_url": f"{host_url}/A/K",
        "MY_hostUrl": host_url,
        "MY_appId": "A",
        "MY_apiKey": "K",
        "MY_mockUrl": host_url,
    }


def test_what_follows_two_dashes_is_the_command_s(program):
    ran = program("exec", "--port", "0", "--", "echo", "--port", "1", "--", "--help")
    assert ran == (0, "--port 1 -- --help\n", "")


@pytest.mark.parametrize("typed", [["exec"], ["exec", "--"], ["exec", "--no-verdict"]], ids=" ".join)
def test_without_a_command_it_is_2(cli, typed):
    ran = cli(*typed)
    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err == "backendless-mock: exec runs the command that follows --, as in: backendless-mock exec -- npx jest\n"
    )


def test_a_command_without_two_dashes_is_2(cli):
    assert cli("exec", "npx", "jest").code == 2


def test_all_is_well_in_silence(program):
    assert program("exec", "--", *python(PUBLISH)) == (0, "", "")


def test_the_verdict_has_the_report_below_it(program):
    ran = program("exec", "--", *python(UNKNOWN))
    lines = ran.err.splitlines()
    assert lines[0] == "backendless-mock: application default: failed"
    assert lines[1].startswith("  the service has no PATCH")
    assert "timeline:" in lines
    assert any(line.endswith("PATCH …/messaging/x/y/z -> 404") for line in lines)


def test_no_verdict_is_not_to_be_given(program):
    assert program("exec", "--no-verdict", "--", *python(UNKNOWN)) == (0, "", "")


def test_a_command_that_fails_has_the_report_of_what_it_used(program):
    ran = program("exec", "--", *python(f"{PUBLISH}\nraise SystemExit(7)"))
    assert ran.code == 7
    assert ran.err.splitlines()[0] == "backendless-mock: application default: ok"
    assert "'hello' on 'news'" in ran.err


def test_a_command_that_fails_and_used_nothing_is_told_so(program):
    assert program("exec", "--", "false") == (
        1,
        "",
        "backendless-mock: no request reached application default, which BACKENDLESS_URL leads to\n",
    )


def test_hints_are_told_though_all_is_well(program):
    ran = program("exec", "--", *python(PUBLISH.replace('"hello"', '"hello", "releatEvery": 5')))
    assert ran.code == 0
    assert ran.err.splitlines()[0] == "backendless-mock: application default: ok"
    assert "did you mean 'repeatEvery'?" in ran.err
    assert "timeline:" not in ran.err


def test_artifacts_are_kept_of_each_application(program, tmp_path):
    more = f"""
{UNKNOWN}
url = os.environ["BACKENDLESS_MOCK_URL"] + "/__mock__/apps"
for app_id, label in (("B", "a/b: test"), ("C", "漢" * 90)):
    body = f'{{{{"label": "{{label}}", "appId": "{{app_id}}"}}}}'.encode()
    urllib.request.urlopen(urllib.request.Request(url, body, {{"Content-Type": "application/json"}})).read()
"""
    ran = program("exec", "--app-id", "A", "--artifacts", tmp_path / "kept" / "here", "--", *python(more))
    assert ran.code == 1
    kept = {
        path.relative_to(tmp_path / "kept/here").as_posix(): path.read_text("utf-8") for path in tmp_path.rglob("*.*")
    }
    assert sorted(kept) == [
        f"{name}/{file}"
        for name in ("a-b-test-B", "default-A", f"{'漢' * 26}-C")
        for file in ("report.txt", "requests.har", "state.json", "verdict.json")
    ]
    [entry] = require_har(json.loads(kept["default-A/requests.har"]))
    assert (entry["request"]["method"], entry["response"]["status"]) == ("PATCH", 404)
    assert require_har(json.loads(kept["a-b-test-B/requests.har"])) == []
    assert [each["method"] for each in json.loads(kept["default-A/state.json"])["journal"]] == ["PATCH"]
    assert "PATCH …/messaging/x/y/z -> 404" in kept["default-A/report.txt"]
    verdict = json.loads(kept["a-b-test-B/verdict.json"])
    assert verdict == {"label": "a/b: test", "appId": "B", "ok": True, "problems": [], "hints": []}


def test_artifacts_that_cannot_be_kept_are_told_of(program, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    before = program("exec", "--artifacts", tmp_path / "file", "--", "true")
    assert before.code == 2
    assert before.err.startswith("backendless-mock: --artifacts: ")
    for code, expected in ((0, 1), (7, 7)):
        script = f"touch {tmp_path / 'default-A'}; exit {code}"
        after = program("exec", "--app-id", "A", "--no-verdict", "--artifacts", tmp_path, "--", "sh", "-c", script)
        assert after.code == expected
        assert after.err.startswith("backendless-mock: --artifacts: ")


def test_of_an_application_that_was_taken_away_artifacts_are_kept_too(program, tmp_path):
    script = """
m() { "$0" -m pytest_backendless_mock "$@"; }
m app new --label "gone" --app-id G >/dev/null && m publish news hello --app G >/dev/null && m app delete G
"""
    ran = program("exec", "--app-id", "A", "--artifacts", tmp_path, "--", "sh", "-c", script, sys.executable)
    assert (ran.code, ran.err) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["default-A", "gone-G"]
    state = json.loads((tmp_path / "gone-G" / "state.json").read_text("utf-8"))
    assert [message["data"] for message in state["messages"]] == ["hello"]


def test_a_failed_run_is_shown_as_it_was(program, started, ends, cli, tmp_path):
    program("exec", "--app-id", "A", "--artifacts", tmp_path, "--", *python(f"{PUBLISH}\nraise SystemExit(7)"))
    with started("serve", "--port", "0", "--json", "--import", tmp_path / "default-A" / "state.json") as process:
        url = json.loads(process.stdout.readline())["mockUrl"]
        timeline = [json.loads(line) for line in cli("timeline", "--url", url, "--json").out.splitlines()]
        assert [(each["kind"], each["record"]["data"]) for each in timeline] == [
            ("accepted", "hello"),
            ("delivered", "hello"),
        ]
        [request] = [json.loads(line) for line in cli("requests", "--url", url, "--json").out.splitlines()]
        assert (request["operation"], request["json"]) == ("publish", {"message": "hello"})
        assert ends(process) == 0


def test_it_has_the_flags_of_serve_for_states_and_har(program, tmp_path):
    begin, kept, har = tmp_path / "begin.json", tmp_path / "kept.json", tmp_path / "all.har"
    begin.write_text('{"devices": [{"deviceId": "phone", "os": "IOS"}]}', "utf-8")
    flags = ("--import", begin, "--export-on-exit", kept, "--har", har)
    ran = program("exec", *flags, "--", *python(f"{PUBLISH}\nraise SystemExit(7)"))
    assert ran.code == 7
    state = json.loads(kept.read_text("utf-8"))
    assert (state["devices"][0]["deviceId"], state["messages"][0]["data"]) == ("phone", "hello")
    assert [each["operation"] for each in state["journal"]] == ["publish"]
    assert len(require_har(json.loads(har.read_text("utf-8")))) == 1


@pytest.mark.parametrize(("command", "code"), [("true", 1), ("exit 7", 7)])
def test_an_export_that_fails_leaves_the_command_s_exit_code(program, tmp_path, command, code):
    folder = tmp_path / "folder"
    folder.mkdir()
    ran = program("exec", "--export-on-exit", folder / "state.json", "--", "sh", "-c", f"rmdir {folder}; {command}")
    assert ran.code == code
    assert "backendless-mock: --export-on-exit: " in ran.err


def test_its_texts_say_what_to_type_and_that_is_true(program, tmp_path):
    """What the verdict of the default application says to do is a flag of ``serve``, and so of ``exec``."""
    asking = """
import os, urllib.error, urllib.request
try:
    urllib.request.urlopen(os.environ["BACKENDLESS_URL"] + "/data/Orders")
except urllib.error.HTTPError as error:
    error.close()
"""
    ran = program("exec", "--", *python(asking))
    assert ran.code == 1
    assert "serve --import FILE with a stub in it" in ran.err
    assert "serve --rule allow_unknown_requests=true" in ran.err
    file = tmp_path / "stub.json"
    file.write_text('{"stubs": [{"method": "GET", "path": "/data/Orders", "json": []}]}', "utf-8")
    for flags in (("--import", file), ("--rule", "allow_unknown_requests=true")):
        assert program("exec", *flags, "--", *python(asking)) == (0, "", "")


@pytest.mark.parametrize("spoil", ["rm", "cp /dev/null"])
def test_requests_that_somebody_took_away_are_told_as_artifacts_that_cannot_be_kept(program, tmp_path, spoil):
    har = tmp_path / "all.har"
    ran = program("exec", "--artifacts", tmp_path, "--har", har, "--", "sh", "-c", f"{spoil} {har}; exit 7")
    assert ran.code == 7
    assert ran.err.startswith("backendless-mock: --artifacts: ")
    assert "Traceback" not in ran.err
    assert sorted(path.name for path in tmp_path.glob("default-*/*")) == ["report.txt", "state.json", "verdict.json"]


def test_a_port_that_is_taken_is_3_and_nothing_is_run(mock, program):
    ran = program("exec", "--port", mock.url.rpartition(":")[2], "--", "echo", "run")
    assert (ran.code, ran.out) == (3, "")


def test_the_command_gets_the_token_of_the_file(program, tmp_path):
    (tmp_path / "token").write_text("secret", "utf-8")
    ran = program(
        "exec", "--token-file", tmp_path / "token", "--", *(sys.executable, "-m", "pytest_backendless_mock", "clock")
    )
    assert ran.code == 0, ran.err
    assert ran.out.startswith("now ")


def test_a_command_on_our_terminal_shares_it():
    """It is in the foreground, so that it can read; and Ctrl-C reaches it once, from the terminal."""
    master, slave = pty.openpty()
    reading = "import os; print(os.getpgrp() == os.tcgetpgrp(0), input(), flush=True)"
    command = [
        "sh",
        "-c",
        'exec <"$0" >"$0" 2>&1; exec "$@"',
        os.ttyname(slave),
        sys.executable,
        "-m",
        "pytest_backendless_mock",
    ]
    process = subprocess.Popen([*command, "exec", "--", *python(f"{reading}\n{WAITING}")], start_new_session=True)
    try:
        with os.fdopen(master, "rb", buffering=0, closefd=False) as terminal:
            os.write(master, b"typed\n")
            shown = b""
            while b"ready" not in shown:
                shown += terminal.read(1024)
            assert b"True typed" in shown
            os.write(master, b"\x03")
            while b"heard" not in shown:
                shown += terminal.read(1024)
            assert process.wait(15) == 40 + signal.SIGINT
            assert shown.count(b"heard") == 1
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


ONLY_LOOPBACK = """
import fcntl, socket, struct, subprocess, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x41))  # SIOCSIFFLAGS: up and running
raise SystemExit(subprocess.run(sys.argv[1:]).returncode)
"""


def test_it_needs_no_network_but_loopback():
    """In a network namespace of its own, whatever tries to go out fails."""
    apart = ["unshare", "--map-root-user", "--net"]
    try:
        subprocess.run([*apart, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no network namespaces are to be had here")
    command = [*apart, *python(ONLY_LOOPBACK), sys.executable, "-m", "pytest_backendless_mock"]
    ran = subprocess.run(
        [*command, "exec", "--", *python(PUBLISH)], capture_output=True, check=False, encoding="utf-8", timeout=15
    )
    assert (ran.returncode, ran.stderr) == (0, "")
