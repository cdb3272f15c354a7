/* The player: the playhead, the control bar and what a learner does on the stage. */

const AHEAD = 0.7; // seconds of playing the tape should be ahead of the playhead
const SMOOTH = 0.4; // seconds: with less ahead than this it plays slower, never jerky
const PER_SECOND = 10; // frames asked for per second of playing
const PATIENCE = 1000; // ms that a click waits for its answer before the page is told
const AGAIN = 2000; // ms until the page is told again what it has not heard
const TRIES = 3;
const TOLD = 200; // ms between two words on where the playhead is

const players = new WeakMap();

class Player {
  constructor(parent) {
    this.root = parent.querySelector(".player");
    this.part = (name) => this.root.querySelector(`.${name}`);
    this.canvas = this.part("canvas");
    this.g = this.canvas.getContext("2d");
    this.tape = new Tape(() => {
      this.feed(); // at once: at high speed the server has no time to lose
      this.refresh();
    });
    Object.assign(this, { time: 0, speed: 1, playing: false, target: null, stepped: null });
    Object.assign(this, { painted: 0, stamp: 0, then: 0, loop: 0, rests: [], count: 0 });
    Object.assign(this, { sent: 0, heard: 0 });
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.gone = new AbortController();
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.canvas);
    this.watcher.observe(this.part("play")); // measured in rem: the page's type changed
    this.bar = new Bar(this);
    this.hand = new Hand(this);
    this.listen(document, "turn", ({ detail }) => this.turned(detail));
    this.root.player = this; // for tests and benchmarks
    alive.add(this);
  }

  destroy() {
    this.tape.stop();
    this.gone.abort();
    this.watcher.disconnect();
    cancelAnimationFrame(this.loop);
    this.loop = -1;
    clearTimeout(this.telling);
    clearTimeout(this.insisting);
    this.bar.recorder?.stop();
    alive.delete(this);
  }

  listen(node, kind, act) {
    node.addEventListener(kind, act, { signal: this.gone.signal });
  }

  /* New data from the page, unless it says what it said before */
  update(bytes) {
    this.heard = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
    const { text, rest } = unpack(bytes.subarray(8));
    if (text !== this.page) this.show((this.page = text), rest);
    const done = this.heard >= this.sent && !this.wondering;
    if (done && !this.hand.drag) this.held = this.ink = null;
    this.resize();
  }

  /* Words, scene and tape; only what differs from what is shown is done again */
  show(text, rest) {
    if (text === this.text) return;
    const data = JSON.parse(text);
    this.text = text;
    const { words, colours, name, answers } = data;
    Object.assign(this, { words, colours, name, answers });
    const before = this.scene;
    this.scene = prepare(data.scene);
    if (before) keepSheets(before, this.scene);
    for (const layer of this.scene.layers) if (layer.png) pictureOf(this, layer);
    this.hover = this.zoomed = null;
    this.canvas.style.aspectRatio = `${data.scene.size[0]} / ${data.scene.size[1]}`;
    this.bar.dress();
    this.hand.dress();
    this.open(data.source, rest);
  }

  /* A click on a picture: shown at once if the server can, then told to the page */
  async clicked(action, x, y) {
    if (this.answers) await this.answered({ x, y });
    this.send({ kind: "place", action, x, y });
  }

  /* A dial is dragged */
  turned({ player, question }) {
    if (player === this.name) this.wonder(question);
  }

  /* A box is carried somewhere, and let go there */
  carry(held) {
    this.held = held;
    const { index, place } = held,
      [x1, y1, x2, y2] = place;
    this.question = { index, x1, y1, x2, y2 };
    this.wonder(this.question);
    this.refresh();
  }
  drop() {
    this.tellOf({ kind: "box", action: this.held.action }, this.question);
  }

  /* A pen is moved, and lifted */
  write(action, strokes) {
    this.ink = { action, strokes };
    this.refresh();
  }
  wrote() {
    const { action, strokes } = this.ink;
    this.question = { ink: lettersOf(strokes) };
    this.wonder(this.question);
    this.tellOf({ kind: "ink", action }, this.question);
  }

  /* The page is told when the answer is there; of several, the last */
  async tellOf(event, question) {
    await this.wondering;
    if (question === this.question) this.send({ ...event, ...question });
  }

  /* One question at a time, then the newest */
  wonder(question) {
    if (!this.answers) return;
    this.wanted = question;
    this.wondering ??= this.ask().finally(() => (this.wondering = null));
  }
  async ask() {
    while (this.wanted) {
      const asked = this.wanted;
      this.wanted = null;
      await this.answered(asked);
    }
  }

  async answered(question) {
    const { page } = this;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const body = JSON.stringify(question);
      const reply = await fetch(this.answers, { method: "POST", body, signal });
      if (reply.status !== 200 || reply.headers.get("content-type")?.startsWith("text")) return;
      const { text, rest } = unpack(new Uint8Array(await reply.arrayBuffer()));
      if (page !== this.page) return; // the page knows better by now
      this.show(text, rest);
      this.resize();
    } catch {
      return; // no connection, or a busy server: the page answers as ever
    }
  }

  open(source, bytes) {
    const { f, u } = this.scene.sizes,
      kept = this.tape.token === source.token;
    if (this.cur?.f.length !== f || this.cur?.u.length !== u)
      this.cur = { f: new Float32Array(f), u: new Uint8Array(u) };
    this.exact = null;
    const { keep, goto, stays } = source,
      before = this.tape.frames.length ? this.time : -Infinity,
      ended = before >= this.tape.last,
      asked = this.asked(goto);
    const other = this.tape.open(source, bytes, this.scene.sizes);
    if (!other && !this.tape.live && asked) this.time = goto;
    if (!other) return;
    this.root.classList.toggle("timeless", !this.tape.live && this.tape.frames.length < 2);
    this.stepped = this.longest = null;
    this.asking = true;
    if (!this.tape.live) {
      this.target = null;
      const time = asked ? goto : ended ? this.tape.last : before;
      this.time = Math.min(Math.max(time, this.tape.first), this.tape.last);
    } else if (kept) {
      // A changed frame may be the very one that is shown, one unit after those kept.
      this.target = this.time = stays
        ? this.time
        : Math.min(this.time, keep === null ? 0 : keep + 1);
    } else {
      this.time = 0;
      this.target = goto ?? null;
      if (goto) this.play(false);
    }
  }

  /* Whether the page wants the playhead elsewhere, and does not echo where it was */
  asked(goto) {
    const before = this.goto;
    this.goto = goto;
    if (goto === before || goto === null) return false;
    const echo = this.rests.includes(goto);
    if (goto === this.rests[this.rests.length - 1]) this.rests = [goto];
    return !echo;
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

  get pace() {
    return this.speed * this.scene.rate;
  }
  get ended() {
    return this.tape.ended || (this.scene.end !== null && this.tape.last >= this.scene.end);
  }

  advance(seconds) {
    if (this.target !== null) return;
    const { last } = this.tape,
      ahead = Math.max(0, last - this.time);
    const pace = this.ended ? this.pace : Math.min(this.pace, ahead / SMOOTH);
    if (ahead) this.time = Math.min(last, this.time + pace * seconds);
    if (this.ended && this.time >= last) this.play(false);
  }

  feed() {
    const { tape } = this,
      { asking } = this;
    if (this.target !== null && (tape.last >= this.target || this.ended)) this.arrive();
    if (this.ended) return;
    this.asking = false;
    const step = Math.max(1, Math.round(this.pace / PER_SECOND)),
      way = this.target - Math.max(0, tape.last);
    const missing = AHEAD - (tape.last - this.time) / this.pace; // seconds of playing
    if (this.stepped !== null) tape.pull(1, 1);
    else if (this.target !== null) tape.pull(this.stride(way));
    else if (this.playing && missing > 0)
      tape.pull(step, Math.ceil(((missing + AHEAD / 2) * this.pace) / step));
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
    this.bar.label();
    this.refresh();
  }

  /* Stand on a stored frame, so that picture and numbers agree, and say so */
  settle(index) {
    const frame = this.tape.frames[Math.max(0, Math.min(index, this.tape.frames.length - 1))];
    if (frame && this.target === null) this.time = frame.t;
    if (frame) this.rests = [...this.rests.slice(-9), frame.t];
    if (frame) this.report("at", { ...this.position(), count: ++this.count });
    this.refresh();
  }

  position() {
    return { time: this.time, generation: this.tape.generation, playing: this.playing };
  }

  /* A run of the page may swallow what it is told meanwhile: it says what it heard */
  send(event) {
    const { time, generation } = this.position();
    this.sent = Math.max(Date.now(), this.sent + 1);
    this.insist({ ...event, time, generation, sent: this.sent });
  }
  insist(event, tries = TRIES, wait = AGAIN) {
    this.trigger("event", event);
    clearTimeout(this.insisting);
    this.insisting = setTimeout(() => {
      if (tries > 1 && this.heard < event.sent) this.insist(event, tries - 1, 2 * wait);
    }, wait);
  }

  step(by) {
    if (this.target !== null) return;
    const { tape } = this,
      index = tape.index(this.time);
    this.playing = false;
    this.bar.label();
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
  home() {
    this.play(false);
    this.settle(0);
  }
  released() {
    this.settle(this.tape.index(this.time));
  }

  /* Painting */
  resize() {
    const wide = this.canvas.clientWidth,
      ratio = devicePixelRatio || 1;
    if (!this.scene || !wide) return;
    const [w, h] = this.scene.size,
      px = (wide * ratio) / w;
    const look = readLook(this.root, this.colours, wide / w),
      told = JSON.stringify(look);
    if (told !== this.told) Object.assign(this, { look, told });
    this.part("stage").style.setProperty("--controls", `${this.look.controls}px`);
    if (px !== this.px || this.canvas.height !== Math.round(h * px)) {
      this.px = px;
      [this.canvas.width, this.canvas.height] = [Math.round(w * px), Math.round(h * px)];
      this.shown = null;
    }
    this.refresh();
  }

  blend() {
    const { frames } = this.tape,
      index = frames.length ? this.tape.index(this.time) : -1;
    const a = frames[index],
      b = frames[index + 1],
      { f, u } = this.cur;
    if (!a) return;
    const share =
      b && !this.calm.matches && this.time > a.t ? (this.time - a.t) / (b.t - a.t) : 0;
    if (this.exact === a && this.share === share) return;
    Object.assign(this, { exact: a, share });
    this.stamp++;
    if (!share) return void (f.set(a.f), u.set(a.u));
    for (let i = 0; i < f.length; i++) f[i] = a.f[i] + (b.f[i] - a.f[i]) * share;
    const weight = Math.round(256 * share),
      from = a.u,
      to = b.u;
    for (let i = 0; i < u.length; i++) u[i] = from[i] + (((to[i] - from[i]) * weight) >> 8);
  }

  paint() {
    this.dirty = false;
    if (!this.px) return;
    const waits = !this.tape.frames.length && this.tape.live && !this.tape.problem;
    this.bar.say();
    if (waits && this.shown) return; // the old picture, until the new one is there
    this.blend();
    this.picture(this.g, !!this.bar.recorder);
    this.hand.follow();
    this.shown = true;
    this.painted++;
    this.tell();
  }

  tell() {
    if (!this.tape.live) return;
    this.telling ||= setTimeout(() => {
      this.telling = 0;
      if (this.target === null) this.tape.tell(this.time);
    }, TOLD);
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
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let player = players.get(parentElement);
  if (!player) players.set(parentElement, (player = new Player(parentElement)));
  Object.assign(player, { report: setStateValue, trigger: setTriggerValue });
  player.update(data);
  return () => {
    player.destroy();
    players.delete(parentElement);
  };
}
