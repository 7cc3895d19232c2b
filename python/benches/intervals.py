"""Bootstrap intervals of four rates: `MetricFrame` of equipoise and of fairlearn with `n_boot`.

fairlearn resamples and groups all rows for each replicate, so that its time grows in proportion to
their number: few are timed, and the rest is reckoned.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import fairlearn.metrics
import pandas as pd
from metric_frame import OURS, THEIRS
from timing import Case, by_turns, decisions, print_line

import equipoise
import equipoise.metrics

N_ROWS = 100_000
N_REPLICATES = 1000
N_TIMED = (1, 5)


def main() -> None:
    """Print a line for each case."""
    y_true, y_pred, group = decisions(N_ROWS, 5)
    frame = pd.DataFrame({"y_true": y_true, "y_pred": y_pred})
    frame["group"] = pd.Series(group).astype("category")

    def made(kind: type, metrics: dict[str, object], n_boot: int) -> Callable[[], object]:
        def work() -> object:
            result = kind(
                metrics=metrics,
                y_true=frame["y_true"],
                y_pred=frame["y_pred"],
                sensitive_features=frame["group"],
                n_boot=n_boot,
                ci_quantiles=[0.025, 0.5, 0.975],
                random_state=0,
            )
            return result.by_group_ci, result.overall_ci, result.difference_ci()

        return work

    name = f"equipoise key=n_boot={N_REPLICATES}"
    ours = made(equipoise.metrics.MetricFrame, OURS, N_REPLICATES)
    by_turns([Case("equipoise", N_ROWS, ours, key=f"n_boot={N_REPLICATES}")])

    def audit() -> object:
        return equipoise.audit(
            frame["y_true"],
            frame["y_pred"],
            sensitive_features=frame["group"],
            metrics=["accuracy", "selection_rate", "tpr", "fpr"],
        ).by_group

    by_turns([Case("equipoise.audit", N_ROWS, audit, key="exact intervals", against=name)])
    seconds = []
    for n_boot in N_TIMED:
        work = made(fairlearn.metrics.MetricFrame, THEIRS, n_boot)
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    each = (seconds[1] - seconds[0]) / (N_TIMED[1] - N_TIMED[0])
    whole = seconds[0] + each * (N_REPLICATES - N_TIMED[0])
    key = f"n_boot={N_REPLICATES}, reckoned from {N_TIMED[0]} and {N_TIMED[1]}"
    print_line(Case("fairlearn", N_ROWS, made, key=key, against=name), whole)


if __name__ == "__main__":
    main()
