"""How long the report of a 500-trial study takes to write, how large it is, and how smoothly it opens in Chromium.

The study is made up (34 candidates, 5 sizes, 3 seeds, 60 epochs, 1000 draws a curve) with everything that one can
record. Goals: at most 5 s to write and 10 MB, and no task of the page longer than 200 ms once it is shown.

Run: python benchmarks/report_size.py [--repeats 3]
"""

import argparse
import importlib.util
import statistics
import sys
import tempfile
import time
from pathlib import Path

from netwright.records.study import Study
from netwright.report.write import write_report

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS / "report"))

from factors_study import make_complete  # noqa: E402
from garments_study import make_study  # noqa: E402

DRAWS = 1000
MOST_SECONDS, MOST_BYTES, LONGEST_TASK = 5.0, 10e6, 0.2
# told by the browser itself: tasks that keep the page from answering, from the start on
WATCH = (
    "window.tasks = [];"
    "new PerformanceObserver((list) => list.getEntries().forEach((e) => window.tasks.push(e.duration)))"
    ".observe({type: 'longtask', buffered: true});"
)
TOLD = """() => {
  const seen = performance.getEntriesByType("paint").find((entry) => entry.name === "first-contentful-paint");
  return {paint: seen ? seen.startTime : NaN, tasks: window.tasks, elements: document.querySelectorAll("*").length};
}"""
SCROLL = """async () => {
  const times = [];
  let before = performance.now();
  for (let y = 0; y < document.body.scrollHeight; y += 600) {
    scrollTo(0, y);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  return times;
}"""


def made_up() -> Study:
    """Return the study, its laws with as many draws as fits give."""
    names = ("resnet-small", "mlp", *(f"candidate-{place:02d}" for place in range(32)))
    study = make_complete(make_study(names=names, epochs=60))
    candidates = tuple(
        a.model_copy(update={"curve": a.curve.model_copy(update={"draws": _enough(a.curve.draws)})})
        for a in study.decision.candidates
    )
    factors = tuple(
        f.model_copy(
            update={
                name: law.model_copy(update={"draws": _enough(law.draws)})
                for name, law in (("time", f.time), ("memory", f.memory))
                if law is not None
            }
        )
        for f in study.factors.candidates
    )
    return study.model_copy(
        update={
            "decision": study.decision.model_copy(update={"candidates": candidates}),
            "factors": study.factors.model_copy(update={"candidates": factors}),
        }
    )


def _enough(draws: tuple) -> tuple:
    return (draws * (DRAWS // len(draws) + 1))[:DRAWS]


def opened(path: Path) -> dict[str, float]:
    """Return what a browser says of opening the page: seconds to first paint, to the last drawing, longest task."""
    from playwright.sync_api import sync_playwright

    found = importlib.util.spec_from_file_location("conftest", TESTS / "conftest.py")
    conftest = importlib.util.module_from_spec(found)
    found.loader.exec_module(conftest)
    with sync_playwright() as playwright:
        flags = ["--headless", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=conftest.find_chromium(), headless=True, args=flags)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.add_init_script(WATCH)
        start = time.perf_counter()
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-drawn]", state="attached", timeout=120_000)
        drawn = time.perf_counter() - start
        told = page.evaluate(TOLD)
        frames = page.evaluate(SCROLL)
        browser.close()
    return {
        "first paint": told["paint"] / 1e3,
        "last drawing": drawn,
        "longest task": max(told["tasks"], default=0.0) / 1e3,
        "median frame while scrolling": statistics.median(frames) / 1e3,
        "longest frame while scrolling": max(frames) / 1e3,
        "elements": told["elements"],
    }


def main() -> int:
    """Print seconds, bytes and what the browser says; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    study = made_up()
    print(f"{len(study.results)} trials of {len(study.decision.candidates)} candidates, medians of {repeats}")
    with tempfile.TemporaryDirectory() as folder:
        path, seconds, busy, told = Path(folder) / "report.html", [], [], []
        for _ in range(repeats):
            start, before = time.perf_counter(), time.process_time()
            write_report(study, path)
            seconds.append(time.perf_counter() - start)
            busy.append(time.process_time() - before)
            told.append(opened(path))
        size = path.stat().st_size
    print(f"{'written in':30s} {statistics.median(seconds):8.2f} s   (first, with the Vega bundle: {seconds[0]:.2f} s)")
    print(f"{'of it processor time':30s} {statistics.median(busy):8.2f} s   (first: {busy[0]:.2f} s)")
    print(f"{'size':30s} {size / 1e6:8.2f} MB")
    middle = {name: statistics.median(each[name] for each in told) for name in told[0]}
    for name, value in middle.items():
        print(f"{name:30s} {value:8.3f} s" if name != "elements" else f"{name:30s} {value:8.0f}")
    met = max(seconds) <= MOST_SECONDS and size <= MOST_BYTES and middle["longest task"] <= LONGEST_TASK
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
