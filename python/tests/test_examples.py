"""The programs of `examples/` run, and say what they are there to show."""

import os
import re
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.skipif(
    "EQUIPOISE_DATA" not in os.environ, reason="needs the Adult data of EQUIPOISE_DATA"
)
def test_the_gap_falls_and_the_certificate_finds_what_the_audit_finds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    runpy.run_path(str(EXAMPLES / "before_and_after.py"), run_name="__main__")
    said = capsys.readouterr().out
    line = r"(ordinary|fair): (\w+), .*? ([\d.]+) \[([\d.]+), ([\d.]+)\], accuracy ([\d.]+)"
    found = {name: numbers for name, *numbers in re.findall(line, said)}
    ordinary, fair = (
        [float(number) for number in found[name][1:]] for name in ("ordinary", "fair")
    )
    assert (found["ordinary"][0], found["fair"][0]) == ("undecided", "holds")
    assert fair[0] < ordinary[0] / 2
    assert fair[3] > ordinary[3] - 0.01
    certified = re.search(
        r"largest difference of rates .*? is ([\d.]+) .*? between ([\d.]+) and ([\d.]+)", said
    )
    assert certified is not None
    assert [round(float(number), 3) for number in certified.groups()] == fair[:3]
