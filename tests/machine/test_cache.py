from pathlib import Path

from netwright.machine.cache import cache_folder


def test_the_own_variable_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "own"


def test_then_the_folder_of_the_desktop_standard(monkeypatch, tmp_path):
    monkeypatch.delenv("NETWRIGHT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "netwright"


def test_then_the_home_folder_also_where_the_standard_variable_is_relative_or_empty(monkeypatch, tmp_path):
    monkeypatch.delenv("NETWRIGHT_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert cache_folder() == tmp_path / ".cache" / "netwright"


def test_it_is_absolute_and_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETWRIGHT_CACHE", "here")
    assert cache_folder() == tmp_path / "here"
    monkeypatch.setenv("NETWRIGHT_CACHE", "~/kept")
    assert cache_folder() == Path.home() / "kept"
