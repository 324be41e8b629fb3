"""One target of ``fuzz_support.py``, fuzzed by atheris, which is guided by the branches that its inputs reach.

``python guided.py TARGET SECONDS FOLDER``: the folder has seeds, and gets what is found. Atheris ends the process.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["pytest_backendless_mock"]):
    from fuzz_support import TARGETS

target, seconds, folder = sys.argv[1:]
LIMITS = [f"-max_total_time={seconds}", "-timeout=20", "-max_len=4096", "-rss_limit_mb=0", "-print_final_stats=1"]
atheris.Setup([sys.argv[0], folder, f"-artifact_prefix={folder}/found-", *LIMITS], TARGETS[target])
atheris.Fuzz()
