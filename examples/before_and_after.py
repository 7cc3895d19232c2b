"""An ordinary model, the audit that finds its gap, a fair model, and the audit after.

On the Adult data::

    equipoise datasets fetch adult
    EQUIPOISE_DATA=... python examples/before_and_after.py

The question is equal opportunity: of the people who earn more than 50,000 dollars, does the model
find as many women as men? Both models learn from two thirds of the rows; all audits are of the
last third, which neither has seen. The sex of a person is no column of either model.
"""

import os
import warnings
from pathlib import Path

import pandas as pd

import equipoise
from equipoise import FairLogisticRegression

COLUMNS = [
    "age", "workclass", "fnlwgt", "education", "education-num", "marital-status", "occupation",
    "relationship", "race", "sex", "capital-gain", "capital-loss", "hours-per-week",
    "native-country", "income",
]  # fmt: skip


def main() -> None:
    """Print gaps and accuracies before and after, and what the certificate says."""
    folder = Path(os.environ["EQUIPOISE_DATA"]) / "adult"
    people = pd.read_csv(folder / "adult.data", header=None, names=COLUMNS, skipinitialspace=True)
    rich = (people["income"] == ">50K").astype(int)
    sex = people["sex"]
    X = pd.get_dummies(people.drop(columns=["income", "sex", "fnlwgt"]), dtype=float)
    cut = 2 * len(X) // 3
    X = (X - X[:cut].mean()) / X[:cut].std().replace(0.0, 1.0)

    with warnings.catch_warnings():
        # It says that no groups were given.
        warnings.simplefilter("ignore", equipoise.FairnessWarning)
        ordinary = FairLogisticRegression(C=0.1).fit(X[:cut], rich[:cut])
    fair = FairLogisticRegression(C=0.1, notion="equal_opportunity").fit(
        X[:cut], rich[:cut], sensitive_features=sex[:cut]
    )

    for name, model in {"ordinary": ordinary, "fair": fair}.items():
        report = equipoise.audit(
            rich[cut:], model.predict(X[cut:]), sensitive_features=sex[cut:],
            requirements=["equal_opportunity.difference <= 0.1"],
        )  # fmt: skip
        verdict = report.verdicts.iloc[0]
        interval = f"[{verdict['lower']:.3f}, {verdict['upper']:.3f}]"
        print(
            f"{name:>8}: {verdict['outcome']}, difference of true positive rates "
            f"{verdict['value']:.3f} {interval}, "
            f"accuracy {model.score(X[cut:], rich[cut:]):.3f}"
        )

    print("\nWhat the certificate says on the same rows:")
    for sentence in fair.certify(X[cut:], rich[cut:], sensitive_features=sex[cut:]).sentences:
        print(f"- {sentence}")


if __name__ == "__main__":
    main()
