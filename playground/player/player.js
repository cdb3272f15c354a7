/* The player: the playhead, the control bar and what a learner does on the stage. */

const AHEAD = 0.7; // seconds of playing the tape should be ahead of the playhead
const SMOOTH = 0.4; // seconds: with less ahead than this it plays slower, never jerky
const PER_SECOND = 10; // frames asked for per second of playing
const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10];

const players = new WeakMap();
const alive = new Set();
let used = null; // the player whose keys work while nothing has the focus

function save(url, name) {
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name }).click();
}
const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };

class Player {
  constructor(parent) {
    this.root = parent.querySelector(".player");
    this.part = (name) => this.root.querySelector(`.${name}`);
    this.canvas = this.part("canvas");
    this.g = this.canvas.getContext("2d");
    this.tape = new Tape(() => this.refresh());
    Object.assign(this, { time: 0, speed: 1, playing: false, target: null, stepped: null, painted: 0, stamp: 0, then: 0, loop: 0 });
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.gone = new AbortController();
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.canvas);
    this.watcher.observe(this.part("play")); // measured in rem: the page's type changed
    this.controls();
    this.hand = new Hand(this);
    this.root.player = this; // for tests and benchmarks
    alive.add(this);
  }

  destroy() {
    this.tape.stop();
    this.gone.abort();
    this.watcher.disconnect();
    cancelAnimationFrame(this.loop);
    this.loop = -1;
    this.recorder?.stop();
    alive.delete(this);
  }

  listen(node, kind, act) { node.addEventListener(kind, act, { signal: this.gone.signal }); }

  /* New data from the page: words, scene and tape; only what differs is done again */
  update(bytes) {
    const { text, rest } = unpack(bytes);
    if (text !== this.text) {
      const data = JSON.parse(text);
      this.text = text;
      Object.assign(this, { words: data.words, colours: data.colours, name: data.name });
      this.scene = prepare(data.scene);
      this.hover = this.zoomed = null;
      this.canvas.style.aspectRatio = `${data.scene.size[0]} / ${data.scene.size[1]}`;
      this.label();
      this.hand.dress();
      this.open(data.source, rest);
    }
    this.resize();
  }

  open(source, bytes) {
    const { f, u } = this.scene.sizes, kept = this.tape.token === source.token;
    if (this.cur?.f.length !== f || this.cur?.u.length !== u)
      this.cur = { f: new Float32Array(f), u: new Uint8Array(u) };
    this.exact = null;
    if (!this.tape.open(source, bytes, this.scene.sizes)) return;
    const { keep, goto } = source;
    this.stepped = this.longest = null;
    this.asking = true;
    if (!this.tape.live) {
      this.target = null;
      this.time = Math.min(Math.max(this.time, this.tape.first), this.tape.last);
    } else if (kept) {
      // A changed frame may be the very one that is shown: stay there, one unit later.
      this.target = this.time = keep === null ? 0 : Math.min(this.time, keep + 1);
    } else {
      this.time = 0;
      this.target = goto ?? null;
      if (goto) this.play(false);
    }
  }

  /* The clockwork */
  refresh() {
    this.dirty = true;
    if (!this.loop) this.loop = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    this.loop = 0;
    const seconds = this.then ? Math.min(0.1, (now - this.then) / 1000) : 0;
    if (this.playing) this.advance(seconds);
    this.feed();
    if (this.dirty) this.paint();
    this.then = this.playing ? now : 0;
    if (this.playing) this.refresh();
  }

  get pace() { return this.speed * this.scene.rate; }
  get ended() { return this.tape.ended || (this.scene.end !== null && this.tape.last >= this.scene.end); }

  advance(seconds) {
    if (this.target !== null) return;
    const { last } = this.tape, ahead = Math.max(0, last - this.time);
    const pace = this.ended ? this.pace : Math.min(this.pace, ahead / SMOOTH);
    if (ahead) this.time = Math.min(last, this.time + pace * seconds);
    if (this.ended && this.time >= last) this.play(false);
  }

  feed() {
    const { tape } = this, { asking } = this;
    if (this.target !== null && (tape.last >= this.target || this.ended)) this.arrive();
    if (this.ended) return;
    this.asking = false;
    const step = Math.max(1, Math.round(this.pace / PER_SECOND)), way = this.target - Math.max(0, tape.last);
    const missing = AHEAD - (tape.last - this.time) / this.pace; // seconds of playing
    if (this.stepped !== null) tape.pull(1, 1);
    else if (this.target !== null) tape.pull(this.stride(way));
    else if (this.playing && missing > 0) tape.pull(step, Math.ceil(((missing + AHEAD / 2) * this.pace) / step));
    else if (asking || !tape.frames.length) tape.pull(1, 4);
  }

  arrive() {
    const { tape, stepped, target } = this;
    this.target = this.stepped = this.longest = null;
    if (tape.frames.length) this.time = Math.min(target, tape.last);
    if (stepped !== null) this.settle(tape.index(stepped) + 1);
  }

  /* The longest step that lands on the target, with about forty frames on the way */
  stride(way) {
    this.longest ??= Math.max(1, Math.floor(way / 40));
    let step = Math.min(this.longest, way);
    while (step > 1 && way % step) step--;
    return Math.max(1, step);
  }

  play(on) {
    if (this.playing === on) return;
    if (on && this.ended && this.time >= this.tape.last) this.time = this.tape.first;
    this.playing = on;
    this.then = 0;
    if (on) this.hand.closeEditor();
    else this.settle(this.tape.index(this.time));
    this.label();
    this.refresh();
  }

  /* Stand on a stored frame, so that picture and numbers agree, and say so */
  settle(index) {
    const frame = this.tape.frames[Math.max(0, Math.min(index, this.tape.frames.length - 1))];
    if (frame && this.target === null) this.time = frame.t;
    if (frame) this.report("at", this.position());
    this.refresh();
  }

  position() {
    return { time: this.time, generation: this.tape.generation, playing: this.playing };
  }

  send(event) {
    const { time, generation } = this.position();
    this.trigger("event", { ...event, time, generation });
  }

  step(by) {
    if (this.target !== null) return;
    const { tape } = this, index = tape.index(this.time);
    this.playing = false;
    this.label();
    if (by > 0 && index >= tape.frames.length - 1 && !this.ended) {
      this.stepped = tape.last;
      this.target = tape.last + 1;
      this.refresh();
    } else this.settle(by < 0 && this.time > tape.frames[index]?.t ? index : index + by);
  }

  scrub(time) {
    if (this.playing) this.play(false);
    this.time = Math.max(this.tape.first, Math.min(time, this.tape.last));
    this.refresh();
  }
  released() { this.settle(this.tape.index(this.time)); }

  /* Painting */
  resize() {
    const wide = this.canvas.clientWidth, ratio = devicePixelRatio || 1;
    if (!this.scene || !wide) return;
    this.look = readLook(this.root, this.colours);
    const [w, h] = this.scene.size, px = (wide * ratio) / w;
    if (px !== this.px || this.canvas.height !== Math.round(h * px)) {
      this.px = px;
      [this.canvas.width, this.canvas.height] = [Math.round(w * px), Math.round(h * px)];
      this.shown = null;
    }
    this.refresh();
  }

  blend() {
    const { frames } = this.tape, index = frames.length ? this.tape.index(this.time) : -1;
    const a = frames[index], b = frames[index + 1], { f, u } = this.cur;
    if (!a) return;
    const share = b && !this.calm.matches && this.time > a.t ? (this.time - a.t) / (b.t - a.t) : 0;
    if (this.exact === a && this.share === share) return;
    Object.assign(this, { exact: a, share });
    this.stamp++;
    if (!share) return void (f.set(a.f), u.set(a.u));
    for (let i = 0; i < f.length; i++) f[i] = a.f[i] + (b.f[i] - a.f[i]) * share;
    const weight = Math.round(256 * share), from = a.u, to = b.u;
    for (let i = 0; i < u.length; i++) u[i] = from[i] + (((to[i] - from[i]) * weight) >> 8);
  }

  paint() {
    this.dirty = false;
    if (!this.px) return;
    const waits = !this.tape.frames.length && this.tape.live && !this.tape.problem;
    this.say();
    if (waits && this.shown) return; // the old picture, until the new one is there
    this.blend();
    this.picture(this.g, !!this.recorder);
    this.hand.follow();
    this.shown = true;
    this.painted++;
  }

  picture(g, solid) {
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, this.canvas.width, this.canvas.height);
    g.fillStyle = this.look.ground;
    if (solid) g.fillRect(0, 0, this.canvas.width, this.canvas.height);
    g.setTransform(this.px, 0, 0, this.px, 0, 0);
    for (const layer of this.scene.layers) {
      const paint = PAINTERS[layer.kind];
      if (paint && (this.exact || (!layer.track && !layer.series))) paint(this, g, layer);
    }
  }

  /* Words around the stage */
  say() {
    const { tape, words, scene } = this, frame = tape.frames[tape.index(this.time)];
    const range = this.part("scrub"), until = Math.max(tape.last, tape.first + 1e-9);
    if (+range.max !== until) [range.min, range.max] = [tape.first, until];
    range.value = this.time;
    put(this.part("note"), this.notice());
    if (frame === this.spelt && scene === this.spoken) return this.speak(frame);
    Object.assign(this, { spelt: frame, spoken: scene });
    const clock = scene.clock(frame);
    put(this.part("clock"), clock);
    range.setAttribute("aria-valuetext", clock);
    scene.numbers.forEach(([, text], i) => put(this.figures[i], text(frame)));
    this.speak(frame);
  }

  notice() {
    const { tape, words } = this;
    if (tape.problem) return words[tape.problem];
    if (this.target !== null && this.stepped === null && this.target > tape.last + 1) return `${words.forwarding} ${Math.round((100 * Math.max(0, tape.last)) / this.target)}\u202f%`;
    return tape.note ? this.scene.said(tape.note)(tape.frames[tape.frames.length - 1]) : "";
  }

  speak(frame) {
    const now = performance.now();
    if (this.playing && now < (this.silent ?? 0)) return;
    put(this.part("status"), this.scene.sentence(frame));
    this.silent = now + 1000;
  }

  label() {
    const { words, scene } = this, bar = this.part("bar");
    const name = (part, text, icon) => {
      const node = this.part(part);
      node.title = text;
      node.setAttribute("aria-label", text);
      if (icon) put(node.firstElementChild, icon);
    };
    name("start", words.start);
    name("back", words.back);
    name("forth", words.forth);
    name("play", this.playing ? words.pause : words.play, this.playing ? "pause" : "play_arrow");
    name("scrub", words.position);
    name("speed", words.speed);
    name("record", this.recorder ? words.stop : words.record, this.recorder ? "stop_circle" : "radio_button_checked");
    name("picture", words.picture);
    this.part("record").hidden = !window.MediaRecorder?.isTypeSupported?.("video/webm") || !this.canvas.captureStream;
    this.part("record").classList.toggle("on", !!this.recorder);
    this.canvas.setAttribute("aria-label", words.canvas);
    bar.setAttribute("aria-label", words.controls);
    if (scene === this.labelled) return;
    this.labelled = scene;
    this.part("metrics").replaceChildren(...scene.numbers.map(([label]) => {
      const item = document.createElement("div");
      item.append(...[label, "–"].map((text) => Object.assign(document.createElement("span"), { textContent: text })));
      return item;
    }));
    this.figures = [...this.part("metrics").children].map((item) => item.lastElementChild);
  }

  controls() {
    const click = (name, act) => this.listen(this.part(name), "click", act);
    click("start", () => { this.play(false); this.settle(0); });
    click("back", () => this.step(-1));
    click("forth", () => this.step(1));
    click("play", () => this.play(!this.playing));
    click("record", () => this.record());
    click("picture", () => this.snap());
    this.listen(this.part("scrub"), "input", (event) => this.scrub(+event.target.value));
    this.listen(this.part("scrub"), "change", () => this.released());
    this.part("speed").replaceChildren(...SPEEDS.map((x) => new Option(`${x}\u202f×`, x, x === 1, x === 1)));
    this.listen(this.part("speed"), "change", (event) => { this.speed = +event.target.value; });
    this.listen(this.root, "pointerdown", () => { used = this; });
    this.listen(this.root, "focusin", () => { used = this; });
    this.listen(document, "keydown", (event) => this.key(event));
  }

  key(event) {
    const at = event.composedPath()[0], mine = this.root.contains(at);
    const free = at === document.body && (alive.has(used) ? used : [...alive][0]) === this;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(mine || free)) return;
    if (mine && at.matches("select, input:not(.scrub)")) return;
    const act = { ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1), Home: () => { this.play(false); this.settle(0); } };
    if (!mine || !at.matches("button")) act[" "] = () => this.play(!this.playing);
    if (!act[event.key]) return;
    event.preventDefault();
    act[event.key]();
  }

  /* Files to take away */
  snap() {
    this.picture(this.g, true);
    this.canvas.toBlob((blob) => {
      const url = URL.createObjectURL(blob);
      save(url, `${this.name}.png`);
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    });
    this.refresh();
  }

  record() {
    if (this.recorder) return this.recorder.stop();
    const parts = [];
    this.recorder = new MediaRecorder(this.canvas.captureStream(30), { mimeType: "video/webm", videoBitsPerSecond: 8e6 });
    this.recorder.ondataavailable = ({ data }) => parts.push(data);
    this.recorder.onstop = () => {
      this.recorder = null;
      const url = URL.createObjectURL(new Blob(parts, { type: "video/webm" }));
      save(url, `${this.name}.webm`);
      setTimeout(() => URL.revokeObjectURL(url), 1000);
      this.label();
    };
    this.recorder.start();
    this.label();
    this.refresh();
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let player = players.get(parentElement);
  if (!player) players.set(parentElement, (player = new Player(parentElement)));
  Object.assign(player, { report: setStateValue, trigger: setTriggerValue });
  player.update(data);
  return () => { player.destroy(); players.delete(parentElement); };
}
