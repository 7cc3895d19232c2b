"""Where `equipoise.metrics` answers otherwise than fairlearn 0.15: the one list of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DIFFERENCES", "Difference"]


@dataclass(frozen=True)
class Difference:
    """One situation in which the answers differ.

    Attributes
    ----------
    key : str
        Short name, which tests use.
    situation : str
        What the data or the call are like.
    fairlearn : str
        What fairlearn 0.15 does.
    equipoise : str
        What this package does.
    """

    key: str
    situation: str
    fairlearn: str
    equipoise: str


#: Every case in which `equipoise.metrics` knowingly differs from fairlearn 0.15.
DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "rate_among_nobody",
        "a group has no rows that a true or false positive or negative rate is a share of",
        "0.0 for the group, which then takes part in differences and ratios",
        "NaN for the group, which takes no part in them",
    ),
    Difference(
        "score_among_nobody",
        "precision, recall or F1 of a group whose denominator is 0",
        "0.0 with a warning of scikit-learn",
        "NaN, unless `zero_division` is given",
    ),
    Difference(
        "balanced_accuracy_without_a_label",
        "balanced accuracy of a group that lacks one of the true labels",
        "the mean over the labels that the group has",
        "NaN",
    ),
    Difference(
        "r2_without_variance",
        "R² of a group whose true values do not vary, or of one row",
        "0.0 or 1.0, or NaN with a warning for one row",
        "NaN",
    ),
    Difference(
        "log_loss_of_one_label",
        "log loss of a group that has one true label only",
        "ValueError for the whole frame",
        "NaN for the group",
    ),
    Difference(
        "no_weight",
        "all weights of a group are 0",
        "NaN, or for metrics that scikit-learn computes ValueError for the whole frame",
        "NaN",
    ),
    Difference(
        "missing_group",
        "a sensitive or control feature has missing values",
        "ValueError",
        "they are a group of their own, listed last as NaN",
    ),
    Difference(
        "real_labels",
        "real values such as 0.7 where labels are expected",
        "no row is selected; differences are 0",
        "InputError",
    ),
    Difference(
        "absent_positive",
        "`pos_label` of `selection_rate` does not occur, and the labels are not 0, 1 or −1, 1",
        "0.0 for every group",
        "InputError",
    ),
    Difference(
        "missing_label",
        "true or predicted labels have missing values",
        "depends on the metric",
        "InputError",
    ),
    Difference(
        "bad_weight",
        "a weight of a known metric is negative, infinite or NaN",
        "a number, or an error of scikit-learn",
        "InputError naming the row",
    ),
    Difference(
        "one_odds_undefined",
        "equalized odds where one of the two comparisons is undefined (a ratio 0/0)",
        "a number or NaN, depending on which of the two it is",
        "the other of the two",
    ),
    Difference(
        "names_of_frames",
        "features come in a Polars or Arrow frame",
        "names are lost: `sensitive_feature_0`, …",
        "names are kept",
    ),
    Difference(
        "replicates",
        "bootstrap with a given `random_state`",
        "rows drawn by NumPy",
        "another stream of random numbers: quantiles agree within the error of simulation",
    ),
    Difference(
        "texts_for_callables",
        "a callable that is not known reads texts from a pandas Series",
        "it receives an array of NumPy's texts",
        "it receives an array of the objects, as `numpy.asarray` gives it",
    ),
)
