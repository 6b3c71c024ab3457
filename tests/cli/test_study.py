"""The command line as a user meets it: the digits study end to end, and every exit code."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NETWRIGHT = Path(sys.executable).with_name("netwright")
BAD_INPUT, NOTHING_CHOSEN = 2, 1


def netwright(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(NETWRIGHT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """The digits study, run to its end as a user runs it."""
    out = tmp_path_factory.mktemp("digits") / "out"
    return netwright("study", "examples/digits.toml", "--out", out), out


@pytest.fixture(autouse=True)
def _one_mlflow(digits, shared_mlflow):
    """Let the other studies share a database, after the digits study has made its own."""


def test_the_digits_study_ends_in_a_decision_and_a_report(digits):
    done, out = digits
    assert done.returncode == 0, done.stderr
    decision = json.loads((out / "decision.json").read_text())
    assert decision["chosen"] in {"random-forest", "mlp"}
    assert done.stdout.strip().startswith(decision["summary"][0])
    assert done.stdout.strip().endswith(f"report: {out / 'report.html'}")
    assert {file.name for file in out.iterdir()} >= {"decision.json", "decision.md", "report.html", "ledger.jsonl"}
    assert decision["scenario_hash"] in (out / "decision.md").read_text()


def test_progress_says_what_runs_on_the_error_stream(digits):
    done, _ = digits
    assert "trials: started" in done.stderr
    assert "trials:" not in done.stdout


def test_the_report_of_a_real_study_opens_without_a_complaint(digits, browser):
    _, out = digits
    page = browser.new_page()
    told, asked = [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((out / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=30_000)
    assert told == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.locator(".chart svg").count() >= 3
    page.close()


def test_a_second_run_measures_nothing_and_prints_json(digits):
    _, out = digits
    before = (out / "ledger.jsonl").read_bytes()
    done = netwright("study", "examples/digits.toml", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((out / "decision.json").read_text())
    assert (out / "ledger.jsonl").read_bytes() == before


def test_the_pages_can_be_written_again(digits, tmp_path):
    _, out = digits
    done = netwright("report", out, "--pictures", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    assert all(Path(path).is_file() for path in json.loads(done.stdout))
    assert {"scaling.svg", "scaling.png", "pareto.svg"} <= {file.name for file in tmp_path.iterdir()}


def test_ctrl_c_says_that_the_same_command_resumes(tmp_path):
    command = [str(NETWRIGHT), "study", "examples/digits.toml", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as study:
        assert study.stderr is not None
        assert any(line.startswith("trials: started") for line in study.stderr)
        study.send_signal(signal.SIGINT)
        _, told = study.communicate()
    assert study.returncode == 130
    assert told.endswith("netwright: stopped; the same command resumes\n")
    assert "Traceback" not in told


def test_bad_input_is_a_message_and_exit_code_2(tmp_path):
    text = (ROOT / "examples" / "digits.toml").read_text()
    bad = tmp_path / "bad.toml"
    bad.write_text(text.replace("seeds = 3", "seeds = 0").replace('model = "mlp"', 'model = "mpl"'))
    done = netwright("study", bad)
    assert done.returncode == BAD_INPUT
    assert "has 2 faults" in done.stderr
    assert "Did you mean mlp?" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [["study", "none.toml"], ["study"], ["report", "nowhere"], ["nonsense"]])
def test_every_wrong_call_exits_with_2_and_no_traceback(arguments):
    done = netwright(*arguments)
    assert done.returncode == BAD_INPUT
    assert "Traceback" not in done.stderr


def test_no_candidate_meets_the_constraints(tmp_path):
    text = (ROOT / "examples" / "digits.toml").read_text().replace('">= 0.90"', '">= 0.9999"')
    scenario = tmp_path / "strict.toml"
    scenario.write_text(
        text.replace("sizes = [75, 150, 300, 600, 1000]", "sizes = [75]").replace("seeds = 3", "seeds = 2")
    )
    done = netwright("study", scenario, "--out", tmp_path / "out")
    assert done.returncode == NOTHING_CHOSEN, done.stderr
    assert "accuracy" in done.stdout
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_factory_beside_the_scenario_is_found_from_where_the_command_runs(tmp_path):
    (tmp_path / "mine.py").write_text(
        "from torch import nn\n"
        "def linear(shape, classes):\n"
        "    return nn.Sequential(nn.Flatten(), nn.Linear(shape[0] * shape[1] * shape[2], classes))\n"
    )
    (tmp_path / "own.toml").write_text(
        'name = "own"\ntask = "image-classification"\ndata = "digits"\n'
        "[design]\nsizes = [50]\nseeds = 1\nvalidation = 50\n"
        '[[candidate]]\nname = "linear"\nmodel = "mine:linear"\nrecipe = { epochs = 2 }\n'
    )
    command = [str(NETWRIGHT), "study", "own.toml", "--out", "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "linear is chosen" in done.stdout


def test_fresh_sets_earlier_results_aside(digits, tmp_path):
    scenario = tmp_path / "small.toml"
    text = (ROOT / "examples" / "digits.toml").read_text().replace("sizes = [75, 150, 300, 600, 1000]", "sizes = [75]")
    scenario.write_text(text.replace("seeds = 3", "seeds = 1"))
    other = tmp_path / "other.toml"
    other.write_text(scenario.read_text().replace("sizes = [75]", "sizes = [80]"))
    out = tmp_path / "out"
    assert netwright("study", scenario, "--out", out).returncode in {0, NOTHING_CHOSEN}
    refused = netwright("study", other, "--out", out)
    assert refused.returncode == BAD_INPUT
    assert "--fresh" in refused.stderr
    assert netwright("study", other, "--out", out, "--fresh").returncode in {0, NOTHING_CHOSEN}
    assert (out / "aside-1" / "ledger.jsonl").is_file()


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--inject", "kill,omm", "there is no fault 'omm'. Did you mean oom?"),
        ("--on", "nowhere", "write local, ray, or ray://HOST:PORT"),
        ("--on", "ray://127.0.0.1:1", "127.0.0.1:1"),
    ],
)
def test_an_option_that_cannot_be_met_is_bad_input(tmp_path, option, value, told):
    done = netwright("study", "examples/digits.toml", "--out", tmp_path / "out", option, value)
    assert done.returncode == BAD_INPUT
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "ledger.jsonl").exists()
