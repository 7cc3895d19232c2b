"""What a fit says of itself: how it ended, and how far groups were apart on the fitting rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._frames import Field, frame_of

__all__ = ["Training"]

Array = Any

#: Columns of each table: its name, and what the column holds.
_CELLS = {
    "attribute": "text", "event": "text", "group": "text", "rows": "count", "weight": "number",
    "score_mean": "number", "rate": "number",
}  # fmt: skip
_CONSTRAINTS = {
    "attribute": "text", "event": "text", "group": "text", "against": "text", "gap": "number",
    "bound": "number", "active": "count", "distance": "number",
}  # fmt: skip
_EMPTY = {"attribute": "text", "event": "text", "group": "text"}


class Training:
    """What a fit says of itself, on the rows that it was fitted to.

    All that is said of groups is *empirical*: it holds of the fitting rows, and of others up to
    chance. What the constraint makes equal is the mean of the score; `cells` shows the rates beside
    it, which may still differ.

    A model of more than two classes has a score for each class; each array has an entry for each
    score, and each table a column ``class``.

    Attributes
    ----------
    method : str
        The method: ``"fair_svm"``, ``"fair_logistic"``, ``"fair_ridge"``, ``"fair_svr"``.
    notion : str or None
        What was not to depend on the group; `None` for the ordinary model.
    rows : int
        Rows with a positive weight.
    converged : ndarray of bool, shape (n_scores,)
        Whether the tolerance was met.
    status : list of str
        Why the solver ended, in a word or two.
    n_iter : ndarray of int, shape (n_scores,)
        Iterations of the last solve; 0 for a direct solution.
    accuracy : ndarray of float, shape (n_scores,)
        How far from the optimum the answer can be, relative to its scale.
    objective : ndarray of float, shape (n_scores,)
        Penalty and losses together.
    squared_norm : ndarray of float, shape (n_scores,)
        The squared norm of the weights, in the space of the kernel.
    n_solves : ndarray of int, shape (n_scores,)
        Problems that were solved until the active constraints were found; 1 at a bound of 0.
    rank : ndarray of int, shape (n_scores,)
        How many constraints are independent: dimensions that the score was denied.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise import FairRidge
    >>> X = np.array([[0.0, 1], [1, 0], [2, 1], [3, 1], [4, 0], [5, 1]])
    >>> model = FairRidge().fit(X, [0, 1, 3, 3, 5, 5], sensitive_features=list("aabbab"))
    >>> model.training_
    <Training of fair_ridge on 6 rows: demographic_parity, converged>
    >>> model.training_.constraints["bound"].tolist()
    [0.0]
    """

    def __init__(
        self,
        said: list[dict[str, Any]],
        classes: Array | None,
        features: Array | None,
        library: str | None,
    ) -> None:
        self._said = said
        self._library = library
        self._features = features
        self._classes: list[str] | None = None
        if classes is not None:
            # One score is that of the second class.
            self._classes = [str(label) for label in classes[-len(said) :]]
        self.method: str = said[0]["method"]
        self.rows: int = said[0]["rows"]
        self.status: list[str] = [one["status"] for one in said]
        self.converged: Array = np.array([one["converged"] for one in said])
        self.n_iter: Array = np.array([one["iterations"] for one in said], dtype=np.int64)
        self.accuracy: Array = np.array([one["accuracy"] for one in said], dtype=np.float64)
        self.objective: Array = np.array([one["objective"] for one in said], dtype=np.float64)
        self.squared_norm: Array = np.array([one["squared_norm"] for one in said])
        self.n_solves: Array = np.array([one["solves"] for one in said], dtype=np.int64)
        compared = [one["comparison"] for one in said if one["comparison"] is not None]
        self.notion: str | None = compared[0]["notion"] if compared else None
        self.rank: Array = np.array([one["rank"] for one in compared] or [0] * len(said))

    @property
    def cells(self) -> Any:
        """Every group in every event: rows, weight, mean of the score, share of positive scores."""
        return self._table("cells", _CELLS)

    @property
    def constraints(self) -> Any:
        """Every difference that was bounded: the gap of mean scores, its bound, and the distance.

        ``active`` is 1 where the bound is met with equality; ``distance`` is that of the groups'
        mean rows, in the space of the kernel: how much of the groups the features tell.
        """
        return self._table("constraints", _CONSTRAINTS)

    @property
    def empty(self) -> Any:
        """Groups without rows in an event, of which nothing was asked there."""
        return self._table("empty", _EMPTY)

    @property
    def signal(self) -> Any:
        """Which features carry the differences: those of the groups' means, by feature.

        Has a row for each constraint and feature; no rows unless the kernel is linear.
        """
        columns: dict[str, list[Any]] = {"attribute": [], "group": [], "against": [], "event": []}
        names: list[str] = []
        values: list[float] = []
        classes: list[str] = []
        for place, one in self._compared():
            listed = one["constraints"]
            signal = one["signal"]
            n_constraints = len(listed["gap"])
            n_features = len(signal) // n_constraints if n_constraints else 0
            for number in range(n_constraints if n_features else 0):
                for name, column in columns.items():
                    column.extend([listed[name][number]] * n_features)
                values.extend(signal[number * n_features : (number + 1) * n_features].tolist())
                names.extend(self._names(n_features))
                if self._classes is not None:
                    classes.extend([self._classes[place]] * n_features)
        fields = [Field(name, "text", column) for name, column in columns.items()]
        fields += [Field("feature", "text", names), Field("difference", "number", values)]
        return self._framed(fields, classes)

    def _names(self, n_features: int) -> list[str]:
        if self._features is not None:
            return [str(name) for name in self._features]
        return [f"x{place}" for place in range(n_features)]

    def _compared(self) -> list[tuple[int, dict[str, Any]]]:
        comparisons = [(place, one["comparison"]) for place, one in enumerate(self._said)]
        return [(place, one) for place, one in comparisons if one is not None]

    def _table(self, name: str, kinds: dict[str, Any]) -> Any:
        columns: dict[str, list[Any]] = {column: [] for column in kinds}
        classes: list[str] = []
        for place, one in self._compared():
            for column in kinds:
                columns[column].extend(one[name][column])
            if self._classes is not None:
                classes.extend([self._classes[place]] * len(one[name]["group"]))
        return self._framed([Field(c, kinds[c], columns[c]) for c in kinds], classes)

    def _framed(self, fields: list[Field], classes: list[str]) -> Any:
        if self._classes is not None:
            fields = [Field("class", "text", classes), *fields]
        return frame_of(fields, self._library)

    def __repr__(self) -> str:
        asked = self.notion or "nothing asked of groups"
        ended = "converged" if self.converged.all() else "not converged"
        return f"<Training of {self.method} on {self.rows} rows: {asked}, {ended}>"
