/* Rectangles in a picture: shaded, and moved, stretched or drawn by the learner. */

const NEAR = 7; // how near a side one must point, logical pixels
const KNOB = 4; // half a handle

/* Pixels of a picture to the stage, y down, and back */
function pictureOn([x, y, w, h], [low, high]) {
  const scale = w / (high - low);
  return {
    to: ([a, b, c, d]) => [
      x + (a - low) * scale,
      y + b * scale,
      x + (c - low) * scale,
      y + d * scale,
    ],
    from: (px, py) => [low + (px - x) / scale, (py - y) / scale],
    limits: (reach) => [low - reach, -reach, high + reach, h / scale + reach],
  };
}

/* The edges on the stage of every box of a layer, with its colour; none where NaN */
function eachBox(v, layer, paint) {
  const { to } = pictureOn(layer.box, layer.span),
    f = v.cur.f;
  layer.colors.forEach((c, i) => {
    const at = layer.first + 4 * i;
    const edges = to(layer.track ? f.subarray(at, at + 4) : layer.xyxy[i]);
    if (edges.every(Number.isFinite)) paint(edges, colour(v.look, c), i);
  });
}

function paintShade(v, g, layer) {
  g.globalAlpha = layer.alpha;
  eachBox(v, layer, ([l, t, r, b], shade) => {
    g.fillStyle = shade;
    g.fillRect(l, t, r - l, b - t);
  });
  g.globalAlpha = 1;
}

function paintTagged(v, g, layer) {
  eachBox(v, layer, (edges, shade) => rim(v, g, edges, shade));
  eachBox(v, layer, ([l, t], shade, i) => plate(v, g, layer.labels[i], shade, [l, t]));
}
function rim(v, g, [l, t, r, b], shade) {
  for (const [color, width] of [
    ["rgba(255, 255, 255, 0.75)", 5],
    [shade, 2.5],
  ]) {
    g.strokeStyle = color;
    g.lineWidth = width * v.look.line;
    g.strokeRect(l, t, r - l, b - t);
  }
}

/* Where the boxes are: the one in hand is where the hand has it */
function placesOf(v, layer) {
  const places = [...layer.xyxy];
  if (v.held?.action === layer.action) places[v.held.index] = v.held.place;
  return places;
}

function paintMovable(v, g, layer) {
  const { to } = pictureOn(layer.box, layer.span),
    [x, y, w, h] = layer.box;
  const chosen = v.held?.action === layer.action ? v.held.index : layer.chosen;
  const room = 2 * KNOB;
  clipped(g, [x - room, y - room, w + 2 * room, h + 2 * room], () =>
    placesOf(v, layer).forEach((place, i) => {
      const [l, t, r, b] = to(place),
        shade = colour(v.look, layer.colors[i] ?? "ink");
      rim(v, g, [l, t, r, b], shade);
      if (layer.labels[i]) plate(v, g, layer.labels[i], shade, [l, t]);
      if (i === chosen) knobs(g, [l, t, r, b], shade);
    }),
  );
}
/* The label in a corner, inside, on the colour of its box */
function plate(v, g, text, shade, [x, y]) {
  const type = 14 * v.look.type,
    [red, green, blue] = rgb(shade);
  g.font = `600 ${type}px ${v.look.font}`;
  g.fillStyle = shade;
  g.fillRect(x, y, g.measureText(text).width + 0.7 * type, 1.4 * type);
  const color = 0.3 * red + 0.59 * green + 0.11 * blue > 140 ? v.look.outline : "#fff";
  write(v, g, text, x + 0.35 * type, y + 1.05 * type, { color, weight: "600" });
}
function knobs(g, [l, t, r, b], shade) {
  g.fillStyle = "#fff";
  g.strokeStyle = shade;
  g.lineWidth = 1.5;
  for (const x of [l, (l + r) / 2, r])
    for (const y of [t, (t + b) / 2, b]) {
      if (x === (l + r) / 2 && y === (t + b) / 2) continue;
      g.beginPath();
      g.rect(x - KNOB, y - KNOB, 2 * KNOB, 2 * KNOB);
      g.fill();
      g.stroke();
    }
}

/* What the pointer has hold of: a box by its sides (-1, 0, 1 across and down; 0, 0 is
   the whole), sides before insides, the chosen one first, then the smallest */
function gripOf(v, layer, x, y) {
  const { to } = pictureOn(layer.box, layer.span),
    side = (at, low, high) => {
      const near = Math.min(NEAR, (high - low) / 4); // small boxes can be moved too
      if (at < low - NEAR || at > high + NEAR) return null;
      return at <= low + near ? -1 : at >= high - near ? 1 : 0;
    };
  const grips = placesOf(v, layer).flatMap((place, index) => {
    const [l, t, r, b] = to(place),
      [across, down] = [side(x, l, r), side(y, t, b)];
    if (across === null || down === null) return [];
    const inner = !(across || down),
      first = index === layer.chosen;
    return [{ index, across, down, rank: [inner, !first, (r - l) * (b - t)] }];
  });
  const order = (a, b) => {
    const i = a.rank.findIndex((part, k) => part !== b.rank[k]);
    return i < 0 ? 0 : a.rank[i] - b.rank[i];
  };
  if (grips.length) return grips.sort(order)[0];
  if (layer.fresh && inside(layer.box, x, y))
    return { index: layer.xyxy.length, across: 1, down: 1, fresh: true };
  return null;
}
const CURSORS = ["nwse-resize", "ew-resize", "nesw-resize", "ns-resize", "move"];
const cursorOf = ({ across, down, fresh }) =>
  fresh ? "crosshair" : CURSORS[Math.min(3 * across + down + 4, 4 - 3 * across - down)];

/* Returns where the box is when the pointer is at (x, y); null: there is none yet */
function carrying(layer, { index, across, down, fresh }, x0, y0) {
  const { from, limits } = pictureOn(layer.box, layer.span),
    { least, step } = layer;
  const [a0, b0] = from(x0, y0),
    [left, top, right, bottom] = limits(layer.reach);
  const begun = fresh ? [a0, b0, a0, b0] : layer.xyxy[index];
  const near = (value) => +(Math.round(value / step) * step).toFixed(4);
  const within = (value, low, high) => Math.max(low, Math.min(high, value));
  const moved = (low, high, by, lowest, most) => {
    const shift = near(within(by, lowest - low, most - high));
    return [low + shift, high + shift];
  };
  const stretched = (low, high, side, by, [lowest, most]) =>
    side < 0
      ? [near(within(low + by, lowest, high - least)), high]
      : side > 0
        ? [low, near(within(high + by, low + least, most))]
        : [low, high];
  const drawn = (begin, end, lowest, most) =>
    [begin, within(end, lowest, most)].sort((a, b) => a - b).map(near);
  return (x, y) => {
    const [a, b] = from(x, y),
      [x1, y1, x2, y2] = begun;
    let wide, high;
    if (fresh) {
      [wide, high] = [drawn(a0, a, left, right), drawn(b0, b, top, bottom)];
      if (wide[1] - wide[0] < least || high[1] - high[0] < least) return null;
    } else if (across || down) {
      wide = stretched(x1, x2, across, a - a0, [left, right]);
      high = stretched(y1, y2, down, b - b0, [top, bottom]);
    } else {
      wide = moved(x1, x2, a - a0, left, right);
      high = moved(y1, y2, b - b0, top, bottom);
    }
    return [wide[0], high[0], wide[1], high[1]];
  };
}
