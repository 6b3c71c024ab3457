import numpy as np
import pytest
from tests.features.histories import VIEW, as_columns, same

from netwright.features import materialise as filling
from netwright.features.materialise import materialise
from netwright.features.online_store import OnlineStore
from netwright.features.training_join import training_join
from netwright.records.errors import InputError, StorageError

EVENTS = as_columns([("ab"[i % 2], float(i), 5.0 if i % 7 == 0 else 0.0, i / 3, "xyz"[i % 3]) for i in range(200)])


def test_a_filled_store_gives_what_training_gives(tmp_path):
    path = tmp_path / "store.db"
    held = materialise(VIEW, EVENTS, path, slack=10.0)
    asks = {
        "card": np.array(["a", "b", "z"]),
        "time": np.array([199.5, 204.0, 210.0]),
        "amount": np.array([3.0, np.nan, 1.0]),
        "shop": np.array(["x", "", "y"]),
    }
    expected = training_join(VIEW, EVENTS, asks)
    with OnlineStore(path, VIEW) as store:
        # 60 s of window and 10 s of slack before the newest arrival, not the whole history
        assert store.count() == held == 69
        for place, card in enumerate(asks["card"].tolist()):
            own = {"amount": asks["amount"][place].item(), "shop": asks["shop"][place].item()}
            served = store.lookup(card, asks["time"][place].item(), own)
            assert all(same(served[name], values[place].item()) for name, values in expected.items())
        with pytest.raises(InputError, match="pruned"):
            store.lookup("a", 188.0)
    assert [file.name for file in tmp_path.iterdir()] == ["store.db"]


def test_what_fails_half_way_leaves_nothing(tmp_path, monkeypatch):
    def breaks(*_):
        yield from ()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(filling, "stored_history", breaks)
    with pytest.raises(StorageError, match="No space left"):
        materialise(VIEW, EVENTS, tmp_path / "store.db")
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "store.db").write_text("precious")
    with pytest.raises(InputError, match="there already"):
        materialise(VIEW, EVENTS, tmp_path / "store.db")
    assert (tmp_path / "store.db").read_text() == "precious"
