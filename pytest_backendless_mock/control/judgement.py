"""The verdict and the report, for whoever runs the tests."""

from __future__ import annotations

from http import HTTPStatus

from . import problem
from .call import TEXT, Answer, Call
from .problem import Problem


def verify(call: Call) -> Answer:
    """The verdict of the end of a test, now; 409 where something fails it. Each problem is told once."""
    verdict = call.hosted.judge()
    if verdict["ok"]:
        return Answer(verdict)
    failed = Problem(HTTPStatus.CONFLICT, verdict["problems"][0].partition("\n")[0], **verdict)
    return Answer(failed.payload, failed.status, (), problem.CONTENT_TYPE)


def report(call: Call) -> Answer:
    """The timeline and the requests, as they stand under a failing test."""
    return Answer(call.hosted.session.report() + "\n", kind=TEXT)
