/* The frames the browser has, and how it asks the server for more. */

const MOST_FRAMES = 900;
const MOST_MS = 100; // that the server may compute for one answer
const FIRST_WAIT = 500,
  LONGEST_WAIT = 8000; // ms between tries after a failure

/* u32 length, that many bytes of JSON, then the rest */
function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  return { text, rest: bytes.subarray(4 + length) };
}

class Tape {
  constructor(changed) {
    Object.assign(this, { changed, frames: [], sizes: { f: 0, u: 0 }, stamp: 0, live: null });
    Object.assign(this, {
      ended: true,
      note: "",
      problem: "",
      wait: FIRST_WAIT,
      request: null,
      cost: 2,
    });
  }

  get first() {
    return this.frames.length ? this.frames[0].t : 0;
  }
  get last() {
    return this.frames.length ? this.frames[this.frames.length - 1].t : -1;
  }

  /* Index of the newest frame at or before `time`; 0 before all of them */
  index(time) {
    let low = 0,
      high = this.frames.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.frames[middle].t <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /* Take over another tape. Returns whether frames were dropped or replaced. */
  open(source, bytes, sizes) {
    const fits = sizes.f === this.sizes.f && sizes.u === this.sizes.u;
    this.sizes = sizes;
    const { token, generation, keep } = source;
    if (this.token === token && this.generation === generation && fits) return false;
    const same = this.token === token && fits && keep !== null && keep !== undefined;
    this.stop();
    Object.assign(this, { token, generation, live: source.url ? source : null });
    this.told = null;
    Object.assign(this, { ended: !source.url, note: "", problem: "", wait: FIRST_WAIT });
    this.frames = same ? this.frames.filter((frame) => frame.t <= keep) : [];
    if (!this.live) this.add(source.times, bytes);
    this.stamp++;
    return true;
  }

  add(times, bytes) {
    const { f, u } = this.sizes,
      size = 4 * f + u;
    times.forEach((t, i) => {
      if (this.frames.length && t <= this.last) return;
      const own = bytes.slice(i * size, (i + 1) * size).buffer; // its own memory, aligned
      this.frames.push({ t, f: new Float32Array(own, 0, f), u: new Uint8Array(own, 4 * f, u) });
    });
    while (this.live && this.frames.length > MOST_FRAMES) {
      const half = this.frames.length >> 1;
      this.frames = this.frames.filter((_, i) => i === 0 || i > half || i % 2 === 0);
    }
    this.stamp++;
  }

  /* Where the playhead is: what the reader changes meanwhile counts from there */
  tell(time) {
    if (!this.live || this.problem || time === this.told) return;
    this.told = time;
    const address = `${this.live.url}?gen=${this.generation}&at=${time}`;
    fetch(address, { method: "POST" }).catch(() => {});
  }

  stop() {
    this.request?.abort();
    clearTimeout(this.timer);
    Object.assign(this, { request: null, timer: 0 });
  }

  /* Ask for about `count` frames, `step` apart, unless an answer is on its way. Few at
     once: a change by the learner shows where the frames already made end. */
  pull(step, count = Infinity) {
    if (!this.live || this.ended || this.request || this.timer) return;
    this.request = new AbortController();
    this.ms = Math.max(1, Math.min(MOST_MS, count * this.cost));
    this.ask(this.request, step);
  }

  async ask(request, step) {
    const address = `${this.live.url}?gen=${this.generation}&after=${this.last}&step=${step}&ms=${this.ms.toFixed(1)}`;
    try {
      const reply = await fetch(address, { signal: request.signal, cache: "no-store" });
      const bytes = reply.status === 200 ? new Uint8Array(await reply.arrayBuffer()) : null;
      if (request === this.request) this.take(reply, bytes);
    } catch {
      if (request === this.request) this.again("offline");
    }
    if (request !== this.request) return; // another tape was opened meanwhile
    this.request = null;
    this.changed();
  }

  take(reply, bytes) {
    const kind = reply.headers.get("content-type") ?? "";
    if (reply.status === 204) this.again(this.problem, FIRST_WAIT / 2);
    else if (kind.startsWith("text/html")) this.giveUp("unserved");
    else if (reply.status === 404) this.giveUp("gone");
    else if (!bytes) this.again("offline");
    else this.read(bytes);
  }

  read(bytes) {
    const { text, rest } = unpack(bytes),
      { gen, times, size, end, note } = JSON.parse(text);
    if (gen !== this.generation) return;
    if (times.length && size !== 4 * this.sizes.f + this.sizes.u) return this.giveUp("gone");
    Object.assign(this, { ended: end, note, problem: "", wait: FIRST_WAIT });
    if (times.length) this.cost = (this.cost + this.ms / times.length) / 2;
    if (times.length) this.add(times, rest);
    else if (!end) this.again("", FIRST_WAIT / 2);
  }

  giveUp(problem) {
    Object.assign(this, { problem, ended: true });
  }

  again(problem, wait = this.wait) {
    this.problem = problem;
    if (problem) this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.changed();
    }, wait);
  }
}
