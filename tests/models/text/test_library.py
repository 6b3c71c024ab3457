import logging
import subprocess
import sys

import pytest

from netwright.models.text.library import transformers_library
from netwright.records.errors import MissingExtraError


def fail_inside(told, seen):
    with transformers_library():
        seen.append((told.get_verbosity(), told.is_progress_bar_enabled()))
        raise KeyError


def test_it_is_silent_inside_and_as_it_was_afterwards():
    import transformers

    told = transformers.utils.logging
    before = told.get_verbosity(), told.is_progress_bar_enabled()
    seen: list[tuple[int, bool]] = []
    try:
        told.set_verbosity(logging.INFO)
        told.enable_progress_bar()
        with pytest.raises(KeyError):
            fail_inside(told, seen)
        assert seen == [(logging.ERROR, False)]
        assert told.get_verbosity() == logging.INFO
        assert told.is_progress_bar_enabled()
        told.disable_progress_bar()
        with transformers_library():
            pass
        assert not told.is_progress_bar_enabled()
    finally:
        told.set_verbosity(before[0])
        (told.enable_progress_bar if before[1] else told.disable_progress_bar)()


def test_where_it_is_missing_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingExtraError, match=r'pip install "netwright\[text\]"'), transformers_library():
        pass


def test_the_factories_are_imported_without_it():
    modules = ", ".join(f"netwright.models.text.{name}" for name in ("minilm", "bert", "gpt2", "checkpoint", "batches"))
    code = f"import sys, {modules}; sys.exit('transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
