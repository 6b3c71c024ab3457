import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.groups import pack_groups, unpack_groups
from netwright.data.packed import Packed

names = st.lists(st.text(max_size=5), min_size=1, max_size=4, unique=True)


@given(st.dictionaries(st.text(max_size=6), names, max_size=3))
def test_groups_come_back_whatever_their_names(columns):
    groups = {column: (tuple(found), torch.arange(len(found))) for column, found in columns.items()}
    arrays, facts = pack_groups(groups)
    back = unpack_groups(Packed(arrays, facts))
    assert list(back) == list(groups)
    assert all(back[c][0] == groups[c][0] and torch.equal(back[c][1], groups[c][1]) for c in groups)
