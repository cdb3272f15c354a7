/* What a learner does on the stage: point, click, type, paint, drag. */

const REACH = 5; // how near an edge one must point, logical pixels
const SPACING = 11,
  RUBBER = 14,
  GRIP = 18; // brush, logical pixels
const MOST_POINTS = 600;

function distance([x0, y0, x1, y1], x, y) {
  if (x < Math.min(x0, x1) - REACH || x > Math.max(x0, x1) + REACH) return Infinity;
  if (y < Math.min(y0, y1) - REACH || y > Math.max(y0, y1) + REACH) return Infinity;
  let best = Infinity,
    px = x0,
    py = y0;
  for (let i = 1; i <= 16; i++) {
    const t = i / 16,
      s = 1 - t,
      bend = t * t * (3 - 2 * t); // y of the same Bezier curve
    const nx = s * s * s * x0 + 1.5 * s * t * (x0 + x1) + t * t * t * x1,
      ny = y0 + (y1 - y0) * bend;
    const dx = nx - px,
      dy = ny - py,
      length = dx * dx + dy * dy || 1;
    const k = Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / length));
    best = Math.min(best, Math.hypot(x - px - k * dx, y - py - k * dy));
    [px, py] = [nx, ny];
  }
  return best;
}
const inside = ([x, y, w, h], px, py) => px >= x && px <= x + w && py >= y && py <= y + h;

class Hand {
  constructor(player) {
    this.v = player;
    [this.over, this.tip, this.editor] = ["over", "tip", "editor"].map(player.part);
    this.input = this.editor.querySelector("input");
    const on = (kind, act) => player.listen(player.canvas, kind, act);
    on("pointermove", (event) => this.move(event));
    on("pointerdown", (event) => this.down(event));
    on("pointerup", () => this.up());
    on("pointercancel", () => this.up());
    on("pointerleave", () => this.point(null));
    on("click", (event) => this.click(event));
    player.listen(this.editor, "submit", (event) => this.enter(event));
    player.listen(this.input, "keydown", (event) => {
      if (event.key === "Escape") this.closeEditor();
    });
    player.listen(this.input, "blur", () => this.closeEditor());
  }

  layers(kind) {
    return this.v.scene.layers.filter((layer) => layer.kind === kind);
  }

  spot(event) {
    const { left, top, width } = this.v.canvas.getBoundingClientRect();
    const scale = this.v.scene.size[0] / width;
    return [(event.clientX - left) * scale, (event.clientY - top) * scale];
  }
  place(node, x, y) {
    const [w, h] = this.v.scene.size;
    Object.assign(node.style, { left: `${(100 * x) / w}%`, top: `${(100 * y) / h}%` });
  }

  /* Pointing: tips and enlarged fields */
  find(x, y) {
    for (const layer of this.layers("dots")) {
      const index = layer.at.findIndex(
        ([a, b]) => Math.hypot(a - x, b - y) <= layer.radius + 4,
      );
      if (index >= 0 && (layer.tip || layer.edit.length)) return { layer, index };
    }
    for (const layer of this.layers("field"))
      if (layer.zooms && inside(layer.box, x, y)) return { layer, index: 0 };
    let best = REACH,
      found = null;
    for (const layer of this.layers("edges"))
      layer.ends.forEach((ends, index) => {
        const far = distance(ends, x, y);
        if (far <= best) [best, found] = [far, { layer, index }];
      });
    return found;
  }

  point(found, x = 0, y = 0) {
    const { v } = this,
      was = v.hover,
      zoomed = found?.layer.zooms ? found.layer : null;
    this.at = [x, y];
    if (was?.layer === found?.layer && was?.index === found?.index) return this.follow();
    Object.assign(v, { hover: found, zoomed });
    v.canvas.style.cursor = found?.layer.edit?.[found.index] ? "pointer" : "";
    v.refresh();
    this.follow();
  }

  follow() {
    const { v, tip } = this,
      { layer, index } = v.hover ?? {};
    const words = layer && v.exact && (layer.tips[index] ?? layer.tips[0]);
    const text = words
      ? words(v.exact, layer.kind === "field" ? undefined : v.exact.f[layer.first + index])
      : "";
    tip.hidden = !text || !this.editor.hidden;
    if (tip.hidden) return;
    put(tip, text);
    const large = v.zoomed && this.layers("field").find((field) => field.large);
    if (large) this.place(tip, large.box[0] + large.box[2] / 2, large.box[1] + large.box[3]);
    else
      this.place(
        tip,
        Math.max(60, Math.min(this.at[0], v.scene.size[0] - 60)),
        this.at[1] - 12,
      );
  }

  move(event) {
    const [x, y] = this.spot(event);
    if (this.drag) return this.drag(x, y);
    const brush = this.painted(x, y),
      curve = this.curve(x, y),
      grip = this.grip(x, y)?.grip;
    this.point(brush || curve || grip ? null : this.find(x, y), x, y);
    if (grip) this.v.canvas.style.cursor = cursorOf(grip);
    else if (this.sheet(x, y)) this.v.canvas.style.cursor = "crosshair";
    else if (brush) this.v.canvas.style.cursor = this.tool === "move" ? "grab" : "crosshair";
    else if (curve) this.v.canvas.style.cursor = "ew-resize";
    else if (this.map(x, y)) this.v.canvas.style.cursor = "crosshair";
    else if (this.relief(x, y)) this.v.canvas.style.cursor = "grab";
    else if (!this.v.hover) this.v.canvas.style.cursor = "";
  }

  grip(x, y) {
    for (const layer of this.layers("movable").reverse()) {
      const grip = gripOf(this.v, layer, x, y);
      if (grip) return { layer, grip };
    }
    return null;
  }
  sheet(x, y) {
    return this.layers("ink").find((layer) => inside(layer.box, x, y));
  }
  painted(x, y) {
    return this.layers("points").find((layer) => layer.brush && inside(layer.box, x, y));
  }
  /* What scrubs when it is dragged: a curve, or the handle of a curtain */
  curve(x, y) {
    const near = ({ plot }) => plot && Math.abs(x - placeAt(plot, this.v.time)) <= GRIP;
    return [...this.layers("curve"), ...this.layers("curtain").filter(near)].find(
      (layer) => layer.plot && inside(layer.box, x, y),
    );
  }

  map(x, y) {
    return this.layers("picture").find((layer) => layer.action && inside(layer.box, x, y));
  }
  relief(x, y) {
    return this.layers("relief").find((layer) => inside(layer.box, x, y));
  }

  down(event) {
    const { v } = this,
      [x, y] = this.spot(event);
    const layer = this.painted(x, y),
      curve = this.curve(x, y),
      relief = this.relief(x, y),
      sheet = this.sheet(x, y),
      box = this.grip(x, y);
    this.dragged = !!(layer || curve || relief || sheet || (box && !box.grip.fresh));
    if (event.button || !(this.dragged || box)) return;
    v.canvas.setPointerCapture(event.pointerId);
    if (sheet && !box) {
      this.drag = writing(v, sheet, x, y);
      this.end = () => v.wrote();
    } else if (box) this.carry(box.layer, box.grip, x, y);
    else if (curve) {
      this.drag = (px) => v.scrub(timeAt(curve.plot, px));
      this.end = () => v.released();
    } else if (layer) {
      this.drag = this.brush(layer);
      this.end = () => this.sendPoints(layer);
    } else this.drag = turning(v, relief, x, y);
    this.drag(x, y);
  }
  up() {
    const { end } = this;
    this.drag = this.end = null;
    end?.();
  }

  /* A box in hand: the player asks for its answer all along, then tells the page */
  carry(layer, grip, x0, y0) {
    const { v } = this,
      { action } = layer,
      { index } = grip,
      carried = carrying(layer, grip, x0, y0);
    this.drag = (x, y) => {
      const place = carried(x, y);
      if (!place) return;
      this.dragged = true;
      v.carry({ action, index, place });
    };
    this.end = () => this.dragged && v.drop();
  }

  /* A weight by hand */
  click(event) {
    const { v } = this,
      [x, y] = this.spot(event);
    if (this.dragged) return;
    this.point(this.find(x, y), x, y);
    const { layer, index } = v.hover ?? {};
    if (!v.hover && this.map(x, y)) return this.put(this.map(x, y), x, y);
    if (!layer?.edit?.[index] || !v.exact) return;
    v.play(false);
    this.id = layer.edit[index];
    const label = v.words.edit;
    this.input.setAttribute("aria-label", label);
    put(this.editor.firstElementChild, label);
    this.input.value =
      +v.tape.frames[v.tape.index(v.time)].f[layer.first + index].toPrecision(4);
    this.place(this.editor, Math.max(90, Math.min(x, v.scene.size[0] - 90)), y);
    this.editor.hidden = false;
    this.tip.hidden = true;
    this.input.select();
    this.input.focus();
  }
  put({ box, span, action }, x, y) {
    const [a, b] = planeOf(box, span).from(x, y).map((value) => +value.toPrecision(4));
    this.v.clicked(action, a, b);
  }
  enter(event) {
    event.preventDefault();
    const value = this.input.valueAsNumber;
    if (Number.isFinite(value)) this.v.send({ kind: "edit", id: this.id, value });
    this.closeEditor();
  }
  closeEditor() {
    this.editor.hidden = true;
  }

  /* Points by hand */
  brush(layer) {
    const { to, from } = frameOf(layer.box, layer.span),
      { xy, colors, hollow } = layer;
    const nearest = (x, y) => {
      let best = GRIP,
        found = -1;
      xy.forEach((at, i) => {
        const [a, b] = to(...at),
          far = Math.hypot(a - x, b - y);
        if (far < best) [best, found] = [far, i];
      });
      return found;
    };
    const bounded = (x, y) =>
      from(x, y).map((a) => +Math.max(layer.span[0], Math.min(layer.span[1], a)).toFixed(3));
    let last = null,
      held = null;
    const acts = {
      paint: (x, y) => {
        if (
          xy.length >= MOST_POINTS ||
          (last && Math.hypot(x - last[0], y - last[1]) < SPACING)
        )
          return;
        last = [x, y];
        xy.push(bounded(x, y));
        colors.push(this.ink);
        hollow.push(false);
      },
      erase: (x, y) => {
        for (let i = xy.length - 1; i >= 0; i--) {
          const [a, b] = to(...xy[i]);
          if (Math.hypot(a - x, b - y) <= RUBBER)
            for (const list of [xy, colors, hollow]) list.splice(i, 1);
        }
      },
      move: (x, y) => {
        held ??= nearest(x, y);
        if (held >= 0) xy[held] = bounded(x, y);
      },
    };
    return (x, y) => {
      acts[this.tool](x, y);
      layer.edits = (layer.edits ?? 0) + 1;
      this.v.refresh();
    };
  }
  sendPoints({ xy, colors }) {
    this.v.send({ kind: "points", points: xy.map(([x, y], i) => [x, y, colors[i]]) });
  }

  /* Real buttons and menus over the canvas, and a way to the fields by keyboard */
  dress() {
    const { scene, words, colours } = this.v,
      kept = ["button", "menu", "points", "field"];
    const parts = scene.layers.filter(
      (l) => kept.includes(l.kind) && (l.brush || l.zooms || l.action),
    );
    for (const layer of this.layers("points"))
      while (layer.hollow.length < layer.colors.length) layer.hollow.push(false);
    const same = JSON.stringify([
      parts.map(({ xy, colors, hollow, atlas, tips, ...rest }) => rest),
      words,
    ]);
    if (same === this.same) return;
    this.same = same;
    const makers = {
      button: (layer) => this.button(layer),
      menu: (layer) => this.menu(layer),
      points: (layer) => this.tools(layer, words, colours),
      field: (layer, i) => this.zone(layer, i),
    };
    this.over.replaceChildren(
      ...parts.map((layer, i) => {
        const node = makers[layer.kind](layer, i);
        if (layer.at) this.place(node, ...layer.at);
        return node;
      }),
    );
    const zones = this.over.querySelectorAll(".zone");
    zones.forEach((zone, i) => {
      zone.tabIndex = i ? -1 : 0;
    });
  }

  act({ action }, value) {
    this.v.send({ kind: "button", action, value });
  }

  button(layer) {
    const node = make("button", "press", layer.text);
    Object.assign(node, {
      title: layer.label,
      disabled: layer.disabled,
      onclick: () => this.act(layer, layer.value),
    });
    node.setAttribute("aria-label", layer.label);
    return node;
  }
  menu(layer) {
    const node = make("select", "press");
    node.append(
      ...layer.options.map(
        ([id, text]) => new Option(text, id, id === layer.value, id === layer.value),
      ),
    );
    Object.assign(node, { title: layer.label, onchange: () => this.act(layer, node.value) });
    node.setAttribute("aria-label", layer.label);
    node.style.width = `${(100 * layer.width) / this.v.scene.size[0]}%`;
    return node;
  }
  zone(layer) {
    const node = make("button", "zone"),
      [w, h] = this.v.scene.size,
      nth = this.v.scene.layers.indexOf(layer);
    this.place(node, layer.box[0], layer.box[1]);
    Object.assign(node.style, {
      width: `${(100 * layer.box[2]) / w}%`,
      height: `${(100 * layer.box[3]) / h}%`,
    });
    const now = () => this.v.scene.layers[nth];
    const name = () => node.setAttribute("aria-label", now().tips[0](this.v.exact));
    name();
    node.onfocus = () => {
      name();
      if (node.matches(":focus-visible")) this.point({ layer: now(), index: 0 });
    };
    node.onblur = () => this.point(null);
    node.onkeydown = (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const zones = [...this.over.querySelectorAll(".zone")],
        next = zones[zones.indexOf(node) + by];
      if (by) event.preventDefault();
      if (!next) return;
      [node.tabIndex, next.tabIndex] = [-1, 0];
      next.focus();
    };
    return node;
  }
  tools(layer, words, colours) {
    const row = make("div", "tools"),
      { brush } = layer,
      say = { ...words, ...brush.words };
    const icons = { paint: "brush", erase: "ink_eraser", move: "pan_tool_alt" };
    const choices = Object.keys(icons).map((tool) => ({
      tool,
      label: say[tool],
      node: make("button", "icon", icons[tool]),
    }));
    brush.colors.forEach((ink, i) => {
      const letter = String.fromCharCode(65 + i),
        node = make("button", "swatch", letter);
      node.style.setProperty("--swatch", colours.classes[ink % colours.classes.length]);
      choices.push({ tool: "paint", ink, label: `${say.paint} ${letter}`, node });
    });
    const choose = (tool, ink) => {
      Object.assign(this, { tool, ink });
      for (const { node, ...one } of choices)
        node.setAttribute(
          "aria-pressed",
          one.ink === undefined ? one.tool === tool : tool === "paint" && one.ink === ink,
        );
    };
    for (const { node, tool, ink, label } of choices) {
      Object.assign(node, { title: label, onclick: () => choose(tool, ink ?? this.ink) });
      node.setAttribute("aria-label", label);
    }
    choose(this.tool ?? "paint", brush.colors.includes(this.ink) ? this.ink : brush.colors[0]);
    row.append(...choices.map(({ node }) => node));
    this.place(row, layer.box[0], layer.box[1]);
    row.classList.toggle("inside", layer.box[1] < 44);
    row.setAttribute("role", "toolbar");
    return row;
  }
}
