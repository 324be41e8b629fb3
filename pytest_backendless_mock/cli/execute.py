"""``backendless-mock exec``: a command beside a mock of its own, and what the mock has to say about it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from .artifact import Artifacts
from .command import Command
from .failure import UsageError
from .hosting import Hosted, export_on_exit, hosted
from .output import styled, tell
from .signals import Signals


def run(options: Any) -> int:
    """The exit code of the command; 1 where only the mock found something wrong."""
    if not options.command:
        raise UsageError("exec runs the command that follows --, as in: backendless-mock exec -- npx jest")
    artifacts = _artifacts(options.artifacts)
    with hosted(options, parting=None if artifacts is None else artifacts.keep) as mock, Signals() as signals:
        environment = {**os.environ, **mock.app["env"]}
        if options.token_file:
            environment["BACKENDLESS_MOCK_TOKEN"] = mock.token or ""
        code = Command(options.command, environment).run(signals)
        verdicts = _verdicts(mock)
        kept = [_keep(artifacts, mock, verdicts), export_on_exit(options, mock)]
    if options.no_verdict:
        return code or int(not all(kept))
    _print(verdicts, failed=code != 0)
    return code or int(not all([*kept, *(verdict["ok"] for verdict in verdicts)]))


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


def _keep(artifacts: Artifacts | None, mock: Hosted, verdicts: list[dict[str, Any]]) -> bool:
    """Keep what is there still; whether all could be kept. The command's exit code stays what it is."""
    if artifacts is None:
        return True
    for verdict in verdicts:
        artifacts.keep(mock.applications.find(verdict["appId"]), verdict)
    return artifacts.are_kept


def _artifacts(folder: str | None) -> Artifacts | None:
    try:
        return None if folder is None else Artifacts(Path(folder))
    except OSError as error:
        raise UsageError(f"--artifacts: {error}") from None
