"""Signing in by a command: only those that the configuration allows, with little of the environment, and no more often than needed."""

import json
import os

import pytest

from analytics.sources import SourceError
from analytics.sources.signing_in import SignIn

NOON = 1_800_000_000.0


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of its own, and commands in PATH: `kinit` notes its environment and fails as often as `fails` says."""
    commands = tmp_path / "bin"
    commands.mkdir()
    script = commands / "kinit"
    script.write_text(
        "#!/bin/sh\n"
        f'/usr/bin/env > {tmp_path}/env\necho "$@" >> {tmp_path}/calls\n'
        f"if [ -s {tmp_path}/fails ]; then sed -i 1d {tmp_path}/fails; exit 3; fi\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{commands}:/usr/bin:/bin")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not to be passed on")
    return tmp_path


def calls(home):
    path = home / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_a_sign_in_holds_for_its_lifetime(home):
    sign_in = SignIn("kinit -k 'the key; rm'", lifetime=100)
    for moment in (NOON, NOON + 99, NOON + 101):
        sign_in.ensure(moment)
    assert calls(home) == ["-k the key; rm"] * 2
    kept = home / ".ticket-analyzer" / "session.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert "the key" not in kept.read_text()


@pytest.mark.parametrize("spoilt", ["open to others", "of another command", "unreadable", "of the future", "forgotten"])
def test_what_was_kept_is_believed_only_where_it_can_be(home, spoilt):
    sign_in = SignIn("kinit")
    sign_in.ensure(NOON)
    kept = home / ".ticket-analyzer" / "session.json"
    if spoilt == "open to others":
        kept.chmod(0o644)
    elif spoilt == "of another command":
        sign_in = SignIn("kinit -R")
    elif spoilt == "unreadable":
        kept.write_text("{")
    elif spoilt == "of the future":
        kept.write_text(json.dumps(json.loads(kept.read_text()) | {"at": NOON + 1e6}))
    else:
        sign_in.forget()
    sign_in.ensure(NOON + 1)
    assert len(calls(home)) == 2


def test_a_sign_in_sees_little_of_the_environment(home):
    SignIn("kinit").ensure(NOON)
    seen = {line.partition("=")[0] for line in (home / "env").read_text().splitlines()}
    assert seen - {"PWD", "SHLVL", "_", "OLDPWD"} <= {"PATH", "HOME", "USER", "LANG", "KRB5_CONFIG", "KRB5CCNAME"}


def test_a_failure_is_tried_again_and_then_told(home):
    (home / "fails").write_text("x\nx\n")
    SignIn("kinit").ensure(NOON)
    assert len(calls(home)) == 3
    (home / "fails").write_text("x\n" * 9)
    with pytest.raises(SourceError, match=r"kinit ended with code 3\. Run `kinit -R` yourself"):
        SignIn("kinit -R", attempts=2).ensure(NOON)
    assert len(calls(home)) == 5


@pytest.mark.parametrize("command", ["rm -rf x", "/tmp/kinit", "sh -c kinit", "./kinit", "", "kinit 'x"])
def test_nothing_else_is_run(home, command):
    with pytest.raises(SourceError, match=r"may not be run|cannot be read"):
        SignIn(command).ensure(NOON)
    assert not os.path.exists(home / "calls")


def test_the_configuration_may_allow_more_and_says_what_is_missing(home):
    with pytest.raises(SourceError, match="sso is not installed"):
        SignIn("sso", also=("sso",)).ensure(NOON)


def test_a_command_that_hangs_is_ended(home):
    (home / "bin" / "klist").write_text("#!/bin/sh\nexec sleep 60\n")
    (home / "bin" / "klist").chmod(0o755)
    with pytest.raises(SourceError, match="klist took longer"):
        SignIn("klist", timeout=0.2, attempts=1).ensure(NOON)
