"""Runs the pages of ``docs/guide`` and the README's Python part, and compares what they print.

The convention, which ``docs/guide/README.md`` states for readers:

- a block fenced as ``python`` is run; the blocks of a page share one namespace, from top to bottom;
- what it prints stands in the ``text`` block right after it; a block without one prints nothing;
- ``python needs=fairlearn`` is run only where that module is installed, on a copy of the namespace,
  so nothing later depends on it; elsewhere it is only compiled;
- ``sh`` is run in the folder of the page's files, where ``EQUIPOISE_COMMAND`` names the program;
- a picture that a page shows is one that the page has made;
- in a table, what stands as code in a column headed "equipoise" or "requirement" exists.

Any other block on a page of the guide is a mistake. ``GUIDE_UPDATE=1`` writes outputs and pictures
into the pages instead of comparing them.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import importlib.util
import inspect
import io
import os
import pkgutil
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
README = ROOT / "README.md"
PAGES = [*sorted(GUIDE.glob("*.md")), README]
UPDATE = os.environ.get("GUIDE_UPDATE") == "1"

# What a page may import without `needs=`: the page is skipped where one of these is absent.
EXTRAS = {"matplotlib", "pandas", "polars", "pyarrow", "sklearn"}


@dataclasses.dataclass
class Block:
    """A block of code with the lines of its fences, and the block of output that follows it."""

    kind: str
    needs: list[str]
    text: str
    first: int
    last: int
    output: Block | None = None

    @property
    def expected(self) -> str:
        return self.output.text if self.output else ""


def code_of(page: Path) -> list[Block]:
    """The code blocks of a page in order; fails on a block that would not be checked."""
    lines = page.read_text(encoding="utf-8").splitlines()
    code: list[Block] = []
    for block in fenced(page, lines):
        where = f"{page.name}:{block.first + 1}"
        if block.kind in {"python", "sh"}:
            code.append(block)
        elif block.kind == "text":
            assert code and code[-1].output is None, f"{where}: output without code"
            between = lines[code[-1].last + 1 : block.first]
            assert not any(between), f"{where}: only empty lines stand between code and output"
            code[-1].output = block
        else:
            # The README shows the command line too; the tests of the command run that.
            assert page == README and not block.kind, f"{where}: nothing checks {block.kind!r}"
    return code


def fenced(page: Path, lines: list[str]) -> list[Block]:
    """All fenced blocks, each with what its opening fence says."""
    found: list[Block] = []
    start: int | None = None
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start = number
            continue
        assert line == "```", f"{page.name}:{number + 1}: a fence opens inside a block"
        kind, *options = lines[start][3:].split() or [""]
        needs = [option.removeprefix("needs=") for option in options]
        assert all(f"needs={name}" == option for name, option in zip(needs, options, strict=True))
        text = "".join(line + "\n" for line in lines[start + 1 : number])
        found.append(Block(kind, needs, text, start, number))
        start = None
    assert start is None, f"{page.name}: the last block is not closed"
    return found


def is_there(name: str) -> bool:
    """Whether a module is installed, or, in capitals, an environment variable is set."""
    return bool(os.environ.get(name)) if name.isupper() else bool(importlib.util.find_spec(name))


def run_python(page: Path, block: Block, names: dict[str, Any]) -> str:
    """Runs a block and returns what it printed; a mistake shows the line of the page."""
    source = "\n" * (block.first + 1) + block.text
    code = compile(source, str(page), "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        import equipoise

        # A page that decides something in silence would teach that silence.
        warnings.simplefilter("error", equipoise.EquipoiseWarning)
        exec(code, dict(names) if block.needs else names)
    return "".join(line.rstrip() + "\n" for line in printed.getvalue().splitlines())


def run_shell(block: Block) -> str:
    """Runs a block in a shell that knows `equipoise`, and returns what it printed."""
    program = os.environ["EQUIPOISE_COMMAND"]
    script = f'set -e\nequipoise() {{ "{program}" "$@"; }}\n{block.text}'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{block.text}{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_prints_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    printed: list[tuple[Block, str]] = []
    for block in code_of(page):
        needs = ["EQUIPOISE_COMMAND"] if block.kind == "sh" else block.needs
        if not all(map(is_there, needs)):
            if block.kind == "python":
                compile(block.text, str(page), "exec")
            continue
        try:
            out = run_shell(block) if block.kind == "sh" else run_python(page, block, names)
        except ModuleNotFoundError as missing:
            if missing.name in EXTRAS:
                pytest.skip(f"{page.name} needs {missing.name}")
            raise
        printed.append((block, out))
        if not UPDATE:
            assert out == block.expected, f"{page.name}:{block.first + 1}"
    if UPDATE:
        write_outputs(page, printed)
    check_pictures(page, tmp_path)


def write_outputs(page: Path, printed: list[tuple[Block, str]]) -> None:
    """Puts what was printed into the page, from the last block to the first."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for block, out in reversed(printed):
        end = (block.output or block).last + 1
        text = ["", "```text", *out.splitlines(), "```"] if out else []
        lines[block.last + 1 : end] = text
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def check_pictures(page: Path, made: Path) -> None:
    """Each picture of the page was made by it just now, and looks the same."""
    for name in re.findall(r"!\[[^\]]*\]\(img/([^)]+)\)", page.read_text(encoding="utf-8")):
        assert (made / name).exists(), f"{page.name} shows {name} and does not make it"
        kept = GUIDE / "img" / name
        if UPDATE:
            shutil.copyfile(made / name, kept)
        assert_same_picture(kept, made / name)


def assert_same_picture(kept: Path, made: Path) -> None:
    """Near equal pixels where one version of matplotlib drew both; others place text otherwise."""
    image = pytest.importorskip("PIL.Image")
    with image.open(kept) as old, image.open(made) as new:
        if old.info["Software"] == new.info["Software"]:
            assert old.size == new.size, f"{kept.name} has changed"
            changed = np.asarray(old.convert("L"), float) - np.asarray(new.convert("L"), float)
            # Another processor may round the edge of a line; a line that moves is darker by far.
            assert np.abs(changed).max() < 64, f"{kept.name} has changed"


def names_of(page: Path) -> list[str]:
    """The code in those columns of a page's tables that name what equipoise offers."""
    names: list[str] = []
    columns: list[int] | None = None
    for line in page.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            columns = None
            continue
        cells = line.strip("|").split("|")
        if columns is None:
            heads = [cell.strip() for cell in cells]
            columns = [at for at, head in enumerate(heads) if head in {"equipoise", "requirement"}]
        for at in columns:
            names += re.findall(r"`([^`]+)`", cells[at])
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_table_names_exists(page: Path) -> None:
    import equipoise

    table = {
        "y": [1, 0] * 40,
        "decision": [1, 1, 0, 0] * 20,
        "sex": ["f", "m"] * 40,
        "z": ["a"] * 40 + ["b"] * 40,
    }
    roles: dict[str, Any] = {"target": "y", "prediction": "decision", "reference": "m"}
    roles |= {"sensitive": "sex", "strata": "z"}
    parameters = {*inspect.signature(equipoise.audit).parameters}
    parameters |= {*inspect.signature(equipoise.audit_table).parameters}
    for name in names_of(page):
        if name.startswith("equipoise."):
            pkgutil.resolve_name(name)
        elif name.startswith("report."):
            assert hasattr(equipoise.Report, name.removeprefix("report.").removesuffix("()")), name
        elif name in parameters or name[0] == '"':
            pass
        elif re.match(r"\w+=", name):
            keywords = name + "None" if name.endswith("=") else name
            call = ast.parse(f"f({keywords})", mode="eval").body
            assert isinstance(call, ast.Call)
            assert {keyword.arg for keyword in call.keywords} <= parameters, name
        elif re.search("[<>]=", name):
            assert equipoise.audit_table(table, **roles, requirements=[name]).outcome
        elif name.endswith(("_parity", "_odds", "_opportunity")):
            assert len(equipoise.audit_table(table, **roles, notions=[name]).gaps)
        else:
            assert equipoise.audit_table(table, **roles, metrics=[name]).sections


def test_every_page_is_in_the_index_and_every_link_leads_somewhere() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
    index = (GUIDE / "README.md").read_text(encoding="utf-8")
    for page in GUIDE.glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in index
    assert "(docs/guide/README.md)" in README.read_text(encoding="utf-8")
