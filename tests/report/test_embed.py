import json

from hypothesis import given
from hypothesis import strategies as st

from netwright.report.embed import json_for_script

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values)
def test_means_the_same_json(value):
    assert json.loads(json_for_script(value)) == value


@given(st.text(alphabet='</>script!-&\u2028\u2029abc"\\'))
def test_holds_nothing_that_html_or_a_script_reads(text):
    written = json_for_script({text: [text]})
    assert not set(written) & set("<>&\u2028\u2029")


def test_what_is_not_finite_is_null():
    assert json.loads(json_for_script({"a": [float("nan"), float("inf"), -float("inf"), 1.5]})) == {
        "a": [None, None, None, 1.5]
    }
