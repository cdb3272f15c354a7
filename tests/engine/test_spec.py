import pytest

from engine.spec import RATES, WHOLE, Change, Spec


def test_spec_has_one_network_unless_told_otherwise():
    assert Spec().networks == 1
    assert Spec(learning_rate=(0.1, 0.2, 0.3)).networks == 3
    assert Spec(init_seeds=(4,)).networks == 1
    assert Spec(init_seeds=(4, 5), l1=(0.0, 0.1)).networks == 2


def test_specs_are_plain_values():
    assert Spec() == Spec()
    assert hash(Spec(changes=(Change(1, "l1", 0.5),))) != hash(Spec())


def test_rates_are_those_of_every_network():
    rates = Spec(learning_rate=(0.1, 0.2), l2=0.5).rates(0)
    assert set(rates) == set(RATES)
    assert rates["learning_rate"] == [0.1, 0.2]
    assert rates["l2"] == [0.5, 0.5]


def test_rates_follow_changes_in_the_order_of_their_epochs():
    changes = (
        Change(9, "l2", 0.9),
        Change(3, "l2", 0.3),
        Change(3, "l2", 0.4),
        Change(0, "clip", 1.0),
        Change(0, "w.0.0.0", 5.0),
    )
    spec = Spec(changes=changes, clip=(2.0, 3.0))
    assert [spec.rates(epoch)["l2"][0] for epoch in (0, 2, 3, 8, 9, 20)] == [
        0.0,
        0.0,
        0.4,
        0.4,
        0.9,
        0.9,
    ]
    assert spec.rates(0)["clip"] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"data": "stars"}, "data must be one of xor, .*, got stars"),
        ({"loss": "x"}, "loss must be one of cross_entropy, .*, got x"),
        ({"optimizer": "x"}, "optimizer must be one of sgd, .*, got x"),
        ({"schedule": "x"}, "schedule must be one of constant, .*, got x"),
        ({"init": "x"}, "init must be one of zeros, .*, got x"),
        ({"own_task": "x"}, "own_task must be one of classification, .*, got x"),
        ({"activations": ("x",)}, "activations must be one of step, .*, got x"),
        ({"activations": ("relu",) * 3}, "one for each of 2 hidden layers"),
        ({"activations": ()}, "activations must be one"),
        ({"features": ("x3",)}, "features must be one of x1, .*, got x3"),
        ({"features": ()}, "features must be at least one"),
        ({"layers": (4,) * 9}, "layers must be at most 8"),
        ({"layers": (33,)}, "layers must be whole, 1 to 32, got 33"),
        ({"layers": (0,)}, "layers must be whole, 1 to 32, got 0"),
        ({"layers": (2.5,)}, "layers must be whole, 1 to 32, got 2.5"),
        ({"noise": -0.1}, r"noise must lie in \[0, 3\], got -0.1"),
        ({"noise": float("nan")}, r"noise must lie in \[0, 3\], got nan"),
        ({"train_share": 1.1}, r"train_share must lie in \[0, 1\], got 1.1"),
        ({"learning_rate": (0.1, -1.0)}, r"learning_rate must lie in \[0, 1000\]"),
        ({"momentum": 1.5}, r"momentum must lie in \[0, 1\], got 1.5"),
        ({"dropout": 1.0}, r"dropout must lie in \[0, 0.95\], got 1.0"),
        ({"l1": (0.0, 0.1), "l2": (0.0,)}, "need one common length"),
        ({"l1": ()}, "need one common length"),
        ({"init_seeds": (0,) * 4097}, "1 to 4096"),
        ({"init_seeds": (-1,)}, "init_seeds must be whole"),
        ({"points": ((0.0, 0.0, 6),)}, "label of points must be one of 0, .*, got 6"),
        ({"points": ((0.0, 0.0, 0.5),)}, "label of points must be one of"),
        ({"points": ((0.0, 101.0, 0),)}, r"points must lie in \[-100, 100\], got 101"),
        ({"points": ((0.0, 0.0, 0),) * 5001}, "points must be at most 5000"),
        (
            {"points": ((0.0, 0.0, 200.0),), "own_task": "regression"},
            "points must lie in",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_spec_refuses(values, message):
    with pytest.raises(ValueError, match=message):
        Spec(**values)


@pytest.mark.parametrize("name", WHOLE)
def test_spec_refuses_whole_numbers_outside_their_range(name):
    low, high = WHOLE[name]
    Spec(**{name: low})
    Spec(**{name: high})
    for wrong in (low - 1, high + 1, low + 0.5):
        with pytest.raises(ValueError, match=f"{name} must be whole"):
            Spec(**{name: wrong})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((-1, "l1", 0.1), "epoch must be whole"),
        ((0, "l1", 11.0), r"l1 must lie in \[0, 10\], got 11"),
        ((0, "w.0.0.0", 101.0), r"w.0.0.0 must lie in \[-100, 100\], got 101"),
        ((0, "w.0.0", 1.0), "name must be one of learning_rate, .*, got w.0.0"),
        ((0, "b.0.-1", 1.0), "got b.0.-1"),
        ((0, "b.0.²", 1.0), "got b.0.²"),
        ((0, "seed", 1.0), "got seed"),
        ((0, "", 1.0), "name must be one of"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_change_refuses(values, message):
    with pytest.raises(ValueError, match=message):
        Change(*values)
