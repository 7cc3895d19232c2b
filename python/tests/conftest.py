"""What all tests share: the package also of child processes, and a signal that ends them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

_PACKAGE = str(Path(__file__).parents[1])
os.environ["PYTHONPATH"] = os.pathsep.join(
    [_PACKAGE, *filter(None, [os.environ.get("PYTHONPATH")])]
)

# A shell starts what runs in the background with this signal ignored, and children inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
