"""Fits of scikit-learn and fairlearn on Adult, as `name seconds accuracy gap objective` lines.

Usage: rivals.py FOLDER PART. FOLDER holds offsets, indices, values, targets and groups as raw numbers, and `shape`: rows,
columns, rows to fit on. Accuracy and gap (of true positive rates) are those of the rest. Seconds of processor time of
`fit` alone, the least of three runs, or one run where it takes long.
"""

import sys
import time
import warnings

import numpy as np
import scipy.sparse as sp

warnings.simplefilter("ignore")
folder, part = sys.argv[1:3]
read = lambda name, kind: np.fromfile(f"{folder}/{name}", kind)
n, d, m = (int(number) for number in open(f"{folder}/shape").read().split())
X = sp.csr_matrix((read("values", "f8"), read("indices", "u4").astype("i4"), read("offsets", "u8").astype("i4")), shape=(n, d))
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
        predicted = test(model)
        rest, truth = s[m:], y[m:]
        accuracy = np.mean(predicted == truth)
        rate = lambda group: np.mean(predicted[(truth > 0) & (rest == group)] > 0)
        gap = abs(rate(1) - rate(0))
    value = objective(model) if objective else "-"
    print(name, best, accuracy, gap, value, flush=True)


def primal(loss):
    def at(model):
        w = model.coef_[0]
        margin = y * (X @ w)
        losses = {"hinge": lambda: np.maximum(1 - margin, 0), "square": lambda: np.maximum(1 - margin, 0) ** 2,
                  "logistic": lambda: np.logaddexp(0, -margin)}
        return 0.5 * w @ w + losses[loss]().sum()
    return at


if part == "linear":
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    for tol in [1e-3, 1e-4, 1e-5]:
        report(f"logistic,tol={tol:.0e}",
               lambda: LogisticRegression(solver="liblinear", C=1.0, tol=tol, fit_intercept=False, max_iter=3000),
               lambda model: model.fit(X, y), objective=primal("logistic"))
    for tol in [1e-1, 1e-2, 1e-3]:
        report(f"hinge,tol={tol:.0e}",
               lambda: LinearSVC(loss="hinge", C=1.0, tol=tol, fit_intercept=False, max_iter=3000, dual=True),
               lambda model: model.fit(X, y), objective=primal("hinge"))
    for tol in [1e-3, 1e-4, 1e-5]:
        report(f"square,tol={tol:.0e}",
               lambda: LinearSVC(loss="squared_hinge", C=1.0, tol=tol, fit_intercept=False, max_iter=3000, dual=False),
               lambda model: model.fit(X, y), objective=primal("square"))
elif part == "rbf":
    from sklearn.svm import SVC

    dense = np.ascontiguousarray(X[:10000].toarray())
    report("rbf", lambda: SVC(C=1.0, gamma="scale", tol=1e-3, cache_size=200), lambda model: model.fit(dense, y[:10000]))
elif part == "fair":
    from fairlearn.reductions import ExponentiatedGradient, TruePositiveRateParity
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    fit_on, rest = X[:m].toarray(), X[m:].toarray()
    labels = (y[:m] > 0).astype(int)
    sign = lambda predicted: np.where(np.asarray(predicted) > 0, 1.0, -1.0)
    learners = [("logistic", lambda: LogisticRegression(solver="liblinear", max_iter=1000)),
                ("hinge", lambda: LinearSVC(loss="hinge", dual=True, max_iter=5000))]
    for name, learner in learners:
        report(f"plain-{name}", learner, lambda model: model.fit(fit_on, labels), lambda model: sign(model.predict(rest)))
        report(f"fair-{name}",
               lambda: ExponentiatedGradient(learner(), TruePositiveRateParity(difference_bound=0.01)),
               lambda model: model.fit(fit_on, labels, sensitive_features=s[:m]),
               lambda model: sign(model.predict(rest, random_state=0)), runs=1)
