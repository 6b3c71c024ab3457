"""A cache of its own for every test, so that no decoded table of another one is found."""

import pytest

from netwright.studies.pipeline.source_digest import Sources

from .fakes import Fakes, request_of, table


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def sources():
    """The source of netwright, parsed once for all tests."""
    return Sources()


@pytest.fixture
def fakes():
    return Fakes()


@pytest.fixture
def request_(tmp_path, fakes, sources):
    return request_of(tmp_path / "pipeline", table(tmp_path), fakes, sources)
