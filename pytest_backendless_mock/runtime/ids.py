"""Ids that look like the service's and come out the same in every run (W5)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

FORMS: Mapping[str, str] = {"message": "message:{}", "email": "mail:{}"}
"""How an id of a kind is written; the others are bare GUIDs."""


class Ids:
    """Upper-case version-4 GUIDs derived from (seed, application id, kind, how many before).

    Each kind counts for itself, so a test that subscribes once more keeps its message ids.
    """

    def __init__(self, seed: object, app_id: str, given: Mapping[str, int] = MappingProxyType({})) -> None:
        """``given`` is how many of each kind there were before."""
        self.seed = str(seed)
        self.app_id = app_id
        self._root = f"{seed}\0{app_id}"
        self.given: defaultdict[str, int] = defaultdict(int, given)

    def new(self, kind: str) -> str:
        """The next id of ``kind``."""
        self.given[kind] += 1
        name = guid(f"{self._root}\0{kind}\0{self.given[kind]}")
        return FORMS.get(kind, "{}").format(name.lower() if kind == "email" else name)


def guid(name: str) -> str:
    """The version-4 GUID that ``name`` always gets."""
    digits = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest().upper()
    variant = "89AB"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
