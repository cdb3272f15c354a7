"""The averages page without a browser: the link comes in, the right numbers go out."""

import pytest

from engine import series
from engine.averages import ewa
from playground.panels.average_presets import TRIES
from tests.pages.test_pages import failed, notices, open_page, state
from tests.pages.told import message


def visit(**link):
    at = open_page("averages", "en", **link)
    assert not failed(at)
    return at


def layers(at, kind):
    return [layer for layer in message(at)["scene"]["layers"] if layer["kind"] == kind]


def formulas(at):
    return " ".join(element.value for element in at.get("latex") or at.latex)


def pasted(text, **link):
    """Return the page after this text was pasted as a reader's own table."""
    at = visit(series="own", **link)
    at.text_area(key="averages.paste").set_value(text).run()
    assert not failed(at)
    return at


def times(at):
    return message(at)["source"]["times"]


def test_the_first_screen_is_the_year_with_its_first_days():
    at = visit()
    assert times(at) == list(range(1, 366))
    assert message(at)["source"]["goto"] == 20
    assert not at.warning


@pytest.mark.parametrize(
    ("link", "parts"),
    [
        ({"day": "2"}, ["0.9\\cdot 4 + 0.1\\cdot 49 = 8.5", "{8.5}{0.19} = 44.74"]),
        ({"day": "2", "beta1": "0.98"}, ["= 1.764", "{1.764}{0.0396} = 44.55"]),
        ({"day": "1", "unit": "c"}, ["0.9\\cdot 0 + 0.1\\cdot 4.4 = 0.44"]),
        ({"day": "5"}, ["t \\geq 44", "0.9^{10} = 0.3487"]),
        ({"count": "2", "focus2": "1", "day": "2"}, ["0.98\\cdot 0.8", "= 1.764"]),
    ],
)
def test_the_day_s_numbers_stand_in_the_formulas(link, parts):
    text = formulas(visit(**link))
    for part in parts:
        assert part in text


@pytest.mark.parametrize("count", ["1", "2", "3"])
def test_every_beta_has_its_curves_and_its_weights(count):
    at = visit(count=count, beta1="0.9", beta2="0.98", beta3="0.5")
    assert len(layers(at, "lags")) == int(count)
    (chart,) = layers(at, "curve")
    assert len(chart["series"]) == 1 + 2 * int(count)


@pytest.mark.parametrize("beta", ["0.89", "0.123", "0.9995"])
def test_a_link_may_name_a_beta_between_the_steps(beta):
    at = visit(beta1=beta)
    assert state(at)["beta1"] == (beta, False)
    assert layers(at, "lags")[0]["label"] == f"weights in v, β = {beta}"


@pytest.mark.parametrize("beta", ["1", "-0.1", "nan", "2", "x"])
def test_a_link_with_an_impossible_beta_is_named_and_ignored(beta):
    at = visit(beta1=beta)
    assert len(notices(at, "en")) == 1
    assert state(at)["beta1"] == ("0.9", True)


@pytest.mark.parametrize("kind", ["step", "ramp", "noise", "walk"])
def test_every_series_can_be_shortened(kind):
    assert times(visit(series=kind, last="60")) == list(range(1, 61))


def test_a_day_beyond_a_shorter_series_becomes_its_last():
    at = visit(day="300")
    at.select_slider(key="averages.last").set_value(60).run()
    assert not failed(at)
    assert message(at)["source"]["goto"] == 60
    assert state(at)["day"] == ("60", False)


def test_the_last_day_stays_the_last_when_the_days_change():
    at = visit(day="60", last="60")
    at.select_slider(key="averages.last").set_value(200).run()
    assert not failed(at)
    assert message(at)["source"]["goto"] == 200
    assert state(at)["day"] == ("200", False)


def test_a_day_typed_moves_the_playhead():
    at = visit()
    at.number_input(key="averages.day").set_value(181).run()
    assert message(at)["source"]["goto"] == 181
    assert r"\theta_{181}" in formulas(at)


def test_the_table_has_the_numbers_of_the_engine():
    at = visit(view="table", day="3")
    frame = at.dataframe[0].value
    year = series.temperatures()
    assert frame["Day"].tolist()[:3] == [1, 2, 3]
    assert frame["θ"].tolist()[:3] == ["40", "49", "45"]
    column = frame["v = β·v + (1 − β)·θ"].tolist()
    assert column[:2] == ["0.9·0 + 0.1·40 = 4", "0.9·4 + 0.1·49 = 8.5"]
    mended = frame["v̂ = v / (1 − βᵗ)"].tolist()
    assert mended == [f"{v:.4g}" for v in ewa(year, 0.9, corrected=True).tolist()]
    assert "0.1\\cdot 45 + 0.09\\cdot 49 + 0.081\\cdot 40 = 12.15" in formulas(at)


def test_the_table_and_the_chart_share_their_day():
    at = visit(day="181")
    at.segmented_control(key="averages.view").set_value("table").run()
    assert at.dataframe[0].value["Day"].tolist()[:3] == [179, 180, 181]
    at.number_input(key="averages.day").set_value(50).run()
    at.segmented_control(key="averages.view").set_value("average").run()
    assert not failed(at)
    assert message(at)["source"]["goto"] == 50


def test_a_pasted_column_is_averaged_told_and_restored_by_its_link():
    at = pasted("when;temp\nMo;1,5\nTu;x\nWe;2,5\nTh;\nFr;4\n")
    assert any("3 of 5 rows are used" in c.value for c in at.caption)
    assert [w.value for w in at.warning] == [
        "No number in 2 rows, 0 of them bridged: lines 3, 5"
    ]
    assert times(at) == [1, 2, 3]
    assert state(at)["rows"] == ("1.5_2.5_4", False)
    again = visit(series="own", rows="1.5_2.5_4", day="3")
    assert "0.1\\cdot 4" in formulas(again)


def test_gaps_can_be_bridged():
    at = pasted("1\nnan\n3")
    at.segmented_control(key="averages.gaps").set_value("bridge").run()
    assert not failed(at)
    assert state(at)["rows"] == ("1_2_3", False)


def test_another_column_can_be_picked():
    at = pasted("day,a,b\n1,10,5\n2,20,6\n3,30,8\n")
    assert state(at)["rows"] == ("10_20_30", False)
    at.selectbox(key="averages.column").set_value("2").run()
    assert not failed(at)
    assert state(at)["rows"] == ("5_6_8", False)


def test_a_table_with_fewer_columns_forgets_the_column_picked():
    at = pasted("day,a,b\n1,10,5\n2,20,6\n3,30,8\n")
    at.selectbox(key="averages.column").set_value("2").run()
    at.text_area(key="averages.paste").set_value("1\n5\n2").run()
    assert not failed(at)
    assert state(at)["rows"] == ("1_5_2", False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello\nworld", "No column has two numbers."),
        ("7", "No column has two numbers."),
        ("\0", "There are no rows."),
        ("9" * 5_000_001, "The table is too large: 5 MB at most."),
    ],
)
def test_text_that_is_no_table_is_refused_beside_the_field(text, sentence):
    at = pasted(text)
    assert [w.value for w in at.warning] == [sentence]
    assert len(times(at)) == 30  # what was there before


def test_a_hundred_thousand_rows_are_averaged_and_thinned_in_sight():
    at = pasted("x\n" + "\n".join(str(i % 7) for i in range(100_001)), day="1")
    said = [c.value for c in at.caption]
    assert "This table is too long for the link." in said
    assert "There are 100000 days: the chart shows one in 167." in said
    assert [w.value for w in at.warning] == ["Only the first 100 000 rows were read."]
    assert len(times(at)) == 599
    assert "rows" not in state(at)
    at.number_input(key="averages.day").set_value(50_000).run()
    assert not failed(at)
    day = message(at)["source"]["goto"]
    assert day in times(at)
    assert 0 <= 50_000 - day < 167


def test_a_long_table_survives_a_look_at_another_view():
    at = pasted("\n".join(str(i % 7) for i in range(500)))
    for view in ("uses", "average"):
        at.segmented_control(key="averages.view").set_value(view).run()
        assert not failed(at)
    assert len(times(at)) == 500


def test_a_file_counts_before_what_is_pasted_and_survives_another_view():
    at = pasted("1\n2\n3")
    table = ("prices.csv", "Preis;Tag\n1,5;ä\n2,5;ö\n".encode("cp1252"), "text/csv")
    at.file_uploader[0].set_value(table).run()
    assert not failed(at)
    assert state(at)["rows"] == ("1.5_2.5", False)
    for view in ("uses", "average"):
        at.segmented_control(key="averages.view").set_value(view).run()
    assert state(at)["rows"] == ("1.5_2.5", False)
    at.file_uploader[0].set_value(table).run()
    at.file_uploader[0].set_value([]).run()
    assert not failed(at)
    assert state(at)["rows"] == ("1_2_3", False)


@pytest.mark.parametrize(
    ("link", "runs"),
    [
        ({"use": "momentum"}, "momentum_ema:momentum=0.95~momentum:momentum=0.95"),
        ({"use": "rmsprop"}, "rmsprop:rho=0.95"),
        ({"use": "adam", "b2": "0.99"}, "adam:beta1=0.95:beta2=0.99"),
    ],
)
def test_the_way_to_the_optimizers_carries_beta(link, runs):
    at = visit(view="uses", beta1="0.95", **link)
    (way,) = at.get("page_link")
    assert way.proto.page.endswith("optimizers")
    there = open_page("optimizers", "en", runs=runs)
    assert not failed(there)
    assert state(there)["runs"][0] == runs
    assert not notices(there, "en")


def test_a_use_writes_its_step_in_numbers():
    text = formulas(visit(view="uses", use="adam", grads="one", step="1"))
    assert "0.9\\cdot 0 + 0.1\\cdot 1 = 0.1" in text
    assert "\\frac{0.1}{0.1} = 1" in text
    assert "\\frac{0.001}{0.001} = 1" in text


@pytest.mark.parametrize("entry", TRIES, ids=lambda entry: entry.title)
def test_every_preset_opens_what_it_speaks_of(entry):
    link = {
        key: ".".join(value) if isinstance(value, list) else str(value)
        for key, value in entry.settings.items()
    }
    at = visit(**link)
    assert not notices(at, "en")
    shown = {key: text for key, (text, _usual) in state(at).items()}
    hidden = {"beta2", "beta3", "spread", "unit", "seed", "useed", "b2", "grads"}
    assert {k: shown[k] for k in link.keys() - hidden} == {
        k: v for k, v in link.items() if k not in hidden
    }
