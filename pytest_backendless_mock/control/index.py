"""What the server is, that it is there, and how it is described."""

from __future__ import annotations

from importlib import metadata

from .application import describe
from .call import Answer, Call

NAME = "pytest-backendless-mock"
API = 1
"""Within one number members and routes are only added."""


def version() -> str:
    """The version of the package."""
    return metadata.version(NAME)


def index(call: Call) -> Answer:
    """Name, version and address, and the applications there are."""
    return Answer(
        {
            "name": NAME,
            "version": version(),
            "api": API,
            "hostUrl": call.host_url,
            "apps": [describe(hosted, call.host_url) for hosted in call.applications],
        }
    )


def health(_: Call) -> Answer:
    """That it is there, from the first moment on."""
    return Answer({"status": "ok", "name": NAME, "version": version()})
