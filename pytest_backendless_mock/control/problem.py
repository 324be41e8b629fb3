"""What a request is answered that cannot be done: a problem (RFC 9457), in plain words with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from ..messaging.errors import MessagingError

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """The request is answered with an error; further members of it are for programs."""

    def __init__(self, status: int, detail: str, *, headers: tuple[tuple[str, str], ...] = (), **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.payload = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **members}


def unfit(path: str, message: str) -> Problem:
    """422 for one member of a body, or one parameter of a query."""
    return invalid([(path, message)])


def invalid(errors: list[tuple[str, str]]) -> Problem:
    """422: what is wrong where."""
    told = "; ".join(f"{path}: {message}" for path, message in errors)
    listed = [{"path": path, "message": message} for path, message in errors]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=listed)


def refused(error: MessagingError) -> Problem:
    """409 for what the service refuses, with its code."""
    return Problem(HTTPStatus.CONFLICT, f"the service refuses that: {error}", code=error.code, message=error.message)


@contextmanager
def refusals() -> Iterator[None]:
    """Raises ``Problem`` for what the fixture's own calls refuse in the block, in their words."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise unfit("$", str(error)) from None
    except MessagingError as error:
        raise refused(error) from None
