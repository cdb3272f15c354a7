"""A slider that is answered while it is dragged: a player paints what it will show.

Streamlit's own slider tells the page when it is let go, and the page runs. This one
does so too; before, with every move, it asks a player of the page for its answer
(`player(answer=...)`).
"""

import streamlit as st

from playground import state

HTML = """<div class="dial">
  <span class="name"></span><span class="help" aria-hidden="true" hidden>help</span>
  <output></output><input type="range">
</div>"""

CSS = """
.dial { display: grid; grid-template-columns: 1fr auto; align-items: center;
  font-family: var(--st-font); font-size: .875rem; color: var(--st-text-color); }
output { grid-column: 1 / -1; position: relative; left: var(--share); width: 0;
  display: flex; justify-content: center; white-space: nowrap;
  color: var(--st-primary-color); }
.help { font-family: "Material Symbols Rounded"; font-feature-settings: "liga";
  font-size: 1.25rem; line-height: 1; opacity: .7; cursor: help; }
.help[hidden] { display: none; }
input { grid-column: 1 / -1; appearance: none; width: 100%; margin: .375rem 0 1rem;
  height: .25rem; border-radius: .25rem; cursor: pointer;
  background: linear-gradient(90deg, var(--st-primary-color) var(--share),
    var(--st-border-color) var(--share)); }
input::-webkit-slider-thumb { appearance: none; width: .75rem; height: .75rem;
  border-radius: 50%; background: var(--st-primary-color); }
input::-moz-range-thumb { border: 0; width: .75rem; height: .75rem;
  border-radius: 50%; background: var(--st-primary-color); }
input:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 6px; }
"""

JS = """
export default function ({ data, parentElement, setStateValue }) {
  const { label, help, low, high, step, value, digits, key, player } = data;
  const part = (name) => parentElement.querySelector(name), bar = part("input");
  part(".name").textContent = label;
  const title = help ?? "";
  Object.assign(part(".help"), { title, hidden: !help });
  Object.assign(bar, { min: low, max: high, step, title, ariaLabel: label });
  if (!bar.matches(":active")) bar.value = value; // else it is being dragged
  const show = () => {
    const share = (bar.value - low) / (high - low); // the thumb stays on its track
    const place = `calc(.375rem + ${share} * (100% - .75rem))`;
    part(".dial").style.setProperty("--share", place);
    part("output").textContent = Number(bar.value).toFixed(digits);
  };
  bar.oninput = () => {
    show();
    const question = { [key]: Number(bar.value) };
    document.dispatchEvent(new CustomEvent("turn", { detail: { player, question } }));
  };
  bar.onchange = () => setStateValue("value", Number(bar.value));
  show();
}
"""

_dial = st.components.v2.component("dial", html=HTML, css=CSS, js=JS)


def dial(
    label: str,
    span: tuple[float, float, float],
    default: float,
    *,
    key: str,
    player: str,
    help: str | None = None,
) -> float:
    """Show the slider and return its value; see `widgets.slider`.

    Args:
        label: translated text above the slider.
        span: (lowest, highest, step), all int or all float.
        default: value at first, of the same type.
        key: parameter of the link, and of the question that the player is asked.
        player: key of the player that answers.
        help: what the control does to the picture.
    """
    low, high, step = span
    kind = type(step)

    def read(text: object) -> float:
        value = kind(float(text))
        if not low <= value <= high:
            raise ValueError(f"must lie in [{low}, {high}], got {value}")
        return kind(round(low + round((value - low) / step) * step, 6))

    name, own = state.begin(key, default, read), f"dial_{key}"

    def hear() -> None:
        st.session_state[name] = read(st.session_state[own]["value"])

    value = st.session_state[name]
    data = {"label": label, "help": help, "low": low, "high": high, "step": step}
    data |= {"digits": 0 if kind is int else 2, "key": key, "player": player}
    _dial(key=own, data=data | {"value": value}, on_value_change=hear)
    return state.note(key, value, default)
