/* Ways over a map: a still picture under them, and the same surface seen from the side. */

const HEAD = 9; // radius of the dot at the end of a way, logical pixels

/* Pictures by their address; those of a scene gone are forgotten */
function pictureOf(v, layer) {
  v.images ??= new Map();
  if (!v.images.has(layer.png)) {
    const used = v.scene.layers.map((one) => one.png);
    for (const png of v.images.keys()) if (!used.includes(png)) v.images.delete(png);
    const image = new Image();
    image.onload = () => v.refresh();
    image.src = layer.png;
    v.images.set(layer.png, image);
  }
  return v.images.get(layer.png);
}
function paintPicture(v, g, layer) {
  const image = pictureOf(v, layer);
  if (!image.complete || !image.naturalWidth) return;
  g.imageSmoothingEnabled = layer.smooth;
  g.drawImage(image, ...layer.box);
  g.imageSmoothingEnabled = true;
}

/* A picture over another, up to a handle; the last one stays until this one is read */
function paintCurtain(v, g, layer) {
  const [x, y, w, h] = layer.box,
    { line } = v.look,
    image = pictureOf(v, layer);
  layer.plot = { x, w, from: v.tape.first, until: v.tape.last };
  const at = placeAt(layer.plot, v.time);
  if (image.complete && image.naturalWidth) v.curtain = image;
  if (v.curtain) clipped(g, [x, y, at - x, h], () => g.drawImage(v.curtain, ...layer.box));
  clipped(g, [x, y, w, h], () => {
    tag(v, g, layer.labels[0], at - GRIP, y, -1);
    tag(v, g, layer.labels[1], at + GRIP, y, 1);
  });
  for (const [color, width] of [
    [v.look.outline, 5],
    ["#fff", 2.5],
  ]) {
    g.strokeStyle = g.fillStyle = color;
    g.lineWidth = width * line;
    g.beginPath();
    g.moveTo(at, y);
    g.lineTo(at, y + h);
    g.stroke();
    g.beginPath();
    g.arc(at, y + h / 2, (GRIP - 4 + width / 2) * line, 0, 2 * Math.PI);
    g.fill();
  }
  g.strokeStyle = v.look.outline;
  g.lineWidth = 2 * line;
  for (const side of [-line, line]) {
    g.beginPath();
    g.moveTo(at + 4 * side, y + h / 2 - 5 * line);
    g.lineTo(at + 9 * side, y + h / 2);
    g.lineTo(at + 4 * side, y + h / 2 + 5 * line);
    g.stroke();
  }
}
/* Words on a dark plate, seen on any picture, to the left (-1) or the right (1) of x */
function tag(v, g, text, x, y, side) {
  if (!text) return;
  g.font = `${14 * v.look.type}px ${v.look.font}`;
  const wide = g.measureText(text).width + 14 * v.look.type,
    high = 24 * v.look.type;
  g.fillStyle = "rgba(20, 28, 36, 0.78)";
  g.beginPath();
  g.roundRect(side < 0 ? x - wide : x, y + 8, wide, high, 5);
  g.fill();
  write(v, g, text, x + (side * wide) / 2, y + 8 + 0.7 * high, {
    align: "center",
    color: "#fff",
  });
}

/* Data units of [x low, x high, y low, y high] to the stage, y up, and back */
function planeOf([x, y, w, h], [x0, x1, y0, y1]) {
  const sx = w / (x1 - x0),
    sy = h / (y1 - y0);
  return {
    to: (a, b) => [x + (a - x0) * sx, y + h - (b - y0) * sy],
    from: (px, py) => [x0 + (px - x) / sx, y0 + (y + h - py) / sy],
  };
}
function clipped(g, box, paint) {
  g.save();
  g.beginPath();
  g.rect(...box);
  g.clip();
  paint();
  g.restore();
}

function paintLine(v, g, layer) {
  const { to } = planeOf(layer.box, layer.span);
  clipped(g, layer.box, () => {
    g.beginPath();
    for (const [a, b] of layer.xy) g.lineTo(...to(a, b));
    stroked(v, g, layer.color, layer.dash);
  });
}
function stroked(v, g, c, dash) {
  g.strokeStyle = colour(v.look, c);
  g.lineWidth = 2.5 * v.look.line;
  g.lineJoin = "round";
  dashed(v, g, dash);
  g.stroke();
  g.setLineDash([]);
}

/* The stage's places of every frame up to the playhead; not finite ends the way */
function wayOf(v, place) {
  const { frames } = v.tape,
    places = [];
  for (let i = 0; i <= v.tape.index(v.time); i++) {
    const at = place(frames[i].f);
    if (!at.every(Number.isFinite)) return places;
    places.push(at);
  }
  const now = place(v.cur.f);
  if (v.share && now.every(Number.isFinite)) places.push(now);
  return places;
}
function drawWay(v, g, places, c, { dash = false, dots = false } = {}) {
  g.beginPath();
  for (const at of places) g.lineTo(...at);
  g.strokeStyle = "rgba(255, 255, 255, 0.75)"; // seen on every ground
  g.lineWidth = 4.5 * v.look.line;
  g.lineJoin = "round";
  g.stroke();
  stroked(v, g, c, dash);
  if (!dots) return;
  g.fillStyle = colour(v.look, c);
  g.strokeStyle = "#fff";
  g.lineWidth = v.look.line;
  for (const at of places) {
    g.beginPath();
    g.arc(...at, 3.5 * v.look.line, 0, 2 * Math.PI);
    g.fill();
    g.stroke();
  }
}
function drawHead(v, g, [x, y], c, label) {
  const size = v.look.line;
  g.beginPath();
  g.arc(x, y, HEAD * size, 0, 2 * Math.PI);
  g.fillStyle = colour(v.look, c);
  g.fill();
  g.lineWidth = 1.5 * size;
  g.strokeStyle = "#fff";
  g.stroke();
  g.font = `600 ${13 * size}px ${v.look.font}`;
  g.textAlign = "center";
  const [red, green, blue] = rgb(colour(v.look, c));
  g.fillStyle = 0.3 * red + 0.59 * green + 0.11 * blue > 140 ? v.look.outline : "#fff";
  g.fillText(label, x, y + 4.5 * size);
}

function paintTrail(v, g, layer) {
  const { to } = planeOf(layer.box, layer.span),
    [x, y, w, h] = layer.box;
  const places = wayOf(v, (f) => to(f[layer.first], f[layer.first + 1]));
  if (!places.length) return;
  clipped(g, layer.box, () => drawWay(v, g, places, layer.color, layer));
  const end = places[places.length - 1],
    within = (value, low, size) => Math.max(low, Math.min(low + size, value));
  drawHead(v, g, [within(end[0], x, w), within(end[1], y, h)], layer.color, layer.label);
}

/* From the unit cube, seen from a side and from above, to the stage */
function viewOf(v, layer) {
  const { turn, tilt } = layer.view ?? { turn: layer.turn, tilt: 40 },
    [x, y, w, h] = layer.box;
  const [c, s] = [Math.cos, Math.sin].map((of) => of((turn * Math.PI) / 180));
  const [flat, steep] = [Math.sin, Math.cos].map((of) => of((tilt * Math.PI) / 180));
  const size = Math.min(w / 1.45, h / (1.42 * flat + 0.62 * steep)),
    deep = (a, b) => (a - 0.5) * s + (b - 0.5) * c;
  const to = (a, b, up) => [
    x + w / 2 + size * ((a - 0.5) * c - (b - 0.5) * s),
    y + h / 2 - size * (deep(a, b) * flat + (up - 0.5) * 0.6 * steep),
  ];
  return { to, deep };
}

function drawSurface(v, g, { heights, view }) {
  const { to, deep } = view,
    [rows, cols] = [heights.length - 1, heights[0].length - 1];
  const patches = [];
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < cols; c++)
      patches.push([deep((c + 0.5) / cols, (r + 0.5) / rows), r, c]);
  patches.sort((a, b) => b[0] - a[0]); // the farthest first
  g.lineWidth = 0.75;
  g.lineJoin = "round";
  for (const [, r, c] of patches) {
    const corners = [
      [r, c],
      [r, c + 1],
      [r + 1, c + 1],
      [r + 1, c],
    ];
    const up = corners.map(([i, j]) => heights[i][j]);
    const middle = (up[0] + up[1] + up[2] + up[3]) / 4,
      slope = up[2] + up[1] - up[0] - up[3];
    const shade = 1 - Math.max(-0.12, Math.min(0.25, 2 * slope)); // light from the left
    const packed = v.look.sequential[Math.round(255 * Math.max(0, Math.min(1, middle)))];
    const lit = [0, 8, 16].map((by) => Math.min(255, ((packed >> by) & 255) * shade));
    g.fillStyle = g.strokeStyle = `rgb(${lit.map(Math.round).join(",")})`;
    g.beginPath();
    corners.forEach(([i, j], k) => g.lineTo(...to(j / cols, i / rows, up[k])));
    g.closePath();
    g.fill();
    g.stroke();
  }
}

/* Drawing a surface takes long: the same one in another scene keeps its sheet */
function keepSheets(before, after) {
  after.layers.forEach((layer, i) => {
    const old = before.layers[i],
      shape = ({ heights, box }) => JSON.stringify([heights, box]);
    if (layer.kind === "relief" && old?.kind === "relief" && shape(old) === shape(layer))
      layer.sheet = old.sheet;
  });
}

function paintRelief(v, g, layer) {
  const nth = v.scene.layers.indexOf(layer);
  layer.view = v.views?.[nth];
  const view = viewOf(v, layer);
  layer.sheet ??= new Sheet(layer.box, 0);
  layer.sheet.refresh(v, layer.view, (sheet) =>
    drawSurface(v, sheet, { heights: layer.heights, view }),
  );
  layer.sheet.paint(g);
  const ways = layer.colors.map((_, i) => {
    const k = layer.first + 3 * i,
      inside = (f) => f[k] >= 0 && f[k] <= 1 && f[k + 1] >= 0 && f[k + 1] <= 1;
    return wayOf(v, (f) => (inside(f) ? view.to(f[k], f[k + 1], f[k + 2]) : [NaN]));
  });
  ways.forEach((way, i) => drawWay(v, g, way, layer.colors[i]));
  ways.forEach((way, i) => {
    const end = way[way.length - 1];
    if (end && layer.labels[i]) drawHead(v, g, end, layer.colors[i], layer.labels[i]);
  });
}

/* Turn a surface by dragging from (x, y); the view outlives other settings */
function turning(v, layer, x, y) {
  const nth = v.scene.layers.indexOf(layer),
    { turn, tilt } = layer.view ?? { turn: layer.turn, tilt: 40 };
  return (px, py) => {
    const tilted = Math.max(10, Math.min(80, tilt + (py - y) / 3));
    v.views = { ...v.views, [nth]: { turn: turn + (px - x) / 2, tilt: tilted } };
    v.refresh();
  };
}
