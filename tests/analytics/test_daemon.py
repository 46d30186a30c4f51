"""Reports by schedule: due when they say, whole or not at all, and one that fails stops neither the others nor the daemon."""

import json
import os
import sys
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics.configuration import ConfigurationError, load
from analytics.daemon import running
from analytics.daemon.health import Health
from analytics.daemon.running import RunFailed, hold
from analytics.daemon.schedules import schedules_of
from analytics.daemon.service import Daemon
from analytics.failures import Failure
from tests.servers import Process, wait_until

BERLIN = ZoneInfo("Europe/Berlin")
FORMATS = ("html", "json")
NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)
WRITES = "import sys; open(sys.argv[sys.argv.index('--output') + 1], 'w').write(sys.argv[-3])"
FAILS = "import sys; print('cannot read for ada@example.com', file=sys.stderr); sys.exit(1)"
HANGS = "import sys, time; open(sys.argv[sys.argv.index('--output') + 1], 'w').write('half'); time.sleep(60)"


def schedule(place, **table):
    given = {"every": "1d", "folder": str(place)} | table
    return schedules_of({"weekly": {key: value for key, value in given.items() if value}}, FORMATS, BERLIN)[0]


@pytest.fixture
def command(monkeypatch):
    """Let runs use another program than the command."""
    return lambda program: monkeypatch.setattr(running, "COMMAND", (sys.executable, "-c", program))


def never(_):
    return False


def test_times_of_cron_are_those_of_the_clocks_also_where_these_change(tmp_path):
    daily = schedule(tmp_path, cron="30 6 * * *", every="")
    first = daily.first(NOW)
    assert [at.astimezone(UTC).hour for at in (first, daily.next(first))] == [4, 4]
    assert daily.next(NOW - timedelta(days=1)).astimezone(UTC) == datetime(2026, 3, 28, 5, 30, tzinfo=UTC)
    often = schedule(tmp_path, every="15m")
    assert (often.first(NOW), often.next(NOW)) == (NOW, NOW + timedelta(minutes=15))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"cron": "61 * * * *", "every": ""}, "no time of cron"),
        ({"cron": "@reboot", "every": ""}, "no time of cron"),
        ({"cron": "0 6 * * *"}, "either cron or every"),
        ({"every": "soon"}, "no duration"),
        ({"every": "0m"}, "no duration"),
        ({"formats": "html,docx"}, "no format docx"),
        ({"keep": "none"}, "keep must be"),
        ({"folder": ""}, "say the folder"),
        ({"to": "me"}, "there is no to"),
    ],
)
def test_a_schedule_that_cannot_be_says_why(tmp_path, table, sentence):
    with pytest.raises(ConfigurationError, match=f"weekly: .*{sentence}"):
        schedule(tmp_path, **table)


def test_schedules_stand_in_a_file_of_either_kind(tmp_path):
    ini, plain = tmp_path / "config.ini", tmp_path / "config.json"
    ini.write_text("[schedules.weekly]\ncron = 0 6 * * mon\nfolder = /reports\nkeep = 4\n[mcp]\ntimeout = 5\n")
    plain.write_text(json.dumps({"schedules": {"weekly": {"cron": "0 6 * * mon", "folder": "/reports", "keep": 4}}}))
    for path in (ini, plain):
        (found,) = schedules_of(load({}, path)["schedules"], FORMATS, BERLIN)
        assert (found.name, found.cron, found.keep, str(found.folder)) == ("weekly", "0 6 * * mon", 4, "/reports")


def test_whole_reports_are_kept_as_many_as_wanted_and_other_files_left_alone(tmp_path, command):
    command(WRITES)
    wanted = schedule(tmp_path, formats="html,json", keep=2, arguments="--group-by team")
    (tmp_path / "weekly-notes.html").write_text("mine")
    for day in range(3):
        running.run(wanted, [], NOW + timedelta(days=day), never)
        running.clear(wanted)
    names = [f"weekly-202603{day}T120000Z.{form}" for day in (29, 30) for form in FORMATS]
    assert sorted(os.listdir(tmp_path)) == sorted([*names, "weekly-notes.html"])
    assert (tmp_path / names[0]).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("program", "sentence"), [(FAILS, r"cannot read for \[EMAIL_REDACTED\]"), ("", "wrote nothing")]
)
def test_a_run_that_fails_leaves_nothing_and_says_why(tmp_path, command, program, sentence):
    command(program)
    with pytest.raises(RunFailed, match=sentence):
        running.run(schedule(tmp_path), [], NOW, never)
    assert os.listdir(tmp_path) == []


def test_a_run_is_abandoned_without_a_trace_when_the_daemon_ends(tmp_path, command):
    command(HANGS)
    begun = threading.Event()

    def stopping(seconds):
        return begun.is_set() or (any(tmp_path.glob(".run-*/*")) and begun.set()) or False

    with pytest.raises(running.Abandoned):
        running.run(schedule(tmp_path), [], NOW, stopping)
    assert os.listdir(tmp_path) == []


def test_two_do_not_write_to_one_folder_and_what_a_killed_run_left_is_cleared(tmp_path):
    left = tmp_path / ".run-old"
    left.mkdir()
    (left / "half.html").write_text("half")
    with hold(tmp_path):
        assert not left.exists()
        with pytest.raises(Failure, match="Another daemon writes to"):
            hold(tmp_path)
    hold(tmp_path).close()


def test_one_that_fails_stops_no_other_and_a_bad_configuration_changes_nothing(tmp_path, command, monkeypatch):
    command(
        "import sys; sys.exit('no') if 'bad' in sys.argv else open(sys.argv[sys.argv.index('--output') + 1], 'w').write('x')"
    )
    tables = {name: {"every": "1d", "folder": str(tmp_path), "arguments": name} for name in ("bad", "good")}
    health, answers = Health(), [tables, {"bad": {}}]
    daemon = Daemon(lambda: schedules_of(answers.pop(0), FORMATS, BERLIN), [], health)
    plan = health.plan

    def planned(times, problem=""):
        plan(times, problem)
        if health.shape()["schedules"]["good"]["reports"] and answers:
            daemon.reload()
        elif problem:
            daemon.end()

    monkeypatch.setattr(health, "plan", planned)
    daemon.start()
    daemon.serve()
    shape = health.shape()
    assert shape["status"] == "degraded"
    assert "bad: give either cron or every" in shape["configuration"]
    assert (shape["schedules"]["bad"]["problem"], shape["schedules"]["bad"]["failures"]) == ("no", 1)
    assert len(shape["schedules"]["good"]["reports"]) == 1
    assert b'ticket_analyzer_runs_total{result="failed",schedule="bad"} 1.0' in health.metrics()


def asked(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.read().decode()


@pytest.mark.services
def test_the_process_reports_tells_its_health_and_ends_cleanly(tmp_path):
    tickets, reports = tmp_path / "tickets.csv", tmp_path / "reports"
    tickets.write_text("id,status,created_at\n1,open,2026-11-01T10:00:00Z\n")
    configuration = tmp_path / "config.json"
    good = {
        "input": str(tickets),
        "daemon_port": 0,
        "schedules": {"often": {"every": "1d", "folder": str(reports), "formats": ["json"]}},
    }
    configuration.write_text(json.dumps(good))
    start = ("-c", "from analytics.cli.main import main; main()", "--config", str(configuration), "daemon")
    with Process(*start, HOME=str(tmp_path), DATA_DIR=str(tmp_path / "data")) as daemon:
        told = wait_until(lambda: "Health and metrics: http://" in daemon.said() and daemon.said(), 60, "the port")
        port = int(told.partition("127.0.0.1:")[2].partition("/")[0])
        wait_until(lambda: list(reports.glob("often-*.json")), 60, "the report")
        wait_until(
            lambda: json.loads(asked(port, "/health"))["schedules"]["often"]["last_success"], 30, "the news of it"
        )
        assert "ticket_analyzer_last_success_timestamp_seconds" in asked(port, "/metrics")
        configuration.write_text("{")
        daemon.popen.send_signal(1)
        wait_until(lambda: json.loads(asked(port, "/health"))["status"] == "degraded", 30, "the bad configuration")
        configuration.write_text(json.dumps(good))
        daemon.popen.send_signal(1)
        wait_until(lambda: json.loads(asked(port, "/health"))["status"] == "healthy", 30, "the good one")
        assert daemon.stop() == 0
    assert json.loads(next(reports.glob("often-*.json")).read_text())["ticket_count"] == 1
    assert not list(reports.glob(".run-*"))
