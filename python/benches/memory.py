"""Memory above the input at its peak, and after many small audits.

Linux only: the peak of what is resident is read from `/proc`, after it was set back to what is
resident now.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from metric_frame import OURS
from timing import decisions

import equipoise
import equipoise.metrics

N_ROWS = 10_000_000
N_AUDITS = 100_000
STEPS = 10


def megabytes(field: str) -> float:
    """Return a field of the status of this process, such as `VmRSS`, in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"/proc/self/status has no {field}")


def peak(work: Callable[[pd.DataFrame], object], frame: pd.DataFrame) -> float:
    """Return how much more is resident at the peak of some work than before it, in MB."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = megabytes("VmRSS")
    work(frame)
    return megabytes("VmHWM") - before


def main() -> None:
    """Print the figures as a table."""
    if not sys.platform.startswith("linux"):
        raise SystemExit("memory is read from /proc, which Linux has")
    y_true, y_pred, group = decisions(1000, 5)
    small = pd.DataFrame({"y_true": y_true, "y_pred": y_pred, "group": pd.Categorical(group)})

    def frame_of(frame: pd.DataFrame) -> object:
        return equipoise.metrics.MetricFrame(
            metrics=OURS,
            y_true=frame["y_true"],
            y_pred=frame["y_pred"],
            sensitive_features=frame["group"],
        ).by_group

    def audit_of(frame: pd.DataFrame) -> object:
        return equipoise.audit(frame["y_true"], frame["y_pred"], sensitive_features=frame["group"])

    # What is loaded at the first call belongs to no number of rows.
    frame_of(small)
    audit_of(small)
    y_true, y_pred, group = decisions(N_ROWS, 5)
    large = pd.DataFrame({"y_true": y_true, "y_pred": y_pred, "group": pd.Categorical(group)})
    del y_true, y_pred, group
    print("| work | MB above the input at the peak |\n|---|--:|")
    for name, work in {"MetricFrame": frame_of, "equipoise.audit": audit_of}.items():
        print(f"| {name}, {N_ROWS:,} rows | {peak(work, large):.0f} |")
    del large
    gc.collect()
    print("\n| audits of 100 rows | MB resident |\n|--:|--:|")
    y_true, y_pred, group = decisions(100, 2)
    few = pd.DataFrame({"y_true": y_true, "y_pred": y_pred, "group": group})
    audit_of(few)
    for step in range(STEPS + 1):
        print(f"| {step * N_AUDITS // STEPS:,} | {megabytes('VmRSS'):.1f} |", flush=True)
        if step < STEPS:
            for _ in range(N_AUDITS // STEPS):
                audit_of(few)


if __name__ == "__main__":
    main()
