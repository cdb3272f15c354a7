"""The address bar: a button that copies the whole state of the screen as a link."""

from collections.abc import Mapping

import streamlit as st

HTML = """<button type="button">
  <span class="icon" aria-hidden="true"></span><span class="text"></span>
</button>"""

CSS = """
button { display: inline-flex; align-items: center; gap: .5rem; border: 0; padding: 0;
  min-height: 2.5rem; background: none; cursor: pointer; white-space: nowrap;
  color: var(--st-text-color); font: inherit;
  font-family: var(--st-font); font-size: .875rem; }
button:hover, button:focus-visible { color: var(--st-primary-color); }
.icon { font-family: "Material Symbols Rounded"; font-size: 1.25rem; line-height: 1; }
"""

JS = """
function address(state, whole) {
  const url = new URL(window.location.href);
  for (const key of [...url.searchParams.keys()])
    if (!key.startsWith("embed")) url.searchParams.delete(key);
  for (const [key, [text, isDefault]] of Object.entries(state)) {
    if (whole || !isDefault) url.searchParams.set(key, text);
  }
  return url;
}

async function copy(text) {
  try { await navigator.clipboard.writeText(text); return; } catch { /* plain http */ }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export default function ({ data, parentElement }) {
  window.history.replaceState(window.history.state, "", address(data.state, false));
  const [icon, text] = parentElement.querySelectorAll("span");
  const show = (name, words) => { icon.textContent = name; text.textContent = words; };
  show("link", data.label);
  const button = parentElement.querySelector("button");
  button.onclick = async () => {
    await copy(address(data.state, true).href);
    show("check", data.done);
    setTimeout(() => show("link", data.label), 2000);
  };
}
"""

_button = st.components.v2.component("link_button", html=HTML, css=CSS, js=JS)


def link_button(
    state: Mapping[str, tuple[str, bool]], *, label: str, done: str
) -> None:
    """Keep the address up to date and show a button that copies the full link.

    Args:
        state: parameter -> (text, whether it is the default and may be left out).
        label: translated text of the button.
        done: translated text shown for two seconds after copying.
    """
    _button(key="link", data={"state": state, "label": label, "done": done})
