"""Lines of keys, against what stands in the text."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from netwright.studies.toml_lines import key_lines, line_of

TEXT = '''name = "x" # [c]
desc = """
a = 3
[z]
"""
[design]
sizes = [
  125, # ]
  [2],
]
after = "[["
[[candidate]]
name = "a"
options = { width = 0.25 }
[candidate.recipe]
lr = 3
[[candidate]]
name = "b"
[constraints]
"latency.p99" = "<= 1 ms"
'''


def test_every_kind_of_statement():
    tomllib.loads(TEXT)
    lines = key_lines(TEXT)
    assert lines == {
        ("name",): 1,
        ("desc",): 2,
        ("design",): 6,
        ("design", "sizes"): 7,
        ("design", "after"): 11,
        ("candidate", 0): 12,
        ("candidate", 0, "name"): 13,
        ("candidate", 0, "options"): 14,
        ("candidate", 0, "recipe"): 15,
        ("candidate", 0, "recipe", "lr"): 16,
        ("candidate", 1): 17,
        ("candidate", 1, "name"): 18,
        ("constraints",): 19,
        ("constraints", "latency.p99"): 20,
    }


def test_a_key_inside_an_inline_table_stands_where_its_table_stands():
    assert line_of(("candidate", 0, "options", "width"), key_lines(TEXT)) == 14


def test_a_missing_key_has_no_line():
    assert line_of(("nothing", "here"), key_lines(TEXT)) is None


_VALUES = st.sampled_from(["1", '"a#b"', "'[x'", "[1, 2]", "[\n 1,\n [2],\n]", '"""\n[y]\nk = 1\n"""', "{ a = [1] }"])


@given(st.lists(_VALUES, min_size=1, max_size=8), st.lists(st.sampled_from(["", "# [c]", "  "]), max_size=3))
def test_each_assignment_is_found_on_its_own_line(values, blanks):
    chunks, expected, line = [], {}, 1
    for index, value in enumerate(values):
        expected[(f"k{index}",)] = line
        chunk = "\n".join([f"k{index} = {value}", *blanks])
        chunks.append(chunk)
        line += chunk.count("\n") + 1
    text = "\n".join(chunks)
    tomllib.loads(text)
    assert key_lines(text) == expected
