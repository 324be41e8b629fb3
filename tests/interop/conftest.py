"""The real SDKs in child processes: in Node, and in a browser. Without them the tests skip, or fail where required."""

from __future__ import annotations

import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from interop_support import CHROMIUM, do_without

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
SDKS = {3: "3.1.25", 4: "4.4.4", 7: "7.4.9", 8: "8.0.0"}
PATIENCE = 50
"""Real seconds after which a child is killed: before the suite's watchdog, so that the failure names the step."""
JARS = Path("/usr/share/java")
"""Where Debian has the libraries of Java."""
JUNIT = (
    "junit-jupiter-api",
    "junit-jupiter-engine",
    "junit-jupiter-params",
    "junit-platform-commons",
    "junit-platform-console",
    "junit-platform-engine",
    "junit-platform-launcher",
    "junit-platform-reporting",
    "apiguardian-api",
    "opentest4j",
    "opentest4j-reporting-events",
    "opentest4j-reporting-schema",
    "picocli",
)
UPGRADE = ("polling", "websocket")
"""How an SDK connects by itself."""


class Answers:
    """What the steps of a script came to: ``answers[step]`` is a value, ``answers.error(step)`` an error."""

    def __init__(self, told):
        self._told = told
        self._steps = {}

    def __getitem__(self, step):
        answer = self._steps[step]
        assert "error" not in answer, f"{step}: {answer['error']}\n{self._told()}"
        return answer.get("value")

    def __contains__(self, step):
        return step in self._steps

    def __repr__(self):
        return "\n".join(f"{step}: {answer}" for step, answer in self._steps.items())

    def error(self, step):
        answer = self._steps[step]
        assert "error" in answer, f"{step} came to {answer.get('value')}"
        return answer["error"]

    def note(self, line):
        self._steps[line["step"]] = line


class Script:
    """A script in Node. It prints its steps; in a step of its own it waits for a line."""

    def __init__(self, command, env, told):
        self.answers = Answers(self.told)
        self._told = told
        with told.open("wb") as stderr:
            self.process = subprocess.Popen(
                command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, encoding="utf-8"
            )
        self._watchdog = threading.Timer(PATIENCE, self.process.kill)
        self._watchdog.start()

    def told(self):
        """What it wrote beside its steps: the warnings and stack traces of the SDK."""
        return self._told.read_text("utf-8")

    def until(self, step):
        """Go on until ``step`` was printed, and return the answers so far."""
        while step not in self.answers:
            line = self.process.stdout.readline()
            if not line:
                pytest.fail(f"the script ended before {step!r}\n{self.answers}\n{self.told()}")
            self.answers.note(json.loads(line))
        return self.answers

    def go_on(self, line=""):
        """End the step in which it is the test's turn."""
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def finish(self):
        """Go on to the end; return the answers of all steps."""
        for line in self.process.stdout:
            self.answers.note(json.loads(line))
        assert self.process.wait(PATIENCE) == 0, f"ended with {self.process.returncode}\n{self.told()}"
        return self.answers

    def close(self):
        self._watchdog.cancel()
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="session")
def sdks():
    """The folder that has the SDKs, in the releases that the tests are about."""
    for major, release in SDKS.items():
        package = MODULES / f"backendless-{major}" / "package.json"
        found = json.loads(package.read_text("utf-8"))["version"] if package.exists() else "nothing"
        if found != release:
            do_without(f"backendless {release} is not in {MODULES} ({found}); `make interop` installs it")
    return MODULES


@pytest.fixture(scope="session")
def node(sdks):
    return shutil.which("node") or do_without("no node on PATH")


@pytest.fixture(scope="session")
def package(sdks):
    """``package("jest", "bin/jest.js")`` is a file of a package of npm's."""

    def find(name, file):
        path = MODULES / name / file
        return str(path) if path.exists() else do_without(f"{name} is not in {MODULES}; `make interop` installs it")

    return find


@pytest.fixture(scope="session")
def jest(node, package):
    """The command that runs Jest, which takes modules of ECMAScript as they are."""
    program = package("jest", "bin/jest.js")
    config = str(HERE / "jest" / "jest.config.json")
    return [node, "--experimental-vm-modules", program, "--config", config, "--testTimeout=30000"]  # 5 s of its own


@pytest.fixture(scope="session")
def junit():
    """The Java compiler, Java, and the class path of JUnit 5."""
    jars = [JARS / f"{name}.jar" for name in JUNIT]
    programs = [shutil.which("javac"), shutil.which("java")]
    missing = [jar for jar in jars if not jar.exists()] + [name for name in programs if name is None]
    if missing:
        do_without("no JDK on PATH, or no JUnit 5 (on Debian: apt install default-jdk-headless junit5)")
    return [*programs, ":".join(map(str, jars))]


@pytest.fixture(scope="session")
def mcs():
    """A compiler of C#."""
    return shutil.which("mcs") or do_without("no mcs on PATH (on Debian: apt install mono-mcs)")


@pytest.fixture(scope="session")
def chromium():
    return shutil.which("chromium") or do_without("no chromium on PATH (on Debian: apt install chromium)")


@pytest.fixture(scope="session")
def browser(chromium):
    """Of Playwright for Python, which a process can start once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield launched
        launched.close()


@pytest.fixture
def start(node, backendless_mock, tmp_path):
    """``start("publish", 8)`` starts a script of ``node/`` with that SDK, ``env`` on top of the mock's own."""
    scripts = []

    def started(script, release, **env):
        command = [node, str(HERE / "node" / f"{script}.cjs"), str(release)]
        # Node's own deprecations (url.parse) are no concern of these tests.
        surroundings = {**os.environ, **backendless_mock.env, "NODE_NO_WARNINGS": "1", **env}
        scripts.append(Script(command, surroundings, tmp_path / f"stderr-{len(scripts)}"))
        return scripts[-1]

    yield started
    for script in scripts:
        script.close()


@pytest.fixture
def run(start):
    """``run("publish", 8)`` runs a script to its end and returns the answers."""
    return lambda script, release, **env: start(script, release, **env).finish()


class Site(http.server.ThreadingHTTPServer):
    """Another origin than the mock's: it serves a page, and collects what the page posts."""

    daemon_threads = True

    def __init__(self, files):
        super().__init__(("127.0.0.1", 0), Visit)
        self.files = files
        self.posted = queue.SimpleQueue()
        self.turns = queue.SimpleQueue()
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


class Visit(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/turn":
            line = self.server.turns.get()
            if line is not None:
                self._answer(200, "application/json", line.encode())
            return
        kind, content = self.server.files.get(self.path, ("text/plain", None))
        self._answer(404 if content is None else 200, kind, content or b"")

    def do_POST(self):
        self.server.posted.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(200, "text/plain", b"")

    def _answer(self, status, kind, content):
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


class Page:
    """A page in a browser. It posts its steps to its own server, and ``done`` at the end."""

    def __init__(self, chromium, site):
        self.site = site
        self.answers = Answers(lambda: "")
        # Not pytest's tmp_path: the browser makes a socket in there, whose path may have no more than 107 letters.
        self._home = tempfile.TemporaryDirectory(prefix="page-", ignore_cleanup_errors=True)
        self._log = Path(self._home.name) / "stderr"
        with self._log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [chromium, "--headless", *CHROMIUM, f"--user-data-dir={self._home.name}/profile", f"{site.url}/"],
                env={**os.environ, "HOME": self._home.name, "TMPDIR": self._home.name},
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
        self._end = time.monotonic() + PATIENCE

    def until(self, step):
        """Go on until ``step`` was posted, and return the answers so far."""
        while step not in self.answers:
            self.answers.note(self._next_line())
        return self.answers

    def go_on(self, line):
        """Give the page the next line that it asks for."""
        self.site.turns.put(line)

    def finish(self):
        """Go on to the end; return the answers of all steps."""
        while not (line := self._next_line()).get("done"):
            self.answers.note(line)
        return self.answers

    def _next_line(self):
        try:
            return self.site.posted.get(timeout=max(0, self._end - time.monotonic()))
        except queue.Empty:
            log = self._log.read_text("utf-8", "replace")
            pytest.fail(f"the page did not come to its end\n{self.answers}\n{log[-3000:]}")

    def close(self):
        # The browser's own children are in its session, and nobody else is.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.site.turns.put(None)
        self.site.shutdown()
        self.site.server_close()
        self._home.cleanup()


PAGE = """<!doctype html>
<meta charset="utf-8">
<title>interop</title>
<script>const mock = {mock}</script>
{scripts}
"""


@pytest.fixture
def open_page(chromium, sdks, backendless_mock):
    """``open_page("sdk", release=8)`` opens a page of another origin on which these scripts of ``browser/`` run."""
    pages = []

    def opened(*scripts, release=None):
        sdk = [] if release is None else [MODULES / f"backendless-{release}" / "dist" / "backendless.js"]
        pieces = ["page", *(["setup"] if sdk else []), *scripts]
        sources = [*sdk, *(HERE / "browser" / f"{piece}.js" for piece in pieces)]
        files = {f"/{source.name}": ("text/javascript", source.read_bytes()) for source in sources}
        mock = json.dumps(
            {
                "url": backendless_mock.url,
                "host": backendless_mock.host_url,
                "appId": backendless_mock.app_id,
                "apiKey": backendless_mock.api_key,
                "release": release,
            }
        )
        tags = "\n".join(f'<script src="/{source.name}"></script>' for source in sources)
        files["/"] = ("text/html", PAGE.format(mock=mock, scripts=tags).encode())
        pages.append(Page(chromium, Site(files)))
        return pages[-1]

    yield opened
    for page in pages:
        page.close()


@pytest.fixture
def visit(open_page):
    """``visit("sdk", 8)`` runs a script on a page of another origin to its end and returns the answers."""
    return lambda script, release=None: open_page(script, release=release).finish()


class Sdk:
    """An SDK that does what the test says, one of ``commands.js`` after the other: in Node, or on a page."""

    def __init__(self, place, way):
        self._place = place
        self._said = 0
        self.ask("use transports", *way)

    def _say(self, command, told):
        """Have ``command`` carried out; the step that it is."""
        self._said += 1
        step = f"{self._said}. {command} {told}"
        self._place.go_on(json.dumps({"step": step, "command": command, "told": told}))
        return step

    def ask(self, command, *told):
        """What comes of a command."""
        step = self._say(command, told)
        return self._place.until(step)[step]

    def end(self):
        """Be gone, as a process is that was killed."""
        self._place.close()

    def fail(self, command, *told):
        """The error of a command that does not succeed."""
        step = self._say(command, told)
        return self._place.until(step).error(step)


@pytest.fixture
def connect(start):
    """``connect(8, ["polling"])`` is an SDK in Node that connects so; ``env`` comes on top of the mock's own."""
    return lambda release, way=UPGRADE, **env: Sdk(start("realtime", release, **env), way)


@pytest.fixture
def connect_page(open_page):
    """``connect_page(8)`` is an SDK on a page of another origin."""
    return lambda release, way=UPGRADE: Sdk(open_page("commands", "realtime", release=release), way)
