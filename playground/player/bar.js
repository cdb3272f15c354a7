/* The control bar, the numbers and sentences around the stage, and files to take away. */

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10];
const alive = new Set();
let used = null; // the player whose keys work while nothing has the focus

const put = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

function make(tag, kind, text = "") {
  return Object.assign(document.createElement(tag), { className: kind, textContent: text });
}
function save(blob, name) {
  const url = URL.createObjectURL(blob),
    link = document.createElement("a");
  Object.assign(link, { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

class Bar {
  constructor(player) {
    this.v = player;
    this.part = player.part;
    const click = (name, act) => player.listen(this.part(name), "click", act);
    click("start", () => player.home());
    click("back", () => player.step(-1));
    click("forth", () => player.step(1));
    click("play", () => player.play(!player.playing));
    click("record", () => this.record());
    click("picture", () => this.snap());
    const scrub = this.part("scrub"),
      speed = this.part("speed");
    player.listen(scrub, "input", () => player.scrub(+scrub.value));
    player.listen(scrub, "change", () => player.released());
    speed.append(...SPEEDS.map((x) => new Option(`${x}\u202f×`, x, x === 1, x === 1)));
    player.listen(speed, "change", () => {
      player.speed = +speed.value;
    });
    for (const kind of ["pointerdown", "focusin"])
      player.listen(player.root, kind, () => {
        used = player;
      });
    player.listen(document, "keydown", (event) => this.key(event));
  }

  key(event) {
    const { v } = this,
      at = event.composedPath()[0],
      mine = v.root.contains(at);
    const nowhere = at.matches?.("body, [data-testid=stMain]"); // a click on the page
    const free = nowhere && (alive.has(used) ? used : [...alive][0]) === v;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(mine || free) || (mine && at.matches("select, input:not(.scrub)"))) return;
    const acts = {
      ArrowLeft: () => v.step(-1),
      ArrowRight: () => v.step(1),
      Home: () => v.home(),
    };
    if (!mine || !at.matches("button")) acts[" "] = () => v.play(!v.playing);
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  /* Another scene or other words */
  dress() {
    const { words, scene, canvas } = this.v,
      tag = (text) => make("span", "", text);
    canvas.setAttribute("aria-label", words.canvas);
    this.part("bar").setAttribute("aria-label", words.controls);
    for (const part of ["start", "back", "forth", "picture"]) this.name(part, words[part]);
    this.name("scrub", words.position);
    this.name("speed", words.speed);
    const films = window.MediaRecorder?.isTypeSupported?.("video/webm") && canvas.captureStream;
    this.part("record").hidden = !films;
    const items = scene.numbers.map(([label]) => make("div", ""));
    scene.numbers.forEach(([label], i) => items[i].append(tag(label), tag("–")));
    this.part("metrics").replaceChildren(...items);
    this.figures = items.map((item) => item.lastElementChild);
    this.spelt = undefined;
    this.label();
  }

  name(part, text, icon) {
    const node = this.part(part);
    node.title = text;
    node.setAttribute("aria-label", text);
    if (icon) put(node.firstElementChild, icon);
  }

  label() {
    const { words, playing } = this.v,
      films = !!this.recorder;
    this.name("play", playing ? words.pause : words.play, playing ? "pause" : "play_arrow");
    this.name(
      "record",
      films ? words.stop : words.record,
      films ? "stop_circle" : "radio_button_checked",
    );
    this.part("record").classList.toggle("on", films);
  }

  /* Everything that changes with the playhead; text only where it differs */
  say() {
    const { tape, scene, time } = this.v,
      frame = tape.frames[tape.index(time)] ?? null;
    const scrub = this.part("scrub"),
      until = Math.max(tape.last, tape.first + 1e-9);
    if (+scrub.max !== until || +scrub.min !== tape.first)
      [scrub.min, scrub.max] = [tape.first, until];
    scrub.value = time;
    put(this.part("note"), this.notice());
    if (frame !== this.spelt) {
      this.spelt = frame;
      const clock = scene.clock(frame);
      put(this.part("clock"), clock);
      scrub.setAttribute("aria-valuetext", clock);
      scene.numbers.forEach(([, text], i) => put(this.figures[i], text(frame)));
    }
    this.speak(frame);
  }

  notice() {
    const { tape, words, scene, target, stepped } = this.v;
    if (tape.problem) return words[tape.problem];
    if (target !== null && stepped === null && target > tape.last + 1)
      return `${words.forwarding} ${Math.round((100 * Math.max(0, tape.last)) / target)}\u202f%`;
    return tape.note ? scene.said(tape.note)(tape.frames[tape.frames.length - 1]) : "";
  }

  speak(frame) {
    const now = performance.now();
    if (this.v.playing && now < (this.silent ?? 0)) return;
    put(this.part("status"), this.v.scene.sentence(frame));
    this.silent = now + 1000;
  }

  snap() {
    this.v.picture(this.v.g, true);
    this.v.canvas.toBlob((blob) => save(blob, `${this.v.name}.png`));
    this.v.refresh();
  }

  record() {
    if (this.recorder) return this.recorder.stop();
    const parts = [],
      options = { mimeType: "video/webm", videoBitsPerSecond: 8e6 };
    this.recorder = new MediaRecorder(this.v.canvas.captureStream(30), options);
    this.recorder.ondataavailable = ({ data }) => parts.push(data);
    this.recorder.onstop = () => {
      this.recorder = null;
      save(new Blob(parts, { type: "video/webm" }), `${this.v.name}.webm`);
      this.label();
    };
    this.recorder.start();
    this.label();
    this.v.refresh();
  }
}
