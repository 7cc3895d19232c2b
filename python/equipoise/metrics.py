"""Metrics of groups under the names of ``fairlearn.metrics``, computed from counts.

Every public name of ``fairlearn.metrics`` 0.15 is here, with the same signature and the same
results, so that

>>> from equipoise.metrics import MetricFrame, demographic_parity_difference

takes the place of an import from fairlearn. Beside these there are the metrics of scikit-learn that
fairlearn derives others from, so that neither package is needed. Where the answers differ from
fairlearn's is listed in `DIFFERENCES`:

>>> from equipoise.metrics import DIFFERENCES
>>> DIFFERENCES[0].situation
'a group has no rows that a true or false positive or negative rate is a share of'

For intervals, verdicts and more notions see `equipoise.audit`.
"""

from ._base_metrics import (
    accuracy_score,
    balanced_accuracy_score,
    count,
    f1_score,
    false_negative_rate,
    false_positive_rate,
    log_loss,
    mean_absolute_error,
    mean_prediction,
    mean_squared_error,
    precision_score,
    r2_score,
    recall_score,
    roc_auc_score,
    selection_rate,
    true_negative_rate,
    true_positive_rate,
    zero_one_loss,
)
from ._derived import (
    DerivedMetric,
    accuracy_score_difference,
    accuracy_score_group_min,
    accuracy_score_ratio,
    balanced_accuracy_score_group_min,
    f1_score_group_min,
    false_negative_rate_difference,
    false_negative_rate_ratio,
    false_positive_rate_difference,
    false_positive_rate_ratio,
    log_loss_group_max,
    make_derived_metric,
    mean_absolute_error_group_max,
    mean_squared_error_group_max,
    precision_score_group_min,
    r2_score_group_min,
    recall_score_group_min,
    roc_auc_score_group_min,
    selection_rate_difference,
    selection_rate_ratio,
    true_negative_rate_difference,
    true_negative_rate_ratio,
    true_positive_rate_difference,
    true_positive_rate_ratio,
    zero_one_loss_difference,
    zero_one_loss_group_max,
    zero_one_loss_ratio,
)
from ._differences import DIFFERENCES, Difference
from ._fairness import (
    demographic_parity_difference,
    demographic_parity_ratio,
    equal_opportunity_difference,
    equal_opportunity_ratio,
    equalized_odds_difference,
    equalized_odds_ratio,
)
from ._metric_frame import MetricFrame
from ._model_plots import plot_model_comparison, plot_roc_curve_by_group

__all__ = [
    "DIFFERENCES",
    "DerivedMetric",
    "Difference",
    "MetricFrame",
    "accuracy_score",
    "accuracy_score_difference",
    "accuracy_score_group_min",
    "accuracy_score_ratio",
    "balanced_accuracy_score",
    "balanced_accuracy_score_group_min",
    "count",
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "equal_opportunity_difference",
    "equal_opportunity_ratio",
    "equalized_odds_difference",
    "equalized_odds_ratio",
    "f1_score",
    "f1_score_group_min",
    "false_negative_rate",
    "false_negative_rate_difference",
    "false_negative_rate_ratio",
    "false_positive_rate",
    "false_positive_rate_difference",
    "false_positive_rate_ratio",
    "log_loss",
    "log_loss_group_max",
    "make_derived_metric",
    "mean_absolute_error",
    "mean_absolute_error_group_max",
    "mean_prediction",
    "mean_squared_error",
    "mean_squared_error_group_max",
    "plot_model_comparison",
    "plot_roc_curve_by_group",
    "precision_score",
    "precision_score_group_min",
    "r2_score",
    "r2_score_group_min",
    "recall_score",
    "recall_score_group_min",
    "roc_auc_score",
    "roc_auc_score_group_min",
    "selection_rate",
    "selection_rate_difference",
    "selection_rate_ratio",
    "true_negative_rate",
    "true_negative_rate_difference",
    "true_negative_rate_ratio",
    "true_positive_rate",
    "true_positive_rate_difference",
    "true_positive_rate_ratio",
    "zero_one_loss",
    "zero_one_loss_difference",
    "zero_one_loss_group_max",
    "zero_one_loss_ratio",
]
