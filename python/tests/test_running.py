"""Audits as guests of a process: other threads, Ctrl-C, forks, and the memory they leave behind."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import equipoise

RNG = np.random.default_rng(9)

posix = pytest.mark.skipif(os.name != "posix", reason="needs pipes with names, signals and fork")


def run(program: str) -> str:
    """Run a program of its own and return what it prints; one that hangs is ended."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_threads_audit_beside_each_other() -> None:
    pred, sex = RNG.integers(0, 2, 20_000), RNG.integers(0, 3, 20_000)

    def once(_: int) -> str:
        return equipoise.audit(y_pred=pred, sensitive_features=sex).to_json()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(once, range(16)))) == 1


@posix
def test_other_threads_run_while_one_audits(tmp_path: Path) -> None:
    pipe = str(tmp_path / "rows.csv")
    os.mkfifo(pipe)
    # The audit waits for rows that another thread of Python writes: for ever, if it held the lock.
    program = f"""
import threading, equipoise
def write():
    with open({pipe!r}, "w") as file:
        file.write("p,g\\n1,a\\n0,b\\n")
threading.Thread(target=write).start()
print(equipoise.audit_table({pipe!r}, prediction="p", sensitive="g").rows)
"""
    assert run(program) == "2\n"


@posix
def test_ctrl_c_ends_an_audit_that_waits_for_ever(tmp_path: Path) -> None:
    pipe = str(tmp_path / "rows.csv")
    os.mkfifo(pipe)
    program = f"""
import os, signal, threading, equipoise
threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    equipoise.audit_table({pipe!r}, prediction="p", sensitive="g")
except KeyboardInterrupt:
    print("interrupted", equipoise.audit(y_pred=[1, 0], sensitive_features=[1, 2]).rows)
"""
    assert run(program) == "interrupted 2\n"


@posix
def test_ctrl_c_ends_a_long_audit_and_leaves_the_stream_whole() -> None:
    program = """
import os, signal, threading
import numpy as np, equipoise
audit = equipoise.Audit(prediction="p", sensitive="g", threads=1)
audit.update({"p": [1, 0], "g": [1, 2]})
n = 100_000_000
many = {"p": np.zeros(n, np.int8), "g": np.zeros(n, np.int8)}
threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    while True:
        audit.update(many)
except KeyboardInterrupt:
    print("interrupted", audit.rows % n)
"""
    assert run(program) == "interrupted 2\n"


@posix
def test_forked_child_audits_too() -> None:
    program = """
import os, equipoise
audit = lambda: equipoise.audit(y_pred=[1, 0] * 50, sensitive_features=[1, 2, 2, 1] * 25).to_json()
before = audit()
child = os.fork()
if child == 0:
    os._exit(0 if audit() == before else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert run(program) == "0\n"


def resident() -> int:
    """Return the bytes of memory that the process holds, as Linux tells."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux's /proc")
def test_many_audits_leave_no_memory_behind() -> None:
    pred, sex = RNG.integers(0, 2, 1000), RNG.choice(["f", "m"], 1000).astype(object)

    def audits(n: int) -> None:
        for _ in range(n):
            # No group is large enough to be compared: what is slow about an audit is left out.
            report = equipoise.audit(y_pred=pred, sensitive_features={"sex": sex}, rows_min=9999)
            report.to_json()
            with pytest.raises(equipoise.InputError):
                equipoise.audit(pred, pred[:3], sensitive_features={"sex": sex})

    audits(100)
    gc.collect()
    before = resident()
    audits(800)
    gc.collect()
    # A report's statistics alone would be more than this, kept 800 times.
    assert resident() - before < 1_500_000


def test_signals_are_left_as_they_were() -> None:
    handler = signal.getsignal(signal.SIGINT)
    equipoise.audit(y_pred=[1, 0], sensitive_features=[1, 2])
    assert signal.getsignal(signal.SIGINT) is handler
