"""Settings of the command: which of several wins, where each is from, and what is wrong with one."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analytics.cli.main import cli
from analytics.configuration import ConfigurationError, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"time_zone": "Europe/Berlin", "general": {"max_results": 5}, "map": {"title": "Text"}}))
    return path


def test_the_command_line_goes_before_the_file_the_file_before_variables_and_these_before_defaults(file):
    found = load({"TICKET_ANALYZER_TIME_ZONE": "Asia/Tokyo", "TICKET_ANALYZER_GROUP_BY": "team, priority"}, file)
    found = found.over({"max_results": 7, "status": (), "metric": None})
    values = {
        name: (found[name], found.origin(name)) for name in ("time_zone", "group_by", "max_results", "format", "map")
    }
    assert values == {
        "time_zone": ("Europe/Berlin", str(file)),
        "group_by": (("team", "priority"), "TICKET_ANALYZER_GROUP_BY"),
        "max_results": (7, "command line"),
        "format": ("table", "default"),
        "map": ({"title": "Text"}, str(file)),
    }


def test_sections_of_an_ini_file_put_their_name_before_their_keys(tmp_path):
    path = tmp_path / "config.ini"
    path.write_text(
        "[general]\nday_first = no\nbusiness_hours = mon-fri 09:00-17:00\n[max]\nresults = 12\n[map]\ntitle = Text %\n"
    )
    found = load({"TICKET_ANALYZER_CONFIG": str(path)})
    assert (found["day_first"], found["max_results"], found["map"]) == (False, 12, {"title": "Text %"})
    assert found.file == path


def test_an_input_file_stands_for_the_source(file):
    assert load({"TICKET_ANALYZER_INPUT": "a.csv"}, file)["source"] == "file"
    assert load({"TICKET_ANALYZER_SOURCE": "database"}, file).over({"input": "a.csv"})["source"] == "file"
    assert load({}, file).over({"input": "a.csv", "source": "mcp"})["source"] == "mcp"


def test_every_wrong_setting_is_named_with_its_place(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"tme_zone": "UTC", "max_results": 0, "day_first": "perhaps", "format": "pdf", "map": ["a"]}')
    with pytest.raises(ConfigurationError) as error:
        load({"TICKET_ANALYZER_DEFAULT_DAYS": "many"}, path)
    assert error.value.problems == (
        "TICKET_ANALYZER_DEFAULT_DAYS must be a whole number, not 'many'.",
        f"{path}: tme_zone is no setting. Did you mean time_zone?",
        f"{path}: max_results must be from 1 to 1,000,000.",
        f"{path}: day_first must be yes or no.",
        f"{path}: format must be one of json, csv, table, html, not 'pdf'.",
        f"{path}: map must be pairs like name=value.",
    )


@pytest.mark.parametrize("text", ["{", "[1]", "\x00\x01", '{"map": 3, "status": 3}', '{"format": null}'])
def test_a_broken_file_is_wrong_usage_and_a_sentence(tmp_path, text):
    path = tmp_path / "config.json"
    path.write_text(text)
    done = CliRunner().invoke(cli, ["--config", str(path), "--validate-config"])
    assert done.exit_code == 2
    assert done.output.startswith(str(path))
    assert "Traceback" not in done.output


def test_config_show_says_where_each_value_is_from(file):
    done = CliRunner().invoke(cli, ["--config", str(file), "config", "show"])
    line = next(line for line in done.output.splitlines() if line.startswith("time_zone"))
    assert (done.exit_code, line.split()) == (0, ["time_zone", "Europe/Berlin", str(file)])
