"""Measure how unequally a model treats groups of people, and how sure one can be of it.

>>> import equipoise
>>> report = equipoise.audit(
...     y_pred=[1, 0, 0, 1] * 50,
...     sensitive_features={"sex": ["f", "f", "f", "m"] * 50},
...     requirements=["dp.ratio >= 0.8"],
... )
>>> report.outcome
'violated'
"""

from typing import TYPE_CHECKING, Any

from ._audit import Audit, audit, audit_table, load_state
from ._equipoise import __version__
from ._errors import (
    EquipoiseError,
    EquipoiseWarning,
    FairnessWarning,
    FileError,
    FileMissingError,
    InputError,
    InputTypeError,
    RequirementError,
    StateError,
    UnfairError,
)
from ._report import Report

if TYPE_CHECKING:
    from ._certificate import Certificate
    from ._fair_classifiers import FairLogisticRegression, FairRidgeClassifier, FairSVC
    from ._fair_regressors import FairRidge, FairSVR
    from ._fair_transformers import FairElimination, FairProjection
    from ._models import Explanation, Model, load_model, train_table
    from ._plot import plot, plot_gaps, plot_groups
    from ._reweighing import Reweighing
    from ._scorer import make_scorer
    from ._weights import reweigh

__all__ = [
    "Audit",
    "Certificate",
    "EquipoiseError",
    "EquipoiseWarning",
    "Explanation",
    "FairElimination",
    "FairLogisticRegression",
    "FairProjection",
    "FairRidge",
    "FairRidgeClassifier",
    "FairSVC",
    "FairSVR",
    "FairnessWarning",
    "FileError",
    "FileMissingError",
    "InputError",
    "InputTypeError",
    "Model",
    "Report",
    "RequirementError",
    "Reweighing",
    "StateError",
    "UnfairError",
    "__version__",
    "audit",
    "audit_table",
    "load_model",
    "load_state",
    "make_scorer",
    "plot",
    "plot_gaps",
    "plot_groups",
    "reweigh",
    "train_table",
]

#: What is imported when it is first asked for: an audit alone should start without it.
_LAZY = {
    "Certificate": "_certificate",
    "Explanation": "_models",
    "Model": "_models",
    "load_model": "_models",
    "train_table": "_models",
    "FairElimination": "_fair_transformers",
    "FairLogisticRegression": "_fair_classifiers",
    "FairProjection": "_fair_transformers",
    "FairRidge": "_fair_regressors",
    "FairRidgeClassifier": "_fair_classifiers",
    "FairSVC": "_fair_classifiers",
    "FairSVR": "_fair_regressors",
    "Reweighing": "_reweighing",
    "make_scorer": "_scorer",
    "plot": "_plot",
    "plot_gaps": "_plot",
    "plot_groups": "_plot",
    "reweigh": "_weights",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        value = getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "sklearn":
            raise
        needed = "needs scikit-learn 1.6 or newer: pip install 'equipoise[sklearn]'"
        raise ImportError(f"`{__name__}.{name}` {needed}", name=error.name) from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
