"""What GitHub runs: the workflows parse, pin what they use, and do what `.ci/run` does. Nothing is run here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
FILES = sorted(GITHUB.rglob("*.yml"))
WORKFLOWS = {path.stem: path for path in FILES if path.parent.name == "workflows"}
CI_RUN = (ROOT / ".ci" / "run").read_text("utf-8") if (ROOT / ".ci").is_dir() else ""
MAKE = re.compile(r"^\s*(?:\w+=\w+ |timeout \d+ )*make ([\w-]+)", re.MULTILINE)
TARGETS = set(re.findall(r"^([\w-]+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
EQUALLY = {"test": "coverage"}
"""Where `.ci/run` says it in another way: `COVERAGE=1 make test` is `make coverage`."""

pytestmark = pytest.mark.skipif(not FILES, reason="this is no checkout: an sdist has no workflows")


def read(name):
    """A workflow. YAML's first version takes the key `on` for a truth value."""
    workflow = yaml.safe_load(WORKFLOWS[name].read_text("utf-8"))
    return {**workflow, "on": workflow[True]}


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job.get("steps", [])]


def made(workflow):
    """The targets that it makes, those of a matrix too."""
    said = {target for step in steps(workflow) for target in MAKE.findall(step.get("run", ""))}
    return said | {
        target
        for job in workflow["jobs"].values()
        for target in job.get("strategy", {}).get("matrix", {}).get("target", [])
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(GITHUB).as_posix())
def test_what_github_reads_is_yaml(path):
    assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_each_action_is_pinned_by_its_commit_with_the_version_beside_it(name):
    used = re.findall(r"uses: (.+)", WORKFLOWS[name].read_text("utf-8"))
    pinned = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert used
    assert [action for action in used if not action.startswith("./") and not pinned.fullmatch(action)] == []


def test_one_action_is_one_version_everywhere():
    used = {action for path in WORKFLOWS.values() for action in re.findall(r"uses: (\S+@\S+)", path.read_text("utf-8"))}
    names = [action.partition("@")[0] for action in used]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_each_job_has_an_end(name):
    unbounded = [
        job for job, said in read(name)["jobs"].items() if "uses" not in said and not said["timeout-minutes"] <= 90
    ]
    assert unbounded == []


def test_the_targets_that_it_makes_are_in_the_makefile():
    assert made(read("ci")) >= {"coverage", "lint", "release-check"}
    assert made(read("ci")) - TARGETS == set()


def test_ci_makes_what_ci_run_makes():
    here = {EQUALLY.get(target, target) for target in MAKE.findall(CI_RUN)}
    assert {"coverage", "interop", "release-check"} <= here
    assert here - made(read("ci")) == set()


def test_the_suite_runs_on_each_python_and_system_from_the_wheel_that_was_built_once():
    suite = read("ci")["jobs"]["suite"]
    versions = re.search(r"VERSIONS=\((.+)\)", CI_RUN)[1].split()
    assert suite["strategy"]["matrix"] == {
        "os": ["ubuntu-latest", "macos-latest", "windows-latest"],
        "python": ["3.10", "3.11", "3.12", "3.13", "3.14"],
    }
    assert versions == suite["strategy"]["matrix"]["python"]
    assert suite["needs"] == "build"
    assert any("--installpkg dist/*.whl" in step.get("run", "") for step in suite["steps"])


def test_what_is_released_is_what_ci_tested_and_no_secret_is_kept_for_it():
    jobs = read("release")["jobs"]
    assert jobs["ci"]["uses"] == "./.github/workflows/ci.yml"
    assert jobs["package"]["needs"] == ["ci", "version"]
    assert jobs["package"]["permissions"] == {"id-token": "write"}
    assert jobs["package"]["steps"][0]["with"] == {"name": "dist", "path": "dist"}
    assert "with" not in jobs["package"]["steps"][1]
    assert [name for name, job in jobs.items() if "id-token" in job["permissions"]] == ["package"]
    assert "workflow_call" in read("ci")["on"]


def test_the_image_is_built_for_both_processors_after_the_package_is_out():
    job = read("release")["jobs"]["image"]
    assert "package" in job["needs"]
    assert job["steps"][-1]["with"]["platforms"] == "linux/amd64,linux/arm64"


@pytest.mark.parametrize("name", ["bug", "service"])
def test_an_issue_asks_for_the_report(name):
    form = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / f"{name}.yml").read_text("utf-8"))
    [report] = [field for field in form["body"] if field["id"] == "report"]
    assert "backendless_mock.report()" in report["attributes"]["description"]
    assert report["validations"] == {"required": True}
