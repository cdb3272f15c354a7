"""The page of architectures without a browser: the link comes in, numbers go out."""

import pytest

from playground.panels.architecture_presets import TRIES
from tests.pages.test_pages import failed, notices, open_page, state


def visit(code="en", **link):
    at = open_page("architectures", code, **link)
    assert not failed(at)
    return at


def numbers(at):
    return {metric.label: metric.value for metric in at.metric}


def said(at):
    return " ".join(e.value for e in (*at.markdown, *at.caption, *at.warning))


def test_the_link_chooses_the_network_and_its_row():
    at = visit(net="vgg16", row="20")
    assert numbers(at)["Parameters"] == "138 357 544"
    assert numbers(at)["Multiply-adds"] == "15.47\u202fG"
    assert r"4096\cdot (25088 + 1) = 102\,764\,544" in said(at)


def test_the_table_has_a_line_per_block_layer_or_module():
    lengths = [
        len(visit(net="resnet18", rows=rows).dataframe[0].value)
        for rows in ("blocks", "layers", "modules")
    ]
    assert lengths == [12 + 1, 31 + 1, 69 + 1]  # the last one has the totals


def test_a_size_that_does_not_fit_is_explained_at_its_layer():
    at = visit(net="lenet5", side_lenet5="28")
    (warning,) = [element.value for element in at.warning]
    assert "**C5** was made for 400 inputs, but 256 arrive (4×4×16)" in warning
    assert "(1x256 and 400x120)" in warning
    assert numbers(at)["Parameters"] == "2572"


def test_misprints_are_named_where_they_belong():
    assert "608, 3216, 48 120, 10 164 and 850" in said(visit(net="lenet_style"))


def test_the_course_comparison_has_its_numbers():
    at = visit(view="costs")
    assert r"14\,450\,688" in said(at)
    assert "= 456$" in said(at)
    at = visit(view="costs", topic="bottleneck")
    assert r"2\,408\,448 + 10\,035\,200 = 12\,443\,648" in said(at)
    at = visit(view="costs", topic="axes")
    assert "**3-D**: 14×14×14×1 → 10×10×10×16 → 6×6×6×32" in said(at)


def test_a_kernel_larger_than_the_input_is_explained():
    at = visit(view="costs", cside="4", ckernel="9")
    assert "does not fit" in said(at)


def test_the_built_network_comes_from_the_link():
    at = visit(view="build", plan="conv-n6-k5~flatten~linear-n10", channels="1")
    assert numbers(at)["Parameters"] == "47 206"  # 156 + 28·28·6·10 + 10


def test_an_error_in_the_built_network_names_its_row_in_both_tables():
    at = visit(view="build", side2="28")
    (warning,) = [element.value for element in at.warning]
    assert "**8 · linear1** was made for 400 inputs, but 256 arrive (4×4×16)" in warning
    answers = at.dataframe[1].value
    assert answers.iloc[7].tolist() == ["8 · linear1", "✕ does not fit", "–"]


def test_the_row_chosen_is_a_row_of_the_editor():
    """Its fourth layer is the second convolution: the ReLU has no row of its own."""
    assert "**4 · conv2**" in said(visit(view="build", row="4"))
    assert "**4 · conv2**" in said(visit(view="build", row="5"))


def test_buttons_move_copy_and_remove_rows():
    at = visit(view="build", plan="conv-n6-k5~relu~flatten~linear-n10", row="1")

    def press(label):
        (button,) = [b for b in at.button if b.label == label]
        button.click().run()
        assert not failed(at)
        return state(at)["plan"][0]

    assert press("Down") == "relu~conv-n6-k5~flatten~linear-n10"
    assert state(at)["row"][0] == "2"
    assert press("Up") == "conv-n6-k5~relu~flatten~linear-n10"
    assert press("Copy below") == "conv-n6-k5~conv-n6-k5~relu~flatten~linear-n10"
    assert press("Remove") == "conv-n6-k5~relu~flatten~linear-n10"


def test_a_network_of_the_list_begins_a_new_plan():
    at = visit(view="build")
    (button,) = [b for b in at.button if b.label == "ResNet-18"]
    button.click().run()
    assert not failed(at)
    assert numbers(at)["Parameters"] == "11 689 512"
    assert state(at)["plan"][0].startswith("conv-n64-k7-s2-p3-b0~norm~relu")


def test_depth_says_what_becomes_of_both():
    at = visit(view="depth")
    assert "**plain**: almost nothing arrives" in said(at)
    assert "**residual**: first and last layer" in said(at)
    at = visit(view="depth", grad="signal")
    assert float(numbers(at)["First over last, plain"].partition("·")[0]) < 10
    assert "10⁻" in numbers(at)["First over last, plain"]


@pytest.mark.parametrize("index", range(len(TRIES)))
def test_presets_are_links_the_page_takes(index):
    settings = {
        key: str(int(value)) if isinstance(value, bool) else str(value)
        for key, value in TRIES[index].settings.items()
    }
    at = visit(**settings)
    assert not notices(at, "en")
    assert {k: state(at)[k][0] for k in settings} == settings
