"""Hiring on a cluster that is described, not run."""

from types import SimpleNamespace

import pytest

from netwright.machine.hardware import versions
from netwright.records.errors import InputError
from netwright.records.scenario import Limits
from netwright.studies.cluster.crew import Crew, Post
from netwright.studies.cluster.messages import About, Order, Shared


def node(name, cpus, alive=True):
    return {"NodeID": name, "Alive": alive, "Resources": {"CPU": float(cpus)} if cpus else {}}


@pytest.mark.parametrize(("threads", "slots"), [(1, 7), (2, 3), (3, 1), (4, 1), (5, 0)])
def test_capacity_counts_whole_slots_of_living_nodes(threads, slots):
    nodes = [node("a", 4), node("b", 2), node("c", 1), node("gpu only", 0), node("dead", 64, alive=False)]
    assert Crew(SimpleNamespace(nodes=lambda: nodes), "session", threads).capacity() == slots


def test_another_version_on_a_node_is_told():
    post = Post(actor=None, answer="answer")
    with pytest.raises(InputError, match=r"netwright 0\.0\.1 is installed on n7, and .* here; install the same"):
        Crew(SimpleNamespace(), "session", 1).welcome(post, About("id", "n7", "0.0.1"))


def test_a_slot_that_is_ready_is_free():
    post = Post(actor=None, answer="answer")
    about = About("id", "n7", versions()["netwright"])
    Crew(SimpleNamespace(), "session", 1).welcome(post, about)
    assert (post.about, post.answer, post.order) == (about, None, None)


def test_a_shared_file_is_put_into_the_object_store_once(tmp_path):
    put = []
    ray = SimpleNamespace(put=lambda content: put.append(content) or f"reference {len(put)}")
    file, other = tmp_path / "set.bin", tmp_path / "code.zip"
    file.write_bytes(b"data")
    other.write_bytes(b"code")
    crew = Crew(ray, "session", 1)
    shared = Shared(str(file), "cache/set.bin")
    one = Order("a", "m:f", "{}", Limits(), shared=(shared,))
    two = Order("b", "m:f", "{}", Limits(), shared=(shared, Shared(str(other), "code.zip")))
    assert crew.contents(one) == {str(file): "reference 1"}
    assert crew.contents(two) == {str(file): "reference 1", str(other): "reference 2"}
    assert put == [b"data", b"code"]
