"""A reader's own data: painted points, a table, or flowers; as part of a Spec."""

import streamlit as st

from engine.training import Spec
from playground import points, state, widgets
from playground.data import IRIS, iris
from playground.i18n import _
from playground.points import Table, read_table
from playground.tables import TABLES, TableError, decoded

# What an empty board starts with: two groups that one line can part.
EXAMPLE = points.snapped(
    tuple(
        (sign * (1.2 + 0.4 * column), sign * (0.8 + 0.5 * row), float(sign > 0))
        for sign in (-1, 1)
        for row in range(2)
        for column in range(3)
    )
)
START = points.to_text(EXAMPLE)
NOTHING = ((0.0, 0.0, 0.0),)  # what an empty board trains on, and does not show
LONGEST_LIST = 12  # numbers of bad rows that are named


def own_data(data: str) -> Spec | None:
    """Show the controls of data that no generator makes, and return them.

    Args:
        data: id of the data set chosen.

    Returns:
        A spec with points; None where `data` is made by a generator.
    """
    if data == "own":
        return _painted()
    if data == "table":
        return _table()
    if data == "iris":
        return _iris()
    return None


def paint(painted: list[list[float]]) -> None:
    """Keep the points that the brush left on the board; for callbacks."""
    most = points.MOST_CLASSES - 1
    kept = tuple((x, y, float(min(max(int(c), 0), most))) for x, y, c in painted)
    state.settings(points=points.to_text(kept))


def _painted() -> Spec:
    st.caption(
        _(
            "Paint on the large square: choose a colour, press and drag. The link "
            "keeps up to {count} points."
        ).format(count=points.MOST_LINKED)
    )
    text = state.recall("points", START, _checked)
    state.remember("points", text, START)
    chosen = points.from_text(text)
    count = len(chosen)
    st.caption(_("Points now: {count}").format(count=count))
    st.button(_("Erase all points"), on_click=state.settings, kwargs={"points": ""})
    return Spec(points=chosen or NOTHING)


def _table() -> Spec:
    st.caption(
        _(
            "Three columns: x, y and a label. Up to six kinds of label are classes; "
            "more different numbers are values to predict."
        )
    )
    file = widgets.upload(_("CSV file"), _("Choose a table"), TABLES, key="csv")
    pasted = st.text_area(_("Or paste rows here"), key="boundaries.paste", height=120)
    given = decoded(file.getvalue()) if file else pasted
    if given.strip():
        table = _read(given)
        if table:
            _report(table)
            return _remembered(table)
    text = state.recall("rows", START, _checked)
    state.remember("rows", text, START)
    return Spec(points=points.from_text(text))


def _remembered(table: Table) -> Spec:
    """Return the table as a spec, and keep it in the link if it fits."""
    task = "classification" if table.names else "regression"
    if table.names and len(table.points) <= points.MOST_LINKED:
        state.remember("rows", points.to_text(table.points), START)
    else:
        st.caption(_("This table is too long, or too fine, for the link."))
    return Spec(points=table.points, own_task=task)


def _report(table: Table) -> None:
    """Say what was read, what was scaled and which rows were left out."""
    st.caption(
        _("{used} of {total} rows are used; classes: {classes}.").format(
            used=len(table.points),
            total=table.total,
            classes=", ".join(table.names) or "–",
        )
    )
    for name, (low, high) in zip(table.columns, table.spans, strict=False):
        st.caption(
            _("{name}: from {low:g} to {high:g}, scaled to ±{fill:g}.").format(
                name=name, low=low, high=high, fill=points.FILL
            )
        )
    if table.bad_rows:
        rows = ", ".join(map(str, table.bad_rows[:LONGEST_LIST]))
        more = " …" if len(table.bad_rows) > LONGEST_LIST else ""
        st.warning(_("Rows left out: {rows}").format(rows=rows + more))


def _read(text: str) -> Table | None:
    """Return the table; say beside the field why there is none."""
    problems = {
        "empty": _("There are no rows."),
        "size": _("The table is too large: 5 MB at most."),
        "columns": _("Three columns are needed: x, y and a label."),
        "rows": _("No row has two numbers and a label."),
        "classes": _("There are more than six kinds of label, and not all numbers."),
    }
    try:
        return _table_of(text)
    except TableError as error:
        st.warning(problems[error.reason])
        return None


@st.cache_data(max_entries=16, show_spinner=False)
def _table_of(text: str) -> Table:
    return read_table(text)


def _iris() -> Spec:
    names = {
        "petal_length": _("petal length"),
        "petal_width": _("petal width"),
        "sepal_length": _("sepal length"),
        "sepal_width": _("sepal width"),
    }
    across = widgets.choice("x₁", {name: names[name] for name in IRIS}, key="irisx")
    rest = {name: names[name] for name in reversed(IRIS) if name != across}
    upward = widgets.choice("x₂", rest, key="irisy")
    st.caption(
        _("150 irises of three species: Anderson measured, Fisher published, 1936.")
    )
    return Spec(points=iris(across, upward))


def _checked(text: str) -> str:
    points.from_text(text)
    return text
