/* Numbers of every frame on the tape against time, with the playhead. */

/* The next of 1, 2, 2.5, 5 times a power of ten: an axis that does not tremble */
function nice(x) {
  const power = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 2.5, 5, 10].find((step) => step * power >= x * 0.9999) * power;
}

/* The ends of an axis, and where a number stands between them, 0 to 1 */
function axis(layer, frames) {
  if (layer.span) return (layer.log ? powers : linear)(...layer.span);
  let low = Infinity,
    high = -Infinity;
  for (const frame of frames)
    for (const s of layer.series) {
      const value = frame[s.bank][s.at];
      if (!Number.isFinite(value) || (layer.log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (low > high) [low, high] = layer.log ? [0.1, 1] : [0, 1];
  if (layer.log) {
    low = 10 ** Math.floor(Math.log10(low) + 1e-9);
    return powers(low, Math.max(10 ** Math.ceil(Math.log10(high) - 1e-9), 10 * low));
  }
  if (!layer.zero && high > low) {
    const step = nice((high - low) / 5);
    return linear(Math.floor(low / step) * step, Math.ceil(high / step) * step, step);
  }
  low = low < 0 ? -nice(-low) : 0;
  high = high > 0 ? nice(high) : low < 0 ? 0 : 1;
  return linear(low, high);
}
function powers(low, high) {
  const [a, b] = [Math.log10(low), Math.log10(high)];
  return { low, high, part: (value) => (Math.log10(value) - a) / (b - a) };
}
const linear = (low, high, step = 0) => ({
  low,
  high,
  step,
  part: (value) => (value - low) / (high - low),
});

function width(v, g, text) {
  g.font = `${14 * v.look.type}px ${v.look.font}`;
  return g.measureText(text).width;
}

/* The plot inside the box: room for the legend above and the numbers left and below */
function plotOf(v, g, layer) {
  const { frames } = v.tape,
    { type } = v.look,
    [x, y, w, h] = layer.box;
  const scale = axis(layer, frames),
    top = y + 24 * type;
  const short = (value) =>
    layer.log || Math.abs(value) >= 1e5
      ? scientific(value, 0).replace(/^(−?)1·/, "$1")
      : minus(String(+value.toPrecision(3)));
  const levels = [scale.high, scale.low];
  if (scale.low < 0 && scale.high > 0 && !layer.log) levels.push(0);
  if (scale.step && h > 110 * type)
    for (let at = scale.low + scale.step; at < scale.high - scale.step / 2; at += scale.step)
      if (!levels.includes(at)) levels.push(at);
  const decades = layer.log ? Math.round(Math.log10(scale.high / scale.low)) : 0,
    stride = Math.ceil((decades * 44 * type) / h); // powers of ten between two lines
  for (let i = stride; i < decades - stride / 2; i += stride) levels.push(scale.low * 10 ** i);
  const names = levels.map(short),
    below = v.scene.layers.filter((one) => one.kind === "lags" && one.under === layer.id);
  const wide = [...names, ...below.map(topOf)].map((name) => width(v, g, name)),
    gutter = Math.max(...wide) + 10;
  const foot = h - 44 * type < 30 ? 6 : 20 * type; // no room: the slider tells the time
  const from = frames.length ? frames[0].t : 0,
    until = Math.max(from + 1, v.tape.last);
  const place = { x: x + gutter, y: top, w: w - gutter - 4, h: y + h - foot - top };
  return { ...scale, ...place, levels, names, from, until };
}
const timeAt = (plot, x) => plot.from + ((plot.until - plot.from) * (x - plot.x)) / plot.w;
const placeAt = (plot, t) => plot.x + (plot.w * (t - plot.from)) / (plot.until - plot.from);

function drawLines(v, g, layer, plot) {
  const { x, y, w, h, part } = plot;
  plot.levels.forEach((value, i) => {
    const at = y + h - h * part(value);
    g.strokeStyle = v.look.faint;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(x, at);
    g.lineTo(x + w, at);
    g.stroke();
    write(v, g, plot.names[i], x - 6, at + 5 * v.look.type, { align: "right" });
  });
  const under = y + h + 18 * v.look.type,
    timed = layer.box[1] + layer.box[3] - y - h > 6;
  if (timed && !layer.ticks.length) {
    if (w > 70 * v.look.type) write(v, g, spell(plot.from), x, under);
    write(v, g, spell(plot.until), x + w, under, { align: "right" });
  }
  for (const [time, text] of timed ? layer.ticks : [])
    write(v, g, text, placeAt(plot, time), under, { align: "center" });
  drawStretches(v, g, layer, plot);
  g.save();
  g.beginPath();
  g.rect(x, y - 3, w + 3, h + 6);
  g.clip();
  g.lineJoin = "round";
  for (const s of layer.series) {
    g.strokeStyle = colour(v.look, s.color);
    g.lineWidth = 2.5 * v.look.line;
    dashed(v, g, s.dash);
    if (s.dots) {
      drawDots(v, g, s, plot);
      continue;
    }
    g.beginPath();
    let drawing = false;
    for (const frame of v.tape.frames) {
      const value = frame[s.bank][s.at],
        good = Number.isFinite(value) && !(layer.log && value <= 0);
      if (good)
        g[drawing ? "lineTo" : "moveTo"](placeAt(plot, frame.t), y + h - h * part(value));
      drawing = good;
    }
    g.stroke();
  }
  g.restore();
}

/* What stands still behind the lines: shaded stretches, upright lines with a word */
function drawStretches(v, g, layer, plot) {
  const { x, y, w, h } = plot;
  g.fillStyle = v.look.faint;
  g.globalAlpha = 0.5;
  for (const [from, until] of layer.bands) {
    const left = Math.max(x, placeAt(plot, from));
    g.fillRect(left, y, Math.min(x + w, placeAt(plot, until)) - left, h);
  }
  g.globalAlpha = 1;
  layer.marks.forEach(([time, text], i) => {
    const at = placeAt(plot, time);
    if (at < x || at > x + w) return;
    g.strokeStyle = v.look.muted;
    g.lineWidth = 1.5 * v.look.line;
    g.setLineDash([2, 4]);
    g.beginPath();
    g.moveTo(at, y);
    g.lineTo(at, y + h);
    g.stroke();
    g.setLineDash([]);
    const late = at + 8 + width(v, g, text) > x + w;
    const beside = { align: late ? "right" : "left" };
    write(v, g, text, at + (late ? -6 : 6), y + (15 + 18 * i) * v.look.type, beside);
  });
}
function drawDots(v, g, s, plot) {
  const size = (v.tape.frames.length > 150 ? 1.5 : 2.5) * v.look.line;
  g.fillStyle = colour(v.look, s.color);
  for (const frame of v.tape.frames) {
    const value = frame[s.bank][s.at];
    if (!Number.isFinite(value)) continue;
    g.beginPath();
    g.arc(placeAt(plot, frame.t), plot.y + plot.h * (1 - plot.part(value)), size, 0, 7);
    g.fill();
  }
}

/* Line, name and value of each series; in a narrow box no value, at worst no name */
function legend(v, g, layer, plot) {
  const { type, line, ink } = v.look,
    base = plot.y - 9 * type,
    sample = 22 * line;
  if (layer.said !== v.exact)
    for (const s of layer.series) s.text = spell(v.exact?.[s.bank][s.at], "3");
  layer.said = v.exact;
  const values = layer.series.map((s) => Math.max(44 * type, width(v, g, s.text)) + 6);
  const names = layer.series.map((s) => sample + 6 + width(v, g, s.label) + 14);
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  const room = plot.x + plot.w - layer.box[0] - width(v, g, layer.label) - 6;
  const roomy = sum(values) + sum(names) <= room;
  let right = plot.x + plot.w;
  write(v, g, layer.label, layer.box[0], base);
  if (sum(names) - 14 > room) return;
  for (let i = layer.series.length - 1; i >= 0; i--) {
    const s = layer.series[i];
    if (roomy) write(v, g, s.text, right, base, { align: "right", color: ink });
    if (roomy) right -= values[i];
    write(v, g, s.label, right, base, { align: "right" });
    right -= names[i];
    g.strokeStyle = colour(v.look, s.color);
    g.lineWidth = 3 * line;
    dashed(v, g, s.dash);
    g.beginPath();
    if (s.dots) g.arc(right + 14 + sample / 2, base - 5 * type, 2 * line, 0, 7);
    else g.moveTo(right + 14, base - 5 * type);
    if (!s.dots) g.lineTo(right + 14 + sample, base - 5 * type);
    g.stroke();
    g.setLineDash([]);
  }
}

function paintCurve(v, g, layer) {
  layer.sheet ??= new Sheet(layer.box, 4);
  layer.sheet.refresh(v, v.tape.stamp, (sheet) => {
    layer.plot = plotOf(v, g, layer);
    drawLines(v, sheet, layer, layer.plot);
  });
  layer.sheet.paint(g);
  const { plot } = layer,
    end = plot.x + plot.w,
    head = Math.min(placeAt(plot, v.time), end);
  g.globalAlpha = layer.whole ? 0 : 0.6; // what is still to come is paler
  g.fillStyle = v.look.ground;
  g.fillRect(head, plot.y - 4, end + 4 - head, plot.h + 6);
  if (layer.window) {
    const left = Math.max(plot.x, placeAt(plot, v.time - layer.window));
    g.globalAlpha = 0.09;
    g.fillStyle = v.look.ink;
    g.fillRect(left, plot.y, head - left, plot.h);
  }
  g.globalAlpha = 1;
  legend(v, g, layer, plot);
  g.strokeStyle = v.look.ink;
  g.lineWidth = 1.5 * v.look.line;
  g.beginPath();
  g.moveTo(head, plot.y - 2);
  g.lineTo(head, plot.y + plot.h + 2);
  g.stroke();
  for (const s of layer.series) {
    const value = v.cur[s.bank][s.at];
    if (!Number.isFinite(value) || (layer.log && value <= 0)) continue;
    const high = Math.max(-0.02, Math.min(1.02, plot.part(value)));
    dot(v, g, [head, plot.y + plot.h * (1 - high)], s.color, s.dash, 4);
  }
}

const topOf = (lags) => String(+lags.top.toPrecision(2));
/* Bars that move with the playhead, on the time axis of the curve above them */
function paintLags(v, g, layer) {
  const over = v.scene.layers.find((one) => one.kind === "curve" && one.id === layer.under);
  if (!over?.plot || !v.exact) return;
  const { plot } = over,
    [left, y, , h] = layer.box,
    { frames } = v.tape,
    now = v.tape.index(v.time);
  const floor = y + h,
    room = h - 20 * v.look.type,
    factor = layer.track ? v.cur.f[layer.first] : 1;
  const wide = Math.max(1, (0.8 * plot.w) / Math.max(1, frames.length - 1));
  g.fillStyle = colour(v.look, layer.color);
  for (let k = 0; k <= now && k < layer.weights.length; k++) {
    const high = Math.min(1, (layer.weights[k] * factor) / layer.top) * room;
    g.fillRect(placeAt(plot, frames[now - k].t) - wide / 2, floor - high, wide, high);
  }
  g.strokeStyle = v.look.faint;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(plot.x, floor);
  g.lineTo(plot.x + plot.w, floor);
  g.stroke();
  write(v, g, topOf(layer), plot.x - 6, y + 30 * v.look.type, { align: "right" });
  write(v, g, layer.label, left, y + 13 * v.look.type);
}

const PAINTERS = {
  field: paintField,
  edges: paintEdges,
  dots: paintDots,
  points: paintPoints,
  mesh: paintMesh,
  boxes: paintBoxes,
  shade: paintShade,
  tagged: paintTagged,
  movable: paintMovable,
  ink: paintInk,
  text: paintText,
  curve: paintCurve,
  lags: paintLags,
  picture: paintPicture,
  curtain: paintCurtain,
  line: paintLine,
  trail: paintTrail,
  relief: paintRelief,
};

/* A scene from Python, with everything resolved that never changes while it plays */
function prepare(scene) {
  const tracks = {},
    sizes = { f: 0, u: 0 };
  for (const { name, kind, size } of scene.tracks) {
    const bank = kind === "f32" ? "f" : "u";
    tracks[name] = { bank, start: sizes[bank] };
    sizes[bank] += size;
  }
  const fields = new Map(),
    said = (text) => template(text, tracks);
  for (const layer of scene.layers) {
    if (layer.track) layer.first = tracks[layer.track].start + layer.offset;
    if (layer.kind === "field") {
      const group = layer.large ? layer : `${layer.track} ${layer.palette}`;
      fields.set(group, [...(fields.get(group) ?? []), layer]);
    }
    for (const s of layer.series ?? []) {
      s.bank = tracks[s.track].bank;
      s.at = tracks[s.track].start + s.index;
    }
    if (layer.kind === "text") layer.words = said(layer.template);
    layer.tips = [layer.tip ?? ""].flat().map(said);
  }
  for (const layers of fields.values()) new Atlas(layers);
  scene.clock = said(scene.time);
  scene.sentence = said(scene.spoken);
  scene.numbers = scene.metrics.map(([label, text]) => [label, said(text)]);
  return Object.assign(scene, { tracks, sizes, said });
}
