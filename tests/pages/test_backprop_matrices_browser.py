"""The matrices as a class uses them: step, click a cell or the map, make mistakes."""

import re

from tests.browser import settle

SPOT = """(chart, [x, y]) => {
  const { xaxis, yaxis } = chart._fullLayout, box = chart.getBoundingClientRect();
  return [box.x + xaxis._offset + xaxis.d2p(x), box.y + yaxis._offset + yaxis.d2p(y)];
}"""


def chart(page, key):
    return page.locator(f".st-key-{key} .js-plotly-plot")


def click(page, key, x, y):
    """Click a chart at a place in its own units."""
    page.mouse.click(*chart(page, key).evaluate(SPOT, [x, y]))


def linked(page, *texts, without=""):
    """Wait until the address names these texts and not another; fail if it never does.

    A click may reach the server late: what the page shows is settled only then.
    """
    page.wait_for_function(
        """([texts, without]) => texts.every(t => location.search.includes(t))
             && !(without && location.search.includes(without))""",
        arg=[texts, without],
    )
    settle(page)


def test_arrow_keys_and_buttons_walk_through_the_equations(open_page):
    page = open_page("backprop", "view=matrices")
    page.get_by_role("button", name=re.compile("^Next")).click()
    linked(page, "mstep=A1")
    page.locator("[data-testid=stMain]").focus()
    page.keyboard.press("ArrowRight")
    linked(page, "mstep=Z2")
    page.keyboard.press("ArrowLeft")
    linked(page, "mstep=A1")
    page.keyboard.press("e")
    linked(page, "mcell=1.2")
    page.locator("[data-testid=stSlider] input").first.focus()
    page.keyboard.press("ArrowRight")  # moves the slider, not the step
    linked(page, "mbatch=5", "mstep=A1")


def test_a_click_on_a_cell_writes_out_its_sum(open_page):
    page = open_page("backprop", "view=matrices")
    click(page, "matrices", 2.5, 1.5)
    linked(page, "mcell=2.3")
    assert page.locator(".katex-mathml", has_text="Z^{[1]}_{2,3}").count() == 1
    click(page, "matrices", 0.5, 0.5)
    linked(page, without="mcell")  # the first entry is the usual one
    click(page, "matrices", 2.5, 1.5)
    linked(page, "mcell=2.3")
    page.get_by_role("button", name=re.compile("^Next")).click()
    linked(page, "mstep=A1", without="mcell")
    click(page, "matrices", 2.5, 1.5)  # the same place in another matrix
    linked(page, "mcell=2.3")


def test_a_click_on_the_map_goes_to_that_matrix(open_page):
    page = open_page("backprop", "view=matrices&mcell=3.2")
    place = chart(page, "matrix_map").evaluate(
        "chart => { const i = chart.data[1].text.findIndex(t => /dZ.*1/.test(t));"
        " return [chart.data[3].x[i], chart.data[3].y[i]]; }"
    )
    click(page, "matrix_map", *place)
    linked(page, "mstep=dZ1", without="mcell")
    page.get_by_role("button", name=re.compile("^Next")).click()
    linked(page, "mstep=dW1")
    click(page, "matrix_map", *place)  # the same place again
    linked(page, "mstep=dZ1")
    first = chart(page, "matrix_map").evaluate(
        "chart => [chart.data[3].x[0], chart.data[3].y[0]]"
    )
    click(page, "matrix_map", *first)  # X is given: there is no step to go to
    page.get_by_role("button", name=re.compile("^Next")).click()
    linked(page, "mstep=dW1")


def test_a_mistake_is_refused_and_with_another_batch_unnoticed(open_page):
    page = open_page("backprop", "view=matrices&mbug=weights")
    words = "RuntimeError: mm: mat1 and mat2 shapes cannot be multiplied (1x4 and 3x4)"
    assert page.get_by_text(words).is_visible()
    page.get_by_role("button", name="m = 3").click()
    linked(page, "mbatch=3")
    assert page.get_by_text("even the shape is right").is_visible()


def test_the_largest_network_fits_its_place(open_page):
    query = "view=matrices&mshape=6,8,8,4&mbatch=8&mstep=Z2&lang=es"
    page = open_page("backprop", query)
    inside = chart(page, "matrices").evaluate(
        """chart => {
          const box = chart.getBoundingClientRect();
          return [...chart.querySelectorAll("text")].filter(t => t.textContent)
            .map(t => t.getBoundingClientRect()).filter(r => r.width)
            .every(r => r.left >= box.left - 1 && r.right <= box.right + 1
                   && r.top >= box.top - 1 && r.bottom <= box.bottom + 1);
        }"""
    )
    assert inside
