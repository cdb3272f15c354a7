/* A sheet to write on: white strokes on black, told in the letters of the page's link. */

const GAP = 2; // pixels of the sheet between two points of a stroke
const MOST_INK = 3000; // points

const strokesOf = (v, layer) =>
  v.ink?.action === layer.action ? v.ink.strokes : layer.strokes;

function paintInk(v, g, layer) {
  const { to } = pictureOn(layer.box, layer.span),
    [low, high] = layer.span,
    scale = layer.box[2] / (high - low);
  clipped(g, layer.box, () => {
    g.fillStyle = "#000";
    g.fillRect(...layer.box);
    g.strokeStyle = "#fff";
    g.lineCap = g.lineJoin = "round";
    for (const [width, ...xy] of strokesOf(v, layer)) {
      g.lineWidth = width * scale;
      g.beginPath();
      for (let i = 0; i < xy.length; i += 2) {
        const [x, y] = to([xy[i], xy[i + 1], 0, 0]);
        g.lineTo(x, y);
        if (xy.length === 2) g.lineTo(x, y + 0.01); // a dot
      }
      g.stroke();
    }
  });
}

/* Returns what adds a point of the stage to a new stroke */
function writing(v, layer, x0, y0) {
  const { from } = pictureOn(layer.box, layer.span),
    pixel = (x, y) => from(x, y).map(Math.round);
  const before = strokesOf(v, layer),
    room = MOST_INK - before.reduce((sum, one) => sum + one.length / 2, 0);
  const stroke = [layer.width, ...pixel(x0, y0)];
  return (x, y) => {
    const [a, b] = pixel(x, y),
      [c, d] = stroke.slice(-2);
    if (stroke.length / 2 > room) return;
    if (Math.hypot(a - c, b - d) >= GAP) stroke.push(a, b);
    v.write(layer.action, [...before, stroke]);
  };
}

/* As `playground.drawing.to_text`, without leaving points out */
function lettersOf(strokes) {
  let bytes = "";
  const put = (number) => {
    for (; number > 127; number >>>= 7)
      bytes += String.fromCharCode((number & 127) | 128);
    bytes += String.fromCharCode(number);
  };
  const step = (by) => put(by >= 0 ? 2 * by : -2 * by - 1);
  for (const [width, ...xy] of strokes) {
    put(Math.round(width));
    put(xy.length / 2);
    xy.forEach((value, i) => step(value - (i < 2 ? 0 : xy[i - 2])));
  }
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
