"""What all tests share: the package of the source tree is also that of child processes."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = str(Path(__file__).parents[1])
os.environ["PYTHONPATH"] = os.pathsep.join(
    [_PACKAGE, *filter(None, [os.environ.get("PYTHONPATH")])]
)
