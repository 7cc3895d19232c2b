"""Four rates of every group: `MetricFrame` of equipoise and of fairlearn, and a Polars group-by.

Every tool has the data in its own layout before the clock starts. fairlearn gets categorical
groups, its fastest case.
"""

from __future__ import annotations

from collections.abc import Callable

import fairlearn.metrics
import pandas as pd
import polars as pl
from sklearn.metrics import accuracy_score
from timing import Case, by_turns, decisions

import equipoise
import equipoise.metrics

N_ROWS = 1_000_000

OURS = {
    "accuracy": equipoise.metrics.accuracy_score,
    "selection_rate": equipoise.metrics.selection_rate,
    "tpr": equipoise.metrics.true_positive_rate,
    "fpr": equipoise.metrics.false_positive_rate,
}
THEIRS = {
    "accuracy": accuracy_score,
    "selection_rate": fairlearn.metrics.selection_rate,
    "tpr": fairlearn.metrics.true_positive_rate,
    "fpr": fairlearn.metrics.false_positive_rate,
}


def frame_of(
    frame: pd.DataFrame | pl.DataFrame, metrics: dict[str, object], kind: type
) -> Callable[[], object]:
    """Return the work of making a frame of metrics and asking it everything."""

    def work() -> object:
        made = kind(
            metrics=metrics,
            y_true=frame["y_true"],
            y_pred=frame["y_pred"],
            sensitive_features=frame["group"],
        )
        return made.by_group, made.overall, made.difference(), made.ratio()

    return work


def grouped(frame: pl.DataFrame) -> Callable[[], object]:
    """Return the work of the same four rates by a group-by."""
    y, p = pl.col("y_true"), pl.col("y_pred")
    rates = [
        (y == p).mean().alias("accuracy"),
        (p == 1).mean().alias("selection_rate"),
        ((y == 1) & (p == 1)).sum().truediv((y == 1).sum()).alias("tpr"),
        ((y == 0) & (p == 1)).sum().truediv((y == 0).sum()).alias("fpr"),
    ]
    # Of 0 and 1, sums of products are faster.
    sums = (
        frame.lazy()
        .group_by("group")
        .agg(
            n=pl.len(),
            y=y.cast(pl.Int64).sum(),
            p=p.cast(pl.Int64).sum(),
            both=(y & p).cast(pl.Int64).sum(),
            same=(y == p).sum(),
        )
    )
    fast = sums.with_columns(
        accuracy=pl.col("same") / pl.col("n"),
        selection_rate=pl.col("p") / pl.col("n"),
        tpr=pl.col("both") / pl.col("y"),
        fpr=(pl.col("p") - pl.col("both")) / (pl.col("n") - pl.col("y")),
    )
    slow = frame.lazy().group_by("group").agg(rates)
    a = fast.collect().sort("group").select("accuracy", "selection_rate", "tpr", "fpr")
    b = slow.collect().sort("group").select("accuracy", "selection_rate", "tpr", "fpr")
    if not ((a - b).to_numpy().__abs__() < 1e-12).all():
        raise SystemExit("the two group-bys differ")
    return fast.collect


def main() -> None:
    """Print a line for each case."""
    y_true, y_pred, group = decisions(N_ROWS, 5)
    texts = pd.Series(group).map(lambda code: f"group {code}").astype("str")
    labels = {
        "int8": pd.DataFrame({"y_true": y_true, "y_pred": y_pred}),
        "int64": pd.DataFrame({"y_true": y_true, "y_pred": y_pred}).astype("int64"),
    }
    cases = []
    for name, frame in labels.items():
        for kind, groups in {"categories": texts.astype("category"), "texts": texts}.items():
            pandas = frame.assign(group=groups)
            key = f"{kind},{name}"
            ours = f"equipoise groups=5 key={key}"
            cases.append(
                Case(
                    "equipoise",
                    N_ROWS,
                    frame_of(pandas, OURS, equipoise.metrics.MetricFrame),
                    5,
                    key,
                )
            )
            polars = pl.from_pandas(pandas)
            cases.append(Case("polars", N_ROWS, grouped(polars), 5, key, ours))
            borrowed = frame_of(polars, OURS, equipoise.metrics.MetricFrame)
            cases.append(Case("equipoise on a frame of polars", N_ROWS, borrowed, 5, key, ours))
            if kind == "categories":
                theirs = frame_of(pandas, THEIRS, fairlearn.metrics.MetricFrame)
                cases.append(Case("fairlearn", N_ROWS, theirs, 5, key, ours, turns=1))
    y_true, y_pred, group = decisions(N_ROWS, 1000)
    for name, frame in labels.items():
        many = pd.DataFrame({"y_true": y_true, "y_pred": y_pred}).astype(name)
        many["group"] = pd.Series(group).astype("category")
        work = frame_of(many, OURS, equipoise.metrics.MetricFrame)
        few = f"equipoise groups=5 key=categories,{name}"
        cases.append(Case("equipoise", N_ROWS, work, 1000, f"categories,{name}", few))
        del frame
    five = labels["int8"].assign(group=texts.astype("category"))

    def audit() -> object:
        return equipoise.audit(five["y_true"], five["y_pred"], sensitive_features=five["group"])

    cases.append(
        Case(
            "equipoise.audit",
            N_ROWS,
            audit,
            5,
            "categories,int8",
            "equipoise groups=5 key=categories,int8",
        )
    )
    by_turns(cases)


if __name__ == "__main__":
    main()
