/* How each layer of a scene is painted. `v` is the player: v.cur holds the numbers
   between two frames, v.exact the newest frame at or before the playhead. */

const DARK_LINE = 1.5;

/* Colours */
const probe = document.createElement("canvas").getContext("2d");
function rgb(css) {
  probe.fillStyle = "#000";
  probe.fillStyle = css; // the browser's own reading: "#rrggbb" if opaque
  return [1, 3, 5].map((i) => parseInt(probe.fillStyle.slice(i, i + 2), 16));
}
const mixed = (a, b, t) => a.map((x, i) => Math.round(x + (b[i] - x) * t));
const hex = (c) => "#" + c.map((x) => x.toString(16).padStart(2, "0")).join("");

function ramp(colours) {
  const stops = colours.map(rgb),
    last = stops.length - 1;
  return Array.from({ length: 256 }, (_, i) => {
    const at = Math.min((i / 255) * last, last - 1e-9),
      k = Math.floor(at);
    return mixed(stops[k], stops[k + 1], at - k);
  });
}
const packed = (colours) =>
  Uint32Array.from(colours, ([r, g, b]) => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0);

function readLook(root, colours, scale) {
  const style = getComputedStyle(root),
    get = (name) => style.getPropertyValue(name);
  const type = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const ink = rgb(get("--st-text-color")),
    ground = rgb(get("--st-background-color"));
  const diverging = ramp([colours.negative, colours.paper, colours.positive]);
  return {
    ...colours,
    ink: hex(ink),
    ground: hex(ground),
    muted: hex(mixed(ink, ground, 0.35)),
    faint: hex(mixed(ink, ground, 0.82)),
    font: get("--st-font"),
    type: type * Math.max(1, 0.85 / scale), // on a small stage text shrinks less
    controls: 15 * Math.max(scale, 0.9 * type), // px: one of both is enough
    line: 1 + 1.6 * (type - 1),
    css: diverging.map(hex),
    diverging: packed(diverging),
    sequential: packed(ramp(colours.sequential)),
  };
}
const colour = (look, c) =>
  typeof c === "number" ? look.classes[c % look.classes.length] : (look[c] ?? c);

/* Numbers in words */
const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const minus = (text) => text.replace("-", "−");
const grouped = (text) =>
  text.replace(/\B(?=(\d{3})+$)/g, text.replace("-", "").length > 4 ? "\u202f" : "");
function scientific(x, digits) {
  const [mantissa, power] = x.toExponential(digits).split("e");
  const raised = [...power.replace("+", "")].map((d) => (d === "-" ? "⁻" : POWERS[d])).join("");
  return `${minus(mantissa)}·10${raised}`;
}
function spell(x, format) {
  if (x === undefined || Number.isNaN(x)) return "–";
  if (!Number.isFinite(x)) return x < 0 ? "−∞" : "∞";
  if (format === "signed") return (x < 0 ? "− " : "+ ") + spell(Math.abs(x));
  if (format === "percent") return `${minus((100 * x).toFixed(1))}\u202f%`;
  if (format === "int" || (Number.isInteger(x) && !format && Math.abs(x) < 1e9))
    return minus(grouped(String(Math.round(x))));
  if (format === "e") return scientific(x, 2);
  const digits = +format || 4,
    size = Math.abs(x);
  if (size && (size < 1e-3 || size >= 1e6)) return scientific(x, Math.max(0, digits - 2));
  return minus(size >= 10 ** digits ? grouped(x.toFixed(0)) : x.toPrecision(digits));
}

/* "loss {metrics:0}" -> a function of a frame (and of the value of one edge or dot) */
function template(text, tracks) {
  const parts = (text || "").split(/\{([^{}]+)\}/).map((part, i) => {
    if (i % 2 === 0) return () => part;
    const [name, second, third] = part.split(":"),
      index = parseInt(second);
    const format = Number.isNaN(index) || name === "value" || name === "time" ? second : third;
    if (name === "time") return (frame) => (frame ? spell(frame.t, format) : "–");
    if (name === "value") return (_, value) => spell(value, format);
    if (!tracks[name]) return () => `{${part}}`;
    const { bank, start } = tracks[name];
    return (frame) => (frame ? spell(frame[bank][start + (index || 0)], format) : "–");
  });
  return (frame, value) => parts.map((part) => part(frame, value)).join("");
}

/* A picture kept until its stamp changes, on whole device pixels so that it stays crisp */
class Sheet {
  constructor([x, y, w, h], pad) {
    this.box = [x - pad, y - pad, w + 2 * pad, h + 2 * pad];
    this.canvas = document.createElement("canvas");
  }
  refresh(v, stamp, draw) {
    if (this.stamp === stamp && this.look === v.look && this.px === v.px) return;
    Object.assign(this, { stamp, look: v.look, px: v.px });
    const [x, y, w, h] = this.box,
      { canvas, px } = this,
      g = canvas.getContext("2d");
    this.left = Math.floor(x * px);
    this.top = Math.floor(y * px);
    canvas.width = Math.ceil(w * px) + 1;
    canvas.height = Math.ceil(h * px) + 1;
    g.setTransform(px, 0, 0, px, -this.left, -this.top);
    draw(g);
  }
  paint(g) {
    g.save();
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.drawImage(this.canvas, this.left, this.top);
    g.restore();
  }
}

/* Fields: all of one track and palette share one picture, written by one call */
class Atlas {
  constructor(layers) {
    const [rows, cols] = [0, 1].map((i) => Math.max(...layers.map((l) => l.shape[i])));
    const across = Math.min(layers.length, Math.max(1, Math.floor(2048 / cols)));
    this.canvas = document.createElement("canvas");
    this.canvas.width = across * cols;
    this.canvas.height = Math.ceil(layers.length / across) * rows;
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(this.canvas.width, this.canvas.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.layers = layers;
    layers.forEach((layer, i) => {
      layer.atlas = this;
      layer.cell = [(i % across) * cols, Math.floor(i / across) * rows];
    });
  }
  refresh(v) {
    if (this.stamp === v.stamp && this.look === v.look) return;
    this.stamp = v.stamp;
    this.look = v.look;
    const { pixels } = this,
      width = this.canvas.width,
      bytes = v.cur.u;
    for (const layer of this.layers) {
      const [rows, cols] = layer.shape,
        lut = v.look[layer.palette];
      let k = layer.first;
      for (let r = 0; r < rows; r++) {
        let to = (layer.cell[1] + r) * width + layer.cell[0];
        if (lut) for (const end = to + cols; to < end;) pixels[to++] = lut[bytes[k++]];
        else
          for (const end = to + cols; to < end; k += 3)
            pixels[to++] = 0xff000000 | (bytes[k + 2] << 16) | (bytes[k + 1] << 8) | bytes[k];
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }
}

/* The line where a field of bytes crosses 127.5: marching squares */
function contour(g, u, first, [rows, cols], [x, y, w, h]) {
  const dx = w / cols,
    dy = h / rows;
  const line = (x0, y0, x1, y1) => {
    g.moveTo(x0, y0);
    g.lineTo(x1, y1);
  };
  g.beginPath();
  for (let r = 0; r < rows - 1; r++) {
    let i = first + r * cols;
    for (let c = 0; c < cols - 1; c++, i++) {
      const a = u[i],
        b = u[i + 1],
        d = u[i + cols],
        e = u[i + cols + 1];
      const code = (a >> 7) | ((b >> 7) << 1) | ((e >> 7) << 2) | ((d >> 7) << 3);
      if (code === 0 || code === 15) continue;
      const X = x + (c + 0.5) * dx,
        Y = y + (r + 0.5) * dy,
        XX = X + dx,
        YY = Y + dy;
      const top = X + (dx * (127.5 - a)) / (b - a),
        bottom = X + (dx * (127.5 - d)) / (e - d);
      const left = Y + (dy * (127.5 - a)) / (d - a),
        right = Y + (dy * (127.5 - b)) / (e - b);
      const flip = code > 7 ? 15 - code : code; // 10 is 5 of the other sign
      if (flip === 1 || code === 5) line(X, left, top, Y);
      if (flip === 2 || code === 10) line(top, Y, XX, right);
      if (flip === 4 || code === 5) line(XX, right, bottom, YY);
      if (flip === 7 || code === 10) line(X, left, bottom, YY);
      if (flip === 3) line(X, left, XX, right);
      if (flip === 6) line(top, Y, bottom, YY);
    }
  }
  g.stroke();
}

function paintField(v, g, layer) {
  const [x, y, w, h] = layer.box,
    shown = layer.large && v.zoomed ? v.zoomed : layer;
  const [rows, cols] = shown.shape;
  shown.atlas.refresh(v);
  g.drawImage(shown.atlas.canvas, ...shown.cell, cols, rows, x, y, w, h);
  if (layer.line) {
    g.lineWidth = DARK_LINE * v.look.line;
    g.strokeStyle = v.look.outline;
    g.lineCap = "round";
    contour(g, v.cur.u, shown.first, shown.shape, layer.box);
  }
  if (v.zoomed === layer) {
    g.lineWidth = 2 * v.look.line;
    g.strokeStyle = v.look.ink;
    g.strokeRect(x - 2, y - 2, w + 4, h + 4);
  }
}

function trace(g, [x0, y0, x1, y1]) {
  const middle = (x0 + x1) / 2;
  g.beginPath();
  g.moveTo(x0, y0);
  g.bezierCurveTo(middle, y0, middle, y1, x1, y1);
}
function paintEdges(v, g, layer) {
  const { ends, first } = layer,
    values = v.cur.f,
    { positive, negative, line } = v.look;
  const over = v.hover?.layer === layer ? v.hover.index : -1;
  const slim = Math.min(1, 12 / Math.sqrt(ends.length)); // many edges must not hide all
  g.lineCap = "butt";
  for (let i = 0; i < ends.length; i++) {
    const value = values[first + i],
      size = Math.abs(value);
    if (!(size >= 0)) continue;
    const width = Math.min(8, (0.5 + 7.5 * slim * Math.tanh(size / 3)) * line);
    trace(g, ends[i]);
    if (i === over) {
      g.globalAlpha = 1;
      g.strokeStyle = v.look.ink;
      g.lineWidth = width + 4;
      g.stroke();
    }
    g.strokeStyle = value < 0 ? negative : positive;
    g.globalAlpha = i === over ? 1 : (0.1 + 0.8 * Math.tanh(size / 0.8)) * slim;
    g.lineWidth = width;
    g.stroke();
  }
  g.globalAlpha = 1;
}

function paintDots(v, g, layer) {
  const radius = layer.radius * v.look.line;
  for (let i = 0; i < layer.at.length; i++) {
    const over = v.hover?.layer === layer && v.hover.index === i;
    const value = layer.track ? v.cur.f[layer.first + i] : 0;
    g.fillStyle = v.look.css[Math.round(127.5 + 127.5 * Math.tanh(value || 0))];
    g.strokeStyle = over ? v.look.ink : v.look.muted;
    g.lineWidth = (over ? 2.5 : 1.25) * v.look.line;
    g.beginPath();
    g.arc(...layer.at[i], radius, 0, 2 * Math.PI);
    g.fill();
    g.stroke();
  }
}

/* Data units to the stage, y up, and back */
function frameOf([x, y, w, h], [low, high]) {
  const sx = w / (high - low),
    sy = h / (high - low);
  return {
    to: (a, b) => [x + (a - low) * sx, y + h - (b - low) * sy],
    from: (px, py) => [low + (px - x) / sx, low + (y + h - py) / sy],
  };
}

function dot(v, g, [x, y], c, hollow, radius) {
  const line = v.look.line,
    r = radius * (1 + (line - 1) / 2);
  g.beginPath();
  g.arc(x, y, r, 0, 2 * Math.PI);
  const dark = `color-mix(in srgb, ${colour(v.look, c)} 62%, black)`; // seen on its own field
  if (!hollow) {
    g.fillStyle = dark;
    g.fill();
  }
  g.lineWidth = (hollow ? 3.2 : 0.8) * line;
  g.strokeStyle = "#fff";
  g.stroke();
  if (!hollow) return;
  g.lineWidth = 1.5 * line;
  g.strokeStyle = dark;
  g.stroke();
}
function paintPoints(v, g, layer) {
  const { radius, colors, hollow } = layer,
    { to } = frameOf(layer.box, layer.span);
  const all = (g, at) => colors.forEach((c, i) => dot(v, g, at(i), c, hollow[i], radius));
  if (layer.track) {
    const f = v.cur.f,
      k = layer.first;
    all(g, (i) => to(f[k + 2 * i], f[k + 2 * i + 1]));
    return;
  }
  layer.sheet ??= new Sheet(layer.box, radius + 6);
  layer.sheet.refresh(v, layer.edits ?? 0, (g) => all(g, (i) => to(...layer.xy[i])));
  layer.sheet.paint(g);
}

function paintMesh(v, g, layer) {
  const { first: k, lines, points } = layer,
    f = v.cur.f;
  let span = layer.span;
  if (!span) {
    let size = 1e-6;
    for (let i = k; i < k + 2 * lines * points; i++)
      if (Math.abs(f[i]) > size) size = Math.abs(f[i]);
    span = [-1.05 * size, 1.05 * size];
  }
  const { to } = frameOf(layer.box, span);
  g.save();
  g.beginPath();
  g.rect(...layer.box);
  g.clip();
  g.beginPath();
  for (let i = 0; i < lines * points; i++) {
    const [x, y] = to(f[k + 2 * i], f[k + 2 * i + 1]);
    if (i % points) g.lineTo(x, y);
    else g.moveTo(x, y);
  }
  g.strokeStyle = colour(v.look, layer.color);
  g.lineWidth = 1.25 * v.look.line;
  g.stroke();
  g.restore();
}

const dashed = (v, g, on) => g.setLineDash(on ? [7 * v.look.line, 5 * v.look.line] : []);
function paintBoxes(v, g, layer) {
  const [x, y, w] = layer.box,
    [low, high] = layer.span,
    scale = w / (high - low);
  const f = v.cur.f,
    { look } = v;
  layer.colors.forEach((c, i) => {
    const [a, b, d, e] = layer.track
      ? f.subarray(layer.first + 4 * i, layer.first + 4 * i + 4)
      : layer.xyxy[i];
    const [left, top] = [x + (a - low) * scale, y + b * scale];
    g.strokeStyle = colour(look, c);
    g.lineWidth = 2.5 * look.line;
    dashed(v, g, layer.dash[i]);
    g.strokeRect(left, top, (d - a) * scale, (e - b) * scale);
    g.setLineDash([]);
    if (layer.labels[i]) write(v, g, layer.labels[i], left + 3, top - 5, { color: look.ink });
  });
}

function write(
  v,
  g,
  text,
  x,
  y,
  { size = 14, align = "left", color = v.look.muted, weight = "" } = {},
) {
  g.font = `${weight} ${Math.max(14, size) * v.look.type}px ${v.look.font}`;
  g.textAlign = align;
  g.fillStyle = color;
  g.fillText(text, x, y);
}
function paintText(v, g, layer) {
  const { at, size, align, muted } = layer;
  if (layer.said !== v.exact || !v.exact) layer.text = layer.words((layer.said = v.exact));
  write(v, g, layer.text, ...at, { size, align, color: muted ? v.look.muted : v.look.ink });
}
