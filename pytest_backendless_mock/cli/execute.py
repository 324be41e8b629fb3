"""``backendless-mock exec``: a command beside a mock of its own, and what the mock has to say about it."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from .command import Command
from .failure import UsageError
from .hosting import Hosted, hosted
from .output import styled, tell
from .signals import Signals

_UNFIT = re.compile(r"[^\w.-]+")


def run(options: Any) -> int:
    """The exit code of the command; 1 where only the mock found something wrong."""
    if not options.command:
        raise UsageError("exec runs the command that follows --, as in: backendless-mock exec -- npx jest")
    artifacts = _folder(options.artifacts)
    with hosted(options) as mock, Signals() as signals:
        environment = {**os.environ, **mock.app["env"]}
        if options.token_file:
            environment["BACKENDLESS_MOCK_TOKEN"] = mock.token or ""
        code = Command(options.command, environment).run(signals)
        verdicts = _verdicts(mock)
    kept = artifacts is None or _keep(artifacts, verdicts)
    if options.no_verdict:
        return code or int(not kept)
    _print(verdicts, failed=code != 0)
    return code or int(not kept or not all(verdict["ok"] for verdict in verdicts))


def _verdicts(mock: Hosted) -> list[dict[str, Any]]:
    """The verdict on each application, its ``label``, ``appId`` and ``report``, and whether anybody ``used`` it."""
    verdicts = []
    for app in mock.target.ask("GET", "apps").value["items"]:
        target = mock.target.of_app(app["appId"])
        used = any(target.ask_app("GET", view, query={"limit": 1}).value["items"] for view in ("requests", "messages"))
        verdicts.append({**app, **target.ask_app("POST", "verify").value, "used": used})
    return verdicts


def _print(verdicts: list[dict[str, Any]], *, failed: bool) -> None:
    """Problems and hints; below them the report, where something failed: here, or in the command."""
    for verdict in verdicts:
        reported = not verdict["ok"] or (failed and verdict["used"])
        if reported or verdict["hints"]:
            said = styled("ok", "green", sys.stderr) if verdict["ok"] else styled("failed", "red", sys.stderr)
            tell(f"backendless-mock: application {verdict['label']}: {said}")
        for line in (*verdict["problems"], *verdict["hints"]):
            tell(f"  {line}")
        if reported:
            tell(verdict["report"].rstrip())
    if failed and not any(verdict["used"] for verdict in verdicts):
        tell(f"backendless-mock: no request reached application {verdicts[0]['label']}, which BACKENDLESS_URL leads to")


def _folder(name: str | None) -> Path | None:
    if name is None:
        return None
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--artifacts: {error}") from None
    return folder


def _keep(artifacts: Path, verdicts: list[dict[str, Any]]) -> bool:
    """A folder for each application; whether they could be written. The command's exit code stays what it is."""
    try:
        for verdict in verdicts:
            told = {name: verdict[name] for name in ("label", "appId", "ok", "problems", "hints")}
            name = _UNFIT.sub("-", verdict["label"]).strip("-.")[:80]
            # Labels may differ in what no file's name can have, so the id is there, too.
            folder = artifacts / f"{name}{'-' if name else ''}{verdict['appId']}"
            folder.mkdir(exist_ok=True)
            (folder / "report.txt").write_text(verdict["report"], "utf-8")
            (folder / "verdict.json").write_text(f"{json.dumps(told, indent=2)}\n", "utf-8")
    except OSError as error:
        tell(f"backendless-mock: --artifacts: {error}")
        return False
    return True
