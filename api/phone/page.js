// The manual watch on a phone that may have no network. What is logged is kept here, each entry under a key of its own
// that only its writer writes, and what came of it under another that only the sender writes: two tabs lose nothing.
// Sent twice with the same key Bearwatch takes it once, so that an answer that was lost costs nothing.
const API = "/api/v1";
const ENTRY = "bw-entry-", STATE = "bw-state-", ME = "bw-me", SITE = "bw-site";
const NEAR_MS = 5000, PATIENCE_MS = 15000, AGAIN_MS = 20000, FRESH_MS = 600000, KEPT_MS = 36 * 3600000, LIMIT_MS = 12 * 3600000;
const LATER = [408, 425, 429];
const MODES = [
  ["blind", "Blind", "What the model saw here is hidden from you until you end. Only these hours are evidence."],
  ["assisted", "Assisted", "You look at the model's possible bears too: they are red on the Wall. No evidence."],
  ["routine", "Routine", "As every night. What you see is kept; the hours are no evidence."],
];
const TOLD = ["trial", "live"];
const TOLD_THERE = " While people are told of its alerts, hours in the field are no evidence: watch at a desk instead.";
const SURE = [["certain", "Certain"], ["probable", "Probable"], ["unsure", "Unsure"]];
const AGO = [[0, "Now"], [5, "5 min"], [15, "15 min"], [30, "30 min"]];
const COUNTS = [1, 2, 3, 4].map((one) => [one, String(one)]);

const by = (id) => document.getElementById(id);
const chosen = { mode: "blind", sure: "certain", ago: 0, bears: 1 };
let link = "looking", skew = null, sending = false, again = false, mine, blocked = "";

// ---- what is kept here

function read(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}

function keep(name, value) {
  try {
    const text = JSON.stringify(value);
    localStorage.setItem(name, text);
    return localStorage.getItem(name) === text;
  } catch { return false; }
}

function named(prefix) {
  return Array.from({ length: localStorage.length }, (_, place) => localStorage.key(place)).filter((one) => one?.startsWith(prefix));
}

function entries() {
  return named(ENTRY).map(read).filter(Boolean).sort((one, other) => one.written - other.written || (one.key < other.key ? -1 : 1));
}

const me = () => read(ME);
const stateOf = (entry) => read(STATE + entry.key);
const endOf = (start) => entries().find((one) => one.kind === "end" && one.of === start.key);
const own = () => entries().filter((one) => one.who === me()?.name);

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
}

function write(kind, told) {
  const now = Date.now(), known = skew && now - skew.at < FRESH_MS ? ahead() : null;
  const entry = { key: newKey(), kind, who: me().name, written: now, skew: known, ...told };
  if (keep(ENTRY + entry.key, entry)) {
    blocked = "";
    navigator.storage?.persist?.();
  } else blocked = "This phone keeps nothing: write it down on paper. (The browser's storage is full or closed.)";
  draw();
  send();
  return entry;
}

function clean() {
  const old = Date.now() - KEPT_MS, open = current();
  for (const one of entries()) {
    const state = stateOf(one);
    const needed = open && (one.key === open.key || one.of === open.key);
    if (state?.state === "sent" && one.written < old && !needed) forget(one);
  }
}

function forget(entry) {
  localStorage.removeItem(ENTRY + entry.key);
  localStorage.removeItem(STATE + entry.key);
}

// The watch that this phone has begun and not ended; what was refused, or is over on the server, is none.
function current() {
  const found = own().filter((one) => one.kind === "start" && !endOf(one) && stateOf(one)?.state !== "refused" && !stateOf(one)?.over);
  return found.at(-1);
}

// ---- asking Bearwatch

class Away extends Error {}
class SignedOut extends Error {}
class Refused extends Error {}

// One request. Anything that is no answer of Bearwatch (no network, a portal's page, an overloaded server) is Away.
async function ask(method, path, body) {
  const began = Date.now(), late = new AbortController(), timer = setTimeout(() => late.abort(), PATIENCE_MS);
  let answer, told;
  try {
    answer = await fetch(API + path, {
      method, signal: late.signal, redirect: "error", cache: "no-store", credentials: "same-origin",
      headers: body ? { "content-type": "application/json" } : {}, body: body ? JSON.stringify(body) : undefined,
    });
    told = await answer.json();
  } catch { throw new Away(); } finally { clearTimeout(timer); }
  measure(answer, began, Date.now());
  if (answer.status === 401) throw new SignedOut();
  if (answer.ok) return told;
  const ours = String(told?.type ?? "").startsWith("urn:bearwatch:");
  if (!ours || answer.status >= 500 || LATER.includes(answer.status)) throw new Away();
  throw new Refused(told.detail || told.title);
}

// How far the server's clock is ahead of this phone's: its Date header has whole seconds.
function measure(answer, began, ended) {
  const said = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(said) || ended < began) return;
  const found = { ms: said + 500 - (began + ended) / 2, wide: ended - began, at: ended };
  if (!skew || ended - skew.at > FRESH_MS || found.wide <= skew.wide || Math.abs(found.ms - skew.ms) > 2000 + found.wide) skew = found;
}

// What is within the error of measuring is no difference: else a bear could seem to come before the watch it was seen in.
// A busy server says the second before, and seconds matter to no watch.
function ahead() {
  return !skew || Math.abs(skew.ms) <= NEAR_MS + skew.wide ? 0 : skew.ms;
}

function told(entry, at) {
  return new Date(at + (entry.skew ?? ahead())).toISOString();
}

// An end that another measurement of the clock puts before its start is at its start.
function after(began, at) {
  return began && at < began ? began : at;
}

async function look() {
  const who = await ask("GET", "/me");
  if (typeof who?.name !== "string") throw new Away();
  if (who.must_change) {
    keep(ME, { sites: [], ...me(), name: who.name, role: who.role, must: true });
    throw new Away();
  }
  const sites = await ask("GET", "/sites");
  if (!Array.isArray(sites?.items)) throw new Away();
  keep(ME, {
    name: who.name, role: who.role, must: who.must_change,
    sites: sites.items.map((one) => ({
      id: one.id, name: one.name, zone: one.time_zone, told: !one.stopped && TOLD.includes(one.rule?.stage),
    })),
  });
  mine = (await ask("GET", "/watch-sessions?limit=1")).mine;
  const open = current();
  const state = open && stateOf(open);
  if (state?.state === "sent" && mine?.id !== state.id) keep(STATE + open.key, { ...state, over: true });
}

const SENDING = {
  async start(entry) {
    const ended = endOf(entry), began = told(entry, entry.at);
    const found = await ask("POST", "/watch-sessions", {
      site: entry.site, mode: entry.mode, place: "field", started_at: began, key: entry.key,
      ...(ended && { ended_at: after(began, told(ended, ended.at)), told_otherwise: ended.told }),
    });
    if (!found.id) throw new Away();
    if (ended && found.ended_at) keep(STATE + ended.key, { state: "sent", id: found.id, when: Date.now() });
    return { id: found.id, began };
  },
  async end(entry) {
    const start = read(STATE + entry.of), number = entry.id ?? start?.id;
    if (!number) return null; // its start was not taken: it waits beside it
    return ask("POST", `/watch-sessions/${number}/end`, { told_otherwise: entry.told, ended_at: after(start?.began, told(entry, entry.at)) });
  },
  sighting(entry) {
    return ask("POST", "/sightings", {
      site: entry.site, at: told(entry, entry.at), bears: entry.bears, sure: entry.sure, key: entry.key,
      ...(entry.spot && { spot: entry.spot }),
    });
  },
};

async function sendOne(entry) {
  if (stateOf(entry)) return;
  try {
    const found = await SENDING[entry.kind](entry);
    if (found && !found.id) throw new Away();
    if (found) keep(STATE + entry.key, { state: "sent", id: found.id, began: found.began, when: Date.now() });
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    keep(STATE + entry.key, { state: "refused", says: fault.message, when: Date.now() });
  }
  draw();
}

async function sendAll() {
  try {
    await look();
    link = "on";
    for (const entry of own()) await sendOne(entry);
    if (own().some((one) => one.kind !== "sighting")) mine = (await ask("GET", "/watch-sessions?limit=1")).mine;
  } catch (fault) {
    link = fault instanceof SignedOut ? "out" : "off";
  }
}

async function send() {
  if (sending) { again = true; return; }
  sending = true;
  do {
    again = false;
    if (navigator.locks) await navigator.locks.request("bearwatch-watch", sendAll);
    else await sendAll();
  } while (again);
  sending = false;
  clean();
  draw();
}

// ---- what is shown

function made(kind, text, name) {
  const found = document.createElement(kind);
  found.textContent = text ?? "";
  if (name) found.className = name;
  return found;
}

function chips(home, options, name) {
  home.replaceChildren(...options.map(([value, text]) => {
    const one = made("button", text);
    one.type = "button";
    one.setAttribute("aria-pressed", String(chosen[name] === value));
    one.addEventListener("click", () => { chosen[name] = value; if (name === "ago") by("clock").value = ""; draw(); });
    return one;
  }));
}

function siteList(select) {
  const sites = me()?.sites ?? [], before = select.value || read(SITE);
  const same = [...select.options].map((one) => one.value).join() === sites.map((one) => one.id).join();
  if (!same) select.replaceChildren(...sites.map((one) => { const made = new Option(one.name, one.id); return made; }));
  if (sites.some((one) => one.id === before)) select.value = before;
}

const siteName = (id) => me()?.sites.find((one) => one.id === id)?.name ?? id;

function clock(at, site) {
  const zone = me()?.sites.find((one) => one.id === site)?.zone;
  const there = new Date(at + (skew?.ms ?? 0));
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "short" });
  const shown = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hour: "2-digit", minute: "2-digit",
    ...(day.format(there) !== day.format(new Date()) && { weekday: "short" }),
  });
  return shown.format(there);
}

function lasted(since) {
  const minutes = Math.max(0, Math.round((Date.now() - since) / 60000));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function watch() {
  const open = current();
  if (open) return { site: open.site, mode: open.mode, place: "field", at: open.at, key: open.key };
  const ended = own().some((one) => one.kind === "end" && one.id === mine?.id && stateOf(one)?.state !== "refused");
  if (!mine || ended || own().some((one) => one.kind === "end" && read(STATE + one.of)?.id === mine.id)) return null;
  return { site: mine.site, mode: mine.mode, place: mine.place, at: Date.parse(mine.started_at) - (skew?.ms ?? 0), id: mine.id };
}

function words(entry) {
  const where = siteName(entry.site);
  if (entry.kind === "sighting") {
    const many = entry.bears === 1 ? "a bear" : `${entry.bears} bears`;
    return `${clock(entry.at, entry.site)} ${many} (${entry.sure}), ${where}${entry.spot ? `, ${entry.spot}` : ""}`;
  }
  return `${clock(entry.at, entry.site)} ${entry.kind === "start" ? `start, ${entry.mode}` : "end"}, ${where}`;
}

function line(entry) {
  const state = stateOf(entry), other = entry.who !== me()?.name, found = made("li", `${words(entry)} `);
  const waits = other ? `waits for ${entry.who} to sign in` : "waits";
  found.append(made("b", state?.state ?? waits, state?.state ?? "waits"));
  if (state?.state === "refused") found.append(made("p", state.says));
  if (state?.state === "sent") return found;
  const row = made("div", "", "row");
  const add = (text, act) => {
    const one = made("button", text);
    one.addEventListener("click", () => { act(); draw(); send(); });
    row.append(one);
  };
  if (state?.state === "refused") add("Try again", () => localStorage.removeItem(STATE + entry.key));
  if (state?.state === "refused" && entry.kind === "start" && !endOf(entry)) add("It is over: end it", () => over(entry));
  if (entry.kind !== "start" || state) add("Remove", () => { if (confirm(`Remove this entry? ${words(entry)}`)) forget(entry); });
  if (row.children.length) found.append(row);
  return found;
}

// A start that was not taken, because it is long over: told whole, with the end that it had at most.
function over(start) {
  const at = Math.min(Date.now(), start.at + LIMIT_MS);
  write("end", { of: start.key, site: start.site, at, told: start.mode === "blind" ? confirm("Were you told what the model saw? OK: yes, Cancel: no") : null });
  localStorage.removeItem(STATE + start.key);
}

function hint() {
  const who = me(), place = by("hint"), words = [];
  const add = (text, href) => { const link = made("a", text); link.href = href; words.push(link); };
  const others = entries().filter((one) => one.who !== who?.name && !stateOf(one)).length;
  if (link === "out") { words.push("You are signed out. What you log is kept here, and sent once you "); add("sign in", "/sign-in?next=/watch"); }
  else if (!who) words.push("Open this page once with a network and signed in; then it works without.");
  else if (who.must) { words.push("Set a password of your own first: "); add("do it", "/password?next=/watch"); }
  else if (who.role === "auditor") words.push("You may look, and rangers log the watch.");
  else if (link === "off") words.push("No network: what you log is kept here and sent later. A blind watch counts as evidence if its start arrives within 15 minutes.");
  else if (others) words.push("Entries of somebody else wait on this phone: they are sent when that person signs in here.");
  place.hidden = !words.length;
  place.replaceChildren(...words);
}

function draw() {
  const who = me(), waits = own().filter((one) => !stateOf(one)).length;
  const says = { on: "online", off: "no network", out: "signed out", looking: "…" }[link];
  by("link").textContent = `${who ? `${who.name} · ` : ""}${says}${waits ? ` · ${waits} wait${waits === 1 ? "s" : ""}` : ""}`;
  by("link").className = link === "on" && !waits ? "" : "off";
  by("danger").textContent = blocked;
  by("danger").hidden = !blocked;
  hint();
  siteList(by("site"));
  siteList(by("bear-site"));
  chips(by("mode"), MODES, "mode");
  chips(by("sure"), SURE, "sure");
  chips(by("when"), AGO, "ago");
  chips(by("bears"), COUNTS, "bears");
  const told = chosen.mode === "blind" && who?.sites.find((one) => one.id === by("site").value)?.told;
  by("mode-says").textContent = MODES.find(([mode]) => mode === chosen.mode)[2] + (told ? TOLD_THERE : "");
  const may = Boolean(who?.sites.length) && !who.must && who.role !== "auditor", now = watch();
  by("watching").hidden = !now;
  by("watching").className = now?.mode ?? "";
  by("idle").hidden = Boolean(now) || !by("bear-form").hidden;
  by("wall").hidden = now?.mode !== "assisted";
  by("wall").href = `/wall?site=${encodeURIComponent(now?.site ?? "")}`;
  by("start").disabled = !may;
  by("bear").disabled = !may;
  if (now) {
    const desk = now.place === "desk" ? " at the desk" : "";
    by("watching-says").textContent = `You watch ${siteName(now.site)}${desk}: ${now.mode}, since ${clock(now.at, now.site)} (${lasted(now.at)})`;
  } else by("asked").hidden = true;
  const all = entries().toReversed();
  by("none").hidden = all.length > 0;
  by("entries").replaceChildren(...all.map(line));
  const off = Math.round((skew?.ms ?? 0) / 1000);
  by("skew").hidden = Math.abs(off) < 5;
  by("skew").textContent = `This phone's clock is ${Math.abs(off)} s ${off < 0 ? "ahead of" : "behind"} Bearwatch's; times are corrected by that.`;
}

function seenAt() {
  const typed = by("clock").value;
  if (!typed) return Date.now() - chosen.ago * 60000;
  const [hour, minute] = typed.split(":").map(Number), at = new Date();
  at.setHours(hour, minute, 0, 0);
  return at > Date.now() + 60000 ? at - 24 * 3600000 : at.getTime();
}

function end(answer) {
  const now = watch();
  if (!now) return;
  write("end", { of: now.key, id: now.key ? undefined : now.id, site: now.site, at: Date.now(), told: answer });
  by("asked").hidden = true;
  by("end").hidden = false;
  draw();
}

by("start").addEventListener("click", () => {
  const site = by("site").value;
  keep(SITE, site);
  write("start", { site, mode: chosen.mode, at: Date.now() });
});
by("end").addEventListener("click", () => {
  if (watch()?.mode !== "blind") { end(null); return; }
  by("asked").hidden = false;
  by("end").hidden = true;
});
by("told-no").addEventListener("click", () => end(false));
by("told-yes").addEventListener("click", () => end(true));
by("bear").addEventListener("click", () => {
  Object.assign(chosen, { sure: "certain", ago: 0, bears: 1 });
  by("clock").value = by("spot").value = "";
  by("bear-form").hidden = false;
  by("bear").hidden = true;
  draw();
  by("bear-site").value = watch()?.site ?? read(SITE) ?? by("bear-site").value;
  by("log").scrollIntoView({ block: "nearest" });
});
function close() {
  by("bear-form").hidden = true;
  by("bear").hidden = false;
  draw();
}
by("cancel").addEventListener("click", close);
by("bear-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const site = by("bear-site").value;
  keep(SITE, site);
  close();
  write("sighting", { site, at: seenAt(), bears: chosen.bears, sure: chosen.sure, spot: by("spot").value.trim() });
});
by("site").addEventListener("change", draw);
addEventListener("online", send);
addEventListener("storage", draw);
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
setInterval(send, AGAIN_MS);
navigator.serviceWorker?.register("/watch-worker.js", { scope: "/watch" }).catch(() => {});
draw();
send();
