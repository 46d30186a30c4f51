"""`ticket-analyzer` as a process, outside of the project: pipes that close, Ctrl-C, folders that take nothing, and what is loaded."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START = "from analytics.cli.main import main; main()"
SLOW = "import os, time; os.fsync = lambda _: (print('here', flush=True), time.sleep(60)); "


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.csv"
    path.write_text("id,status,created,resolved\n1,Closed,2026-03-02T08:00:00Z,2026-03-02T10:00:00Z\n")
    return path


def start(folder: Path, *args: object, code: str = START, **more: object) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "DATABASE"))}
    own |= {"PYTHONPATH": str(ROOT), "HOME": str(folder)}
    command = [sys.executable, "-c", code, *map(str, args)]
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.Popen(command, cwd=folder, env=own, text=True, **more)


def test_a_file_needs_no_desk(tickets, tmp_path):
    code = f"import sys\ntry:\n    {START}\nfinally:\n    print([name for name in ('django', 'rest_framework', 'pandas', 'openpyxl') if name in sys.modules], file=sys.stderr)"
    out, err = start(tmp_path, "analyze", "-i", tickets, code=code).communicate()
    assert "1 tickets created" in out
    assert err == "[]\n"


def test_a_reader_that_leaves_early_is_not_told_off(tickets, tmp_path):
    process = start(tmp_path, "analyze", "-i", tickets, "-f", "json")
    process.stdout.close()
    process.wait()
    assert process.stderr.read() == ""


def test_ctrl_c_leaves_nothing_half_written_and_ends_with_130(tickets, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    process = start(tmp_path, "analyze", "-i", tickets, "-o", folder / "a.txt", code=SLOW + START)
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, list(folder.iterdir())) == (130, [])
    assert "Interrupted" in err


def test_a_folder_that_is_not_there_is_a_sentence(tickets, tmp_path):
    process = start(tmp_path, "analyze", "-i", tickets, "-o", tmp_path / "nowhere" / "a.txt")
    _, err = process.communicate()
    assert (process.returncode, "cannot be written: No such file or directory" in err, "Traceback" in err) == (
        1,
        True,
        False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_an_answer_that_does_not_fit_on_the_disk_is_a_sentence_and_no_success(tickets, tmp_path):
    with Path("/dev/full").open("w") as full:
        process = start(tmp_path, "analyze", "-i", tickets, stdout=full)
    _, err = process.communicate()
    assert (process.returncode, err) == (
        1,
        "The answer cannot be written: No space left on device. What is there is not whole.\n",
    )
