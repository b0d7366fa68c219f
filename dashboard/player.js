// The player of one drawn hour. Every picture is shown in turn, however fast: one that is not there yet is waited for.
const SPEEDS = [10, 30, 60, 120, 300];
const FIRST_SPEED = 2;
const GAP_MS = 1500; // a gap is shown for as long as it lasts at this speed, and at most this long
const AHEAD = 40;
const LATE_MS = 8000; // after this the player goes on without a picture that does not come

export default function (component) {
  const root = component.parentElement;
  const data = component.data;
  const same = JSON.stringify([data.camera, data.begins, data.ends, data.pictures.length, data.gaps, data.blind, data.desk]);
  if (root.bearwatch?.same === same) {
    root.bearwatch.listen();
    return root.bearwatch.deaf;
  }
  root.bearwatch?.end();
  const home = root.querySelector(".player");
  root.bearwatch = data.desk ? new Desk(home, data, same, component.setTriggerValue) : new Player(home, data, same);
  return root.bearwatch.deaf;
}

function element(kind, name, text) {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = text ?? "";
  return made;
}

class Player {
  constructor(home, data, same, next) {
    this.next = next;
    this.speeds = SPEEDS.filter((one) => one <= (data.desk?.fastest ?? one));
    Object.assign(this, { home, data, same, speed: FIRST_SPEED, playing: false, place: 0, timer: null, loaded: new Map() });
    this.steps = [
      ...data.pictures.map((one) => ({ id: one.id, at: one.at, src: one.src })),
      ...data.gaps.map((gap) => ({ at: gap.since, until: gap.until, says: gap.says })),
    ].sort((one, other) => one.at - other.at || (one.until ? 1 : -1));
    this.hours = new Intl.DateTimeFormat("en-GB", { timeZone: data.zone, timeStyle: "medium" });
    this.draw();
    this.deaf = () => { document.removeEventListener("keydown", this.pressed); this.stop(); };
    this.pressed = (event) => this.press(event);
    this.listen();
    this.show();
  }

  listen() { document.addEventListener("keydown", this.pressed); }

  end() { this.deaf(); this.loaded.clear(); }

  draw() {
    this.image = element("img", "");
    this.card = element("div", "card");
    this.blind = element("div", "blind");
    this.clock = element("div", "clock");
    const stage = element("div", "stage");
    stage.append(this.image, this.card, this.blind, this.clock);
    this.home.replaceChildren(stage, this.line(), this.ends(), this.acts());
  }

  line() {
    const line = element("div", "line");
    const bar = element("div", "bar");
    bar.append(...this.data.gaps.map((gap) => this.part(gap, "gap")), ...this.data.blind.map((one) => this.part(one, "unseen")));
    this.now = element("div", "now");
    line.append(bar, this.now);
    const go = (event) => {
      const box = line.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      this.goTo(this.data.begins + share * (this.data.ends - this.data.begins));
    };
    line.addEventListener("pointerdown", (event) => { line.setPointerCapture(event.pointerId); go(event); });
    line.addEventListener("pointermove", (event) => { if (event.buttons) go(event); });
    return line;
  }

  part(span, name) {
    const made = element("i", name);
    made.style.left = this.share(span.since);
    made.style.width = `calc(${this.share(span.until)} - ${this.share(span.since)})`;
    made.title = `${this.hours.format(span.since)} to ${this.hours.format(span.until)}: ${span.says}`;
    return made;
  }

  share(at) {
    return `${(100 * (at - this.data.begins)) / Math.max(1, this.data.ends - this.data.begins)}%`;
  }

  ends() {
    const ends = element("div", "ends");
    const count = this.data.pictures.length;
    ends.append(
      element("span", "", this.hours.format(this.data.begins)),
      element("span", "", `${count} picture${count === 1 ? "" : "s"}`),
      element("span", "", this.hours.format(this.data.ends)),
    );
    return ends;
  }

  acts() {
    const acts = element("div", "acts");
    const add = (name, text, label, act) => {
      const made = element("button", name, text);
      made.setAttribute("aria-label", label);
      made.addEventListener("click", act);
      acts.append(made);
      return made;
    };
    add("back", "←", "One picture back", () => this.step(-1));
    this.button = add("play", "Play", "Play or stop", () => this.turn());
    add("on", "→", "One picture on", () => this.step(1));
    add("slower", "–", "Slower", () => this.faster(-1));
    this.rate = element("b", "rate");
    acts.append(this.rate);
    add("faster", "+", "Faster", () => this.faster(1));
    this.says = element("span", "says");
    acts.append(this.says);
    return acts;
  }

  press(event) {
    const typed = event.composedPath()[0];
    const elsewhere = typed instanceof Element && typed.closest("input, textarea, select, [role=listbox], [role=combobox]");
    if (!this.home.isConnected || elsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      ...this.keys(),
      " ": () => this.turn(), ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1),
      ArrowUp: () => this.faster(1), ArrowDown: () => this.faster(-1),
      Home: () => this.jump(0), End: () => this.jump(this.steps.length - 1),
    };
    if (!(event.key in acts)) return;
    event.preventDefault();
    acts[event.key]();
  }

  // What the desk watch adds to the keys, and what it notes of each picture.
  keys() { return {}; }

  saw() {}

  turn() {
    if (this.playing) { this.stop(); return; }
    if (this.place >= this.steps.length - 1) this.place = 0;
    this.playing = this.steps.length > 0;
    this.show();
  }

  stop() {
    this.playing = false;
    clearTimeout(this.timer);
    this.words();
  }

  step(by) { this.stop(); this.jump(this.place + by); }

  jump(place) {
    this.place = Math.min(this.steps.length - 1, Math.max(0, place));
    this.show();
  }

  goTo(at) {
    const later = this.steps.findIndex((one) => one.at > at);
    this.jump((later < 0 ? this.steps.length : later) - 1);
  }

  faster(by) {
    this.speed = Math.min(this.speeds.length - 1, Math.max(0, this.speed + by));
    this.words();
  }

  words() {
    this.button.textContent = this.playing ? "Stop" : "Play";
    this.rate.textContent = `${this.speeds[this.speed]} ×`;
    const one = this.steps[this.place];
    this.says.textContent = one ? `${this.place + 1} of ${this.steps.length}` : "";
  }

  // Show where we are, then go on when its time is over and, for a picture, once it has come.
  async show() {
    clearTimeout(this.timer);
    const one = this.steps[this.place];
    this.words();
    if (!one) { this.blank("No picture of this hour is kept.", ""); return; }
    const begun = performance.now();
    if (one.src) {
      const image = await this.come(one.src);
      if (one !== this.steps[this.place]) return;
      this.saw(one, Boolean(image));
      if (image) { this.image.src = image.src; this.image.hidden = false; this.card.hidden = true; }
      else this.blank("This picture cannot be shown: it is no longer kept, or it did not come.", this.hours.format(one.at));
    } else {
      this.blank(one.says, `${this.hours.format(one.at)} to ${this.hours.format(one.until)}`);
    }
    this.mark(one);
    if (!this.playing) return;
    if (this.place >= this.steps.length - 1) { this.stop(); return; }
    const next = this.steps[this.place + 1].at;
    const lasts = Math.min((one.until ?? next) - one.at, next - one.at || Infinity) / this.speeds[this.speed];
    const wait = Math.min(GAP_MS, lasts) - (performance.now() - begun);
    this.timer = setTimeout(() => { if (this.playing) { this.place += 1; this.show(); } }, Math.max(0, wait));
  }

  blank(says, when) {
    this.image.hidden = true;
    this.card.hidden = false;
    const words = element("div", "", says);
    words.append(element("small", "", when));
    this.card.replaceChildren(words);
  }

  mark(one) {
    this.clock.textContent = this.hours.format(one.at);
    this.now.style.left = this.share(one.at);
    const blind = this.data.blind.find((span) => span.since <= one.at && one.at < span.until);
    this.blind.hidden = !blind;
    this.blind.textContent = blind?.says ?? "";
  }

  // The picture once it is there; null where it does not come. The next ones are asked for meanwhile.
  come(src) {
    for (const one of this.steps.slice(this.place, this.place + AHEAD)) if (one.src) this.ask(one.src);
    for (const known of this.loaded.keys()) if (this.loaded.size > 3 * AHEAD && known !== src) this.loaded.delete(known);
    const late = new Promise((done) => setTimeout(() => done(null), LATE_MS));
    return Promise.race([this.ask(src), late]);
  }

  ask(src) {
    if (!this.loaded.has(src)) {
      const image = new Image();
      image.src = src;
      this.loaded.set(src, image.decode().then(() => image, () => null));
    }
    return this.loaded.get(src);
  }
}

// The player of the desk watch: one press for each bear, and an hour that counts once every picture of it was shown.
class Desk extends Player {
  draw() {
    Object.assign(this, { shown: new Set(), failed: new Set(), bears: new Map(), taken: new Map(), over: false });
    super.draw();
    this.press_ = element("button", "bear", "Bear (B)");
    this.press_.addEventListener("click", () => this.bear());
    this.list = element("div", "bears");
    this.ask_ = element("div", "over");
    this.fault = element("div", "fault");
    this.press_.setAttribute("aria-live", "polite");
    this.home.querySelector(".stage").after(this.press_, this.fault, this.home.querySelector(".acts"));
    this.home.append(this.ask_, this.list);
    if (!this.data.pictures.length) this.saw({}, false);
  }

  keys() { return { b: () => this.bear(), B: () => this.bear(), n: () => this.finish(false), N: () => this.finish(false) }; }

  saw(one, came) {
    if (one.id) (came ? this.shown : this.failed).add(one.id);
    if (came) this.failed.delete(one.id);
    const rest = this.data.pictures.filter((each) => !this.shown.has(each.id) && !this.failed.has(each.id)).length;
    const last = this.steps.length === 0 || this.place >= this.steps.length - 1;
    if (!this.over && rest === 0) this.finished();
    else if (!this.over && last) this.ask_.textContent = `${rest} pictures were not shown yet: go back and play them.`;
  }

  finished() {
    this.over = true;
    const next = element("button", "play", "Hour done: next (N)"), knew = element("button", "", "I knew what happened here");
    next.addEventListener("click", () => this.finish(false));
    knew.addEventListener("click", () => this.finish(true));
    this.ask_.replaceChildren(next, knew);
  }

  async post(path, body) {
    const answer = await fetch(`/api/v1${path}`, {
      method: "POST", credentials: "same-origin", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail || told.title);
    return told;
  }

  // One press a picture: the same key again is the same bear.
  async bear() {
    const one = this.steps[this.place], { session, site, hour } = this.data.desk;
    if (!one?.id || this.bears.has(one.id)) return;
    this.bears.set(one.id, null);
    await this.tried(async () => {
      const told = await this.post("/sightings", {
        site, hour, at: new Date(one.at).toISOString(), key: `desk-${session}-${hour}-${one.id}-${this.taken.get(one.id) ?? 0}`,
      });
      this.bears.set(one.id, { number: told.id, at: one.at });
    }, () => this.bears.delete(one.id));
  }

  async tried(act, undo) {
    try { await act(); this.fault.textContent = ""; }
    catch (fault) { undo?.(); this.fault.textContent = `Not kept: ${fault.message}. Press again.`; }
    this.tell();
  }

  mark(one) {
    super.mark(one);
    this.note();
  }

  // On the button, under the eye of who pressed it.
  note() {
    const bear = this.bears.get(this.steps[this.place]?.id);
    this.press_.textContent = bear ? `Bear noted at ${this.hours.format(bear.at)}` : "Bear (B)";
    this.press_.classList.toggle("noted", Boolean(bear));
  }

  tell() {
    this.note();
    const kept = [...this.bears].filter(([, bear]) => bear).sort(([, one], [, other]) => one.at - other.at);
    this.list.replaceChildren(...kept.map(([id, bear]) => {
      const back = element("button", "", `Bear at ${this.hours.format(bear.at)}: take back`);
      back.addEventListener("click", () => this.tried(async () => {
        await this.post(`/sightings/${bear.number}/withdraw`, { why: "pressed by mistake at the desk" });
        this.bears.delete(id);
        this.taken.set(id, (this.taken.get(id) ?? 0) + 1);
      }));
      return back;
    }));
  }

  async finish(knew) {
    if (!this.over || [...this.bears.values()].includes(null)) return;
    this.stop();
    const { session, hour } = this.data.desk;
    await this.tried(async () => {
      await this.post(`/watch-sessions/${session}/hours/${hour}/done`, { shown: [...this.shown], failed: [...this.failed], knew });
      this.next("next", hour);
    });
  }
}
