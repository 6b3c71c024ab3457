import io

import pytest

from netwright.machine.progress import BarProgress, LineProgress, Silent, progress_for


class Terminal(io.StringIO):
    def isatty(self):
        return True


def watch(progress):
    progress.start(4, "garments")
    progress.advance(1, "mlp-n125-s0", None)
    progress.say("mlp-n125-s0: out_of_memory [6 GiB]")
    progress.advance(3, "mlp-n250-s0", 61.2)
    progress.advance(4, "", 0)
    progress.stop()


@pytest.mark.parametrize("make", [lambda s: Silent(), LineProgress, BarProgress])
def test_every_kind_can_be_stopped_twice_and_without_a_start(make):
    progress = make(io.StringIO())
    progress.stop()
    progress.say("heard")
    progress.advance(1, "nothing", None)
    watch(progress)
    progress.stop()


def test_lines_are_written_now_and_then():
    stream = io.StringIO()
    times = iter([0.0, 3.0, 13.0, 23.5])
    progress = LineProgress(stream, every=10.0, clock=times.__next__)
    watch(progress)
    assert stream.getvalue().splitlines() == [
        "garments: started",
        "mlp-n125-s0: out_of_memory [6 GiB]",
        "garments: 75%, 1 min 1 s left, running mlp-n250-s0",
        "garments: 100%, 0 s left",
    ]


@pytest.mark.parametrize(("left", "text"), [(-3, "0 s"), (59.6, "1 min 0 s"), (59.4, "59 s"), (7265, "2 h 1 min")])
def test_the_time_left_is_in_words(left, text):
    stream = io.StringIO()
    progress = LineProgress(stream, every=0.0)
    progress.start(1, "it")
    progress.advance(0, "", left)
    assert stream.getvalue().endswith(f"it: 0%, {text} left\n")


def test_work_without_a_size_is_done():
    stream = io.StringIO()
    progress = LineProgress(stream, every=0.0)
    progress.start(0, "nothing")
    progress.advance(0, "", None)
    assert stream.getvalue().splitlines()[-1] == "nothing: 100%"


def test_a_bar_says_what_runs_and_how_long_is_left(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    watch(progress_for(stream))
    shown = stream.getvalue()
    assert "mlp-n250-s0" in shown
    assert "1 min 1 s left" in shown
    assert "75%" in shown
    assert "mlp-n125-s0: out_of_memory [6 GiB]" in shown


def test_a_terminal_gets_a_bar_and_a_file_gets_lines():
    assert isinstance(progress_for(Terminal()), BarProgress)
    assert isinstance(progress_for(io.StringIO()), LineProgress)
