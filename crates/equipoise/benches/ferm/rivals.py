"""Fits of scikit-learn and fairlearn on Adult, as `name seconds accuracy gap objective` lines.

Usage: rivals.py FOLDER PART. FOLDER holds offsets, indices, values, targets and groups as raw
numbers, and `shape`: rows, columns, rows to fit on. Accuracy and gap (of true positive rates) are
those of the rest. Seconds of processor time of `fit` alone, the least of three runs, or one run
where it takes long.
"""

import sys
import time
import warnings
from functools import partial

import numpy as np
import scipy.sparse as sp

warnings.simplefilter("ignore")
folder, part = sys.argv[1:3]


def read(name, kind):
    return np.fromfile(f"{folder}/{name}", kind)


with open(f"{folder}/shape") as shape:
    n, d, m = (int(number) for number in shape.read().split())
indices, offsets = (read(*of).astype("i4") for of in [("indices", "u4"), ("offsets", "u8")])
X = sp.csr_matrix((read("values", "f8"), indices, offsets), shape=(n, d))
y, s = read("targets", "f8"), read("groups", "u1")


def report(name, make, fit, test=None, objective=None, runs=3):
    best = np.inf
    for _ in range(runs):
        model = make()
        start = time.process_time()
        fit(model)
        best = min(best, time.process_time() - start)
    accuracy, gap = "-", "-"
    if test is not None:
        predicted, rest, truth = test(model), s[m:], y[m:]
        accuracy = np.mean(predicted == truth)
        rates = [np.mean(predicted[(truth > 0) & (rest == group)] > 0) for group in (0, 1)]
        gap = abs(rates[1] - rates[0])
    value = objective(model) if objective else "-"
    print(name, best, accuracy, gap, value, flush=True)


LOSSES = {
    "hinge": lambda margin: np.maximum(1 - margin, 0),
    "square": lambda margin: np.maximum(1 - margin, 0) ** 2,
    "logistic": lambda margin: np.logaddexp(0, -margin),
}


def primal(loss):
    def at(model):
        w = model.coef_[0]
        return 0.5 * w @ w + LOSSES[loss](y * (X @ w)).sum()

    return at


def sign(predicted):
    return np.where(np.asarray(predicted) > 0, 1.0, -1.0)


if part == "linear":
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    def fit(model):
        model.fit(X, y)

    alike = {"C": 1.0, "fit_intercept": False, "max_iter": 3000}
    for tol in [1e-3, 1e-4, 1e-5]:
        logistic = partial(LogisticRegression, solver="liblinear", tol=tol, **alike)
        report(f"logistic,tol={tol:.0e}", logistic, fit, objective=primal("logistic"))
        square = partial(LinearSVC, loss="squared_hinge", tol=tol, dual=False, **alike)
        report(f"square,tol={tol:.0e}", square, fit, objective=primal("square"))
    for tol in [1e-1, 1e-2, 1e-3]:
        hinge = partial(LinearSVC, loss="hinge", tol=tol, dual=True, **alike)
        report(f"hinge,tol={tol:.0e}", hinge, fit, objective=primal("hinge"))
elif part == "rbf":
    from sklearn.svm import SVC

    dense = np.ascontiguousarray(X[:10000].toarray())
    machine = partial(SVC, C=1.0, gamma="scale", tol=1e-3, cache_size=200)
    report("rbf", machine, lambda model: model.fit(dense, y[:10000]))
elif part == "fair":
    from fairlearn.reductions import ExponentiatedGradient, TruePositiveRateParity
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    fit_on, rest = X[:m].toarray(), X[m:].toarray()
    labels = (y[:m] > 0).astype(int)

    def fair(learner):
        return ExponentiatedGradient(learner(), TruePositiveRateParity(difference_bound=0.01))

    for name, learner in [
        ("logistic", partial(LogisticRegression, solver="liblinear", max_iter=1000)),
        ("hinge", partial(LinearSVC, loss="hinge", dual=True, max_iter=5000)),
    ]:
        report(
            f"plain-{name}",
            learner,
            lambda model: model.fit(fit_on, labels),
            lambda model: sign(model.predict(rest)),
        )
        report(
            f"fair-{name}",
            partial(fair, learner),
            lambda model: model.fit(fit_on, labels, sensitive_features=s[:m]),
            lambda model: sign(model.predict(rest, random_state=0)),
            runs=1,
        )
