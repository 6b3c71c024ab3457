from tests.dynamics.alarms.trainings import Training
from torch.optim import SGD


def test_a_layer_outside_the_optimizer_is_named_with_its_size():
    training = Training()
    kept = [p for name, p in training.model.named_parameters() if not name.startswith("8.") and name != "4.bias"]
    training.run(SGD(kept, lr=0.05), steps=5)
    told = {alarm.place: alarm.found for alarm in training.alarms}
    assert training.kinds() == {"parameter missing from the optimizer"}
    assert set(told) == {"8", "4.bias"}
    assert "36 elements" in told["8"]
    assert "8.weight, 8.bias" in told["8"]


def test_a_parameter_that_is_frozen_is_not_missing():
    training = Training()
    training.model[8].requires_grad_(False)
    training.run(SGD([p for p in training.model.parameters() if p.requires_grad], lr=0.05), steps=3)
    assert training.kinds() == {"frozen layer"}


def test_a_layer_added_while_training_is_told_then():
    training = Training()
    training.families = ()
    optimizer = SGD(training.model.parameters(), lr=0.05)
    training.run(optimizer, steps=3)
    training.model.append(type(training.model[8])(4, 4))
    training.run(optimizer, steps=3)
    assert [(alarm.kind, alarm.place, alarm.step) for alarm in training.alarms] == [
        ("parameter missing from the optimizer", "9", 4)
    ]
