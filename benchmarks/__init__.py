"""What the mock costs, each figure beside a named peer measured in the same run: ``python -m benchmarks``."""
