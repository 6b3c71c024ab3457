import numpy as np
import pytest

from netwright.data.video_facts import read_facts
from netwright.data.video_writer import write_video


@pytest.mark.parametrize(("count", "rate"), [(1, 25), (2, 10), (31, 30), (60, 12)])
def test_facts_are_counted(tmp_path, count, rate):
    path = tmp_path / "video.avi"
    write_video(path, np.zeros((count, 20, 36, 3), np.uint8), rate)
    facts = read_facts(path)
    assert (facts.path, facts.frames, facts.height, facts.width, facts.damage) == (path, count, 20, 36, "")
    assert facts.seconds == pytest.approx(count / rate)
    assert facts.rate == pytest.approx(rate)


def test_the_frames_of_a_truncated_file_are_those_that_are_there(tmp_path):
    path = tmp_path / "cut.avi"
    write_video(path, np.random.default_rng(0).integers(0, 256, (30, 32, 32, 3), dtype=np.uint8))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    facts = read_facts(path)
    assert 10 < facts.frames < 20
    assert "cut short" in facts.damage
    assert facts.seconds == pytest.approx(facts.frames / 25)
