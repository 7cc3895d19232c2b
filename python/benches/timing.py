"""Work by turns, in processor time, and one JSON line for each case.

A line holds `tool`, `n` (rows), `seconds_cpu` (the median of its turns) and what the case is called
by. Cases run by turns within one process, so that a slow minute slows all of them.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Short work is repeated within one turn until it takes this long, in seconds.
TURN_SECONDS = 0.05


@dataclass
class Case:
    """One piece of work on `n` rows; `against` is the name of the case that it is compared with."""

    tool: str
    n: int
    work: Callable[[], object]
    groups: int | None = None
    key: str | None = None
    against: str | None = None
    turns: int = 5
    seconds: list[float] = field(default_factory=list)


def by_turns(cases: list[Case]) -> None:
    """Run all cases by turns, each at most `turns` times, and print their lines."""
    for turn in range(max(case.turns for case in cases)):
        for case in cases:
            if turn < case.turns:
                case.seconds.append(_seconds(case.work, is_single=case.turns == 1))
    for case in cases:
        print_line(case, statistics.median(case.seconds))


def _seconds(work: Callable[[], object], *, is_single: bool) -> float:
    """Return the processor time of a call, after a first one unless `is_single`."""
    if not is_single:
        work()
    n_calls = 0
    start = time.process_time()
    while True:
        work()
        n_calls += 1
        spent = time.process_time() - start
        if is_single or spent >= TURN_SECONDS:
            return spent / n_calls


def print_line(case: Case, seconds: float) -> None:
    """Print the figure of a case as the bench command reads it."""
    line: dict[str, Any] = {"tool": case.tool, "n": case.n, "seconds_cpu": seconds}
    if case.groups is not None:
        line["groups"] = str(case.groups)
    if case.key is not None:
        line["key"] = case.key
    if case.against is not None:
        line["against"] = case.against
    print(json.dumps(line), flush=True)


def decisions(
    n: int, n_groups: int
) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int64]]:
    """Return made-up outcomes and decisions of 0 and 1, and groups from 0 on."""
    random = np.random.default_rng(1973)
    group = random.integers(0, n_groups, n)
    score = random.random(n)
    shift = 0.1 * (group % 5) / 5
    y_true = (random.random(n) < 0.2 + 0.4 * score + shift).astype(np.int8)
    y_pred = (score + shift > 0.55).astype(np.int8)
    return y_true, y_pred, group
