"""What was shown of a model: sentences, each with what it rests on."""

from __future__ import annotations

from typing import Any

from ._frames import Field, frame_of

__all__ = ["Certificate", "certificate_of"]


class Certificate:
    """What was shown of a model, as sentences; it never says that a model is fair.

    A certificate keeps apart what holds of the rows that were looked at (*empirical*) and what is
    claimed of all rows like them, with the level and the assumptions; and the mean of the score,
    which a fit makes alike, from the rates of decisions, which only rows held out can show.

    Attributes
    ----------
    sentences : list of str
        What was shown, statement by statement.
    confidence : float
        The level of all bounds and intervals.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise import FairLogisticRegression
    >>> rng = np.random.default_rng(0)
    >>> sex = rng.choice(["f", "m"], 400)
    >>> X = rng.normal(size=(400, 2)) + (sex == "m")[:, None]
    >>> y = (X.sum(axis=1) + rng.normal(size=400) > 1).astype(int)
    >>> model = FairLogisticRegression().fit(X[:300], y[:300], sensitive_features=sex[:300])
    >>> model.certificate_.gaps
    >>> certificate = model.certify(X[300:], y[300:], sensitive_features=sex[300:])
    >>> certificate.gaps["quantity"].tolist()
    ['equal_opportunity.difference']
    """

    __slots__ = ("_gaps", "_library", "confidence", "sentences")

    def __init__(
        self,
        sentences: list[str],
        confidence: float,
        gaps: list[dict[str, Any]] | None = None,
        library: str | None = None,
    ) -> None:
        self.sentences = sentences
        self.confidence = confidence
        self._gaps = gaps
        self._library = library

    @property
    def gaps(self) -> Any:
        """The largest gap of each attribute in rows held out, with its interval.

        A table with the columns ``attribute``, ``quantity``, ``gap``, ``lower`` and ``upper``
        (``class`` before them for more than two classes); `None` where no rows were held out.
        """
        if self._gaps is None:
            return None
        names = ["class"] if any("class" in gap for gap in self._gaps) else []
        fields = [
            Field(name, "text", [gap[name] for gap in self._gaps])
            for name in [*names, "attribute", "quantity"]
        ]
        fields += [
            Field(name, "number", [gap[name] for gap in self._gaps])
            for name in ("gap", "lower", "upper")
        ]
        return frame_of(fields, self._library)

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def __repr__(self) -> str:
        return f"<Certificate of {len(self.sentences)} sentences, confidence {self.confidence}>"


def certificate_of(
    said: list[list[str]],
    classes: list[str],
    confidence: float,
    gaps: list[dict[str, Any]] | None = None,
    library: str | None = None,
) -> Certificate | None:
    """Return one certificate of all scores; `None` where nothing was asked of groups."""
    if not said:
        return None
    sentences: list[str] = []
    for place, of_score in enumerate(said):
        if len(said) > 1:
            sentences.append(f"Of `{classes[place]}` against the rest:")
        sentences.extend(of_score)
    if gaps is not None:
        gaps = [{**gap, "class": classes[gap["score"]]} if len(said) > 1 else gap for gap in gaps]
    return Certificate(sentences, confidence, gaps, library)
