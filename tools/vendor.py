"""Renews what others wrote and the inspector's page ships: preact and htm, in one file that htm's package has.

``make vendor`` fetches the packages that are named here from npm's registry, holds them against the digests below, and
writes the file, its licences, and its checksum, which a test compares. To take another release, change its row.
"""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import urllib.request
from pathlib import Path
from typing import NamedTuple

REGISTRY = "https://registry.npmjs.org"
INSPECTOR = Path(__file__).parent.parent / "pytest_backendless_mock" / "inspector"
SCRIPT = "preact-htm.js"


class Package(NamedTuple):
    """A package of npm's, and the digest that the registry names for it (``dist.integrity``)."""

    name: str
    version: str
    integrity: str

    def fetch(self) -> tarfile.TarFile:
        """What is in it. Raises ``ValueError`` where that is not what was looked at when its row was written."""
        url = f"{REGISTRY}/{self.name}/-/{self.name}-{self.version}.tgz"
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - https, as REGISTRY has it
            packed = answer.read()
        found = f"sha512-{base64.b64encode(hashlib.sha512(packed).digest()).decode()}"
        if found != self.integrity:
            raise ValueError(f"{url} is {found}, and not {self.integrity}")
        return tarfile.open(fileobj=io.BytesIO(packed))


HTM = Package(
    "htm",
    "3.1.1",
    "sha512-983Vyg8NwUE7JkZ6NmOqpCZ+sh1bKv2iYTlUkzlWmA5JD2acKoxd4KVxbMmxX/85mtfdnDmTFoNKcg5DGAvxNQ==",
)
PREACT = Package(
    "preact",
    "10.5.15",
    "sha512-5chK29n6QcJc3m1lVrKQSQ+V7K1Gb8HeQY6FViQ5AxCAEGu3DaHffWNDkC9+miZgsLvbvU9rxbV1qinGHMHzqA==",
)
"""Its licence; the code is in htm's file."""


def main() -> None:
    """Write the vendored files anew."""
    with HTM.fetch() as htm, PREACT.fetch() as preact:
        script = _member(htm, "package/preact/standalone.module.js")
        licences = [
            f"{SCRIPT} is preact/standalone.module.js of htm {HTM.version}, which has preact in it.\n",
            f"\n--- preact: MIT ---\n\n{_member(preact, 'package/LICENSE').decode()}",
            f"\n--- htm: Apache-2.0 ---\n\n{_member(htm, 'package/LICENSE').decode()}",
        ]
    (INSPECTOR / "page" / "vendor" / SCRIPT).write_bytes(script)
    vendored = INSPECTOR / "vendored"
    (vendored / "LICENSES.txt").write_text("".join(licences), "utf-8")
    (vendored / "SHA256SUMS").write_text(f"{hashlib.sha256(script).hexdigest()}  {SCRIPT}\n", "utf-8")


def _member(packed: tarfile.TarFile, name: str) -> bytes:
    file = packed.extractfile(name)
    assert file is not None, f"{name} is a file"
    return file.read()


if __name__ == "__main__":
    main()
