"""Figures as files: PNG and SVG, made in the browser from what is on screen."""

from collections.abc import Mapping

import streamlit as st

CSS = """
.row { display: flex; flex-wrap: wrap; gap: .75rem; }
button { border: 1px solid var(--st-border-color); border-radius: .5rem;
  cursor: pointer; min-height: 2.5rem; padding: .25rem .75rem; background: none;
  font: inherit; font-family: var(--st-font); font-size: .875rem;
  color: var(--st-text-color); }
button:hover, button:focus-visible { border-color: var(--st-primary-color);
  color: var(--st-primary-color); }
"""

JS = """
const SVG = "http://www.w3.org/2000/svg";

/* Plotly draws a chart as several SVGs on top of each other: put them into one. */
function merged(chart, background) {
  const layers = [...chart.querySelectorAll("svg.main-svg")];
  const { width, height } = layers[0].getBoundingClientRect();
  const whole = document.createElementNS(SVG, "svg");
  whole.setAttribute("xmlns", SVG);
  whole.setAttribute("width", width);
  whole.setAttribute("height", height);
  whole.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const paper = document.createElementNS(SVG, "rect");
  paper.setAttribute("width", "100%");
  paper.setAttribute("height", "100%");
  paper.setAttribute("fill", background);
  whole.append(paper, ...layers.flatMap(l => [...l.cloneNode(true).childNodes]));
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

function save(url, name) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

function saveSvg(svg, stem) {
  const url = URL.createObjectURL(new Blob([svg.text], { type: "image/svg+xml" }));
  save(url, `${stem}.svg`);
  URL.revokeObjectURL(url);
}

function savePng(svg, stem) {
  const picture = new Image();
  picture.onload = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * svg.width, 2 * svg.height];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    save(canvas.toDataURL("image/png"), `${stem}.png`);
  };
  picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg.text);
}

export default function ({ data, parentElement }) {
  const row = parentElement.querySelector(".row");
  const style = getComputedStyle(row);
  row.replaceChildren();
  for (const [stem, key] of Object.entries(data.figures))
    for (const [kind, write] of [["png", savePng], ["svg", saveSvg]]) {
      const button = document.createElement("button");
      button.textContent = `${stem}.${kind}`;
      button.onclick = () => {
        const chart = document.querySelector(`.st-key-${key} .js-plotly-plot`);
        const background = style.getPropertyValue("--st-background-color");
        if (chart) write(merged(chart, background), stem);
      };
      row.append(button);
    }
}
"""

_buttons = st.components.v2.component(
    "figure_buttons", html='<div class="row"></div>', css=CSS, js=JS
)


def figure_buttons(figures: Mapping[str, str]) -> None:
    """Show two buttons for each figure: save it as PNG, save it as SVG.

    Args:
        figures: file stem -> key of a chart on this page.
    """
    if figures:
        _buttons(key="figures", data={"figures": dict(figures)})
