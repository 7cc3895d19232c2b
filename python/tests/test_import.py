"""What importing the package costs, and what it leaves alone."""

import subprocess
import sys

HEAVY = ["pandas", "polars", "pyarrow", "duckdb", "sklearn", "scipy", "matplotlib"]


def test_import_brings_in_no_other_library() -> None:
    program = f"import sys, equipoise; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
