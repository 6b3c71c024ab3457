import io

from netwright.records.live import ClassProbability, Latency, LiveUpdate, Losses
from netwright.records.streaming import StreamMemory
from netwright.streaming.ticker import LineTicker, TableTicker, ticker_for

MEMORY = StreamMemory(kept=(), batch=1, first=16, latency=0)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def update(index, video="a.avi"):
    top = (ClassProbability(name="wave [bold]", probability=0.5),)
    latency = Latency(p50=0.01, p95=0.02, n=1)
    return LiveUpdate(video=video, time=index, frame=index, rate=10.0, top=top, latency=latency, losses=Losses())


def test_lines_come_now_and_then_and_the_last_one_of_each_video_always():
    stream, seconds = io.StringIO(), iter((0.0, 0.4, 0.8, 1.2, 1.3, 1.4, 1.5))
    ticker = LineTicker(stream, every=1.0, clock=seconds.__next__)
    for one in (update(1), update(2), update(3), update(4), update(5), update(6, "b.avi"), update(7, "b.avi")):
        ticker.show(one)
    ticker.stop()
    ticker.stop()
    told = [line.split(" s:")[0] for line in stream.getvalue().splitlines()]
    assert told == ["a.avi 1.00", "a.avi 4.00", "a.avi 5.00", "b.avi 6.00", "b.avi 7.00"]


def test_a_table_is_drawn_in_place_and_takes_names_as_they_are():
    stream, seconds = Terminal(), iter((0.0, 0.05, 0.2))
    ticker = TableTicker(stream, every=0.1, clock=seconds.__next__)
    ticker.begin("a.avi", MEMORY)
    for index in (1, 2, 3):
        ticker.show(update(index))
    ticker.stop()
    ticker.stop()
    shown = stream.getvalue()
    assert shown.startswith("a.avi: the state takes 0 B in 0 tensors")
    assert "wave [bold]" in shown
    assert "10.0 frames/s, latency p50 10 ms, p95 20 ms, 0 dropped" in shown
    assert "frame 1" in shown
    assert "frame 2" not in shown
    assert "frame 3" in shown


def test_a_table_is_for_terminals():
    assert isinstance(ticker_for(Terminal()), TableTicker)
    assert isinstance(ticker_for(io.StringIO()), LineTicker)
