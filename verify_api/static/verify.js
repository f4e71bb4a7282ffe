// The page that a phone's camera opens. The code stands in the address's fragment, which browsers
// do not send; it is read once, taken out of the address, and posted. Answers are made by the
// server, as the same page that a browser without scripts would get; this takes over its result.
// A device that was prepared judges each code as well: alone where the server does not answer, and
// beside it where it does. Scanner and checker are loaded when they are needed.

const SHOWN_SECONDS = 60; // then personal data is hidden, unless somebody asks to keep it
const PATIENCE = 15_000; // milliseconds; a device that can answer itself waits less
const PATIENCE_PREPARED = 2500;
// What signed data on the device says for good: no "valid" is shown against it. Time is not among
// them, for the device's clock may be wrong; neither is a suspension, which may have been lifted.
const FOR_GOOD = ["altered", "issuer_unknown", "revoked", "superseded"];
const SIGNALS = "signals"; // whether sound and vibration are wanted
const KNOWLEDGE = "records-knowledge";

const at = (id) => document.getElementById(id);
const result = at("result");
const language = document.documentElement.lang;
const title = document.title;
let scanner = null;
let signals = null; // loaded by the first press of a button: browsers allow sound only from there
let card = null; // a promise of the card about this device, once somebody wants it
let concealing = 0;
let scanning = false;
let latest = null; // the text that is shown, for the language switch; never stored

function copyOf(id) {
  return at(id).content.cloneNode(true);
}

function clearForms() {
  const typed = facility(); // kept for the next paper
  for (const id of ["upload", "paste"]) at(id).reset();
  if (typed !== null) at("facility").value = typed;
}

function show(nodes, heading) {
  result.removeAttribute("aria-busy");
  result.replaceChildren(...nodes);
  document.title = heading ? `${heading} – ${title}` : title;
  // What was refused is mended where it was typed; after an answer nothing of it stays.
  const refused = result.querySelector("[data-overall=problem]") !== null;
  if (!refused) clearForms();
  at("ways").hidden = !refused;
  at("after").hidden = refused;
  const first = result.querySelector("h2");
  if (first) first.focus();
  guard();
  signals?.signal(result.querySelector("[data-overall]")?.dataset.overall);
}

function showPaused(template, note = "") {
  const content = copyOf(template);
  if (note) content.querySelector("[data-note]").textContent = note;
  show([content], content.querySelector("h2").textContent);
}

const camera = () => Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

function facility() {
  return at("facility")?.value.trim() || null; // kept for the next paper; only if typed
}

async function ask(body) {
  latest = typeof body === "string" ? body : null;
  result.setAttribute("aria-busy", "true"); // drawn above the page, so that nothing is pushed down
  result.textContent = result.dataset.busy;
  const sent = fromService(body); // at once; whether this device knows something is found out meanwhile
  const device = await theDevice();
  const own = device && latest !== null ? judged(device, latest) : null;
  const served = device ? await Promise.race([sent, patience(typeof body === "string")]) : await sent;
  if (served === null) return device ? showOwn(device, own ?? (await judgedPicture(device, body))) : showPaused("no-service");
  if (own && served.overall === "valid" && contradicts(await own)) {
    // The list of this device may be the older one: look once more before anybody is alarmed.
    await (await card).update();
    const again = await judged(device, latest);
    if (contradicts(again)) return showPaused("differs", again.answer.heading);
  }
  return show(served.nodes, served.heading);
}

// Resolves to null when a device that can answer itself has waited long enough.
function patience(isText) {
  const wait = navigator.onLine ? (isText ? PATIENCE_PREPARED : PATIENCE) : 0;
  return new Promise((resolve) => {
    setTimeout(resolve, wait, null);
  });
}

// The server's result; null if it did not answer, or not with a result.
async function fromService(body) {
  const csrf = document.querySelector("input[name=csrf]");
  const headers = { Accept: "text/html" };
  if (csrf) headers["X-CSRF-Token"] = csrf.value;
  if (typeof body === "string") {
    headers["Content-Type"] = facility() ? "application/json" : "text/plain; charset=utf-8";
    if (facility()) body = JSON.stringify({ text: body, facility: facility() });
  }
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch("/v1/verify", { method: "POST", body, headers, cache: "no-store", signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.getElementById("result");
    if (!part) return null;
    return {
      nodes: [...part.childNodes].map((node) => document.importNode(node, true)),
      heading: part.querySelector("h2")?.textContent,
      overall: part.querySelector("[data-overall]")?.dataset.overall,
    };
  } catch {
    return null;
  }
}

function judged(device, text) {
  return device.judge(text, { facility: facility()?.toUpperCase() ?? null, language });
}

function contradicts({ answer }) {
  return answer !== undefined && FOR_GOOD.includes(answer.state);
}

// A picture that cannot be sent is read here; a PDF cannot.
async function judgedPicture(device, form) {
  const file = form.get("file");
  if (!file || !file.type.startsWith("image/")) return { pdf: true };
  const text = await (await theScanner()).readPicture(file).catch(() => null);
  return text === null ? { pdf: true } : judged(device, text);
}

async function showOwn(device, pending) {
  const { answer, ask: left, pdf, fault } = await pending;
  if (fault === "from_the_future") return showPaused("behind");
  if (fault) return showPaused("no-service");
  if (pdf) return showPaused("pictures-only");
  if (left) return showPaused("ask-service");
  const { drawAnswer } = await import("./device_answer.js");
  const drawn = drawAnswer(answer, {
    words: (key) => device.tables.words[key][language === "en" ? 1 : 0],
    icon: (overall) => at("icons").content.querySelector(`[data-icon=${overall}] svg`).cloneNode(true),
    language,
    known: device.madeAt,
  });
  return show([drawn], answer.heading);
}

async function theDevice() {
  await looked;
  return card === null ? null : (await card).device;
}

async function theScanner() {
  if (scanner === null) {
    const { Scanner } = await import("./scanner.js");
    scanner = new Scanner(at("video"));
  }
  return scanner;
}

// What is personal leaves the screen after a minute, and at once when nobody looks at the page.
function guard() {
  clearTimeout(concealing);
  const personal = result.querySelectorAll("[data-personal]");
  if (!personal.length) return;
  const keep = copyOf("keep").firstElementChild;
  keep.addEventListener("click", () => {
    clearTimeout(concealing);
    keep.remove();
  });
  personal[personal.length - 1].append(keep);
  concealing = setTimeout(conceal, SHOWN_SECONDS * 1000);
}

function conceal() {
  for (const part of result.querySelectorAll("[data-personal]:not([hidden])")) {
    const note = copyOf("concealed").firstElementChild;
    note.querySelector("button").addEventListener("click", () => {
      note.remove();
      part.hidden = false;
      guard();
    });
    part.hidden = true;
    part.querySelectorAll(".keep").forEach((button) => button.remove());
    part.before(note);
  }
}

async function wake() {
  signals ??= await import("./signals.js").catch(() => null);
  signals?.wake();
}

async function scan() {
  wake();
  result.replaceChildren();
  document.title = title;
  scanning = true;
  at("after").hidden = true;
  at("ways").hidden = false;
  at("scan").hidden = true;
  at("viewer").hidden = false;
  at("viewer").scrollIntoView({ block: "nearest" });
  let text = null;
  try {
    text = await (await theScanner()).next({
      cameras: at("cameras"), choice: at("choice"), torch: at("torch"), zoom: at("zoom"), closer: at("closer"),
    });
  } catch {
    showPaused("no-camera");
    at("ways").hidden = false; // it names them
  } finally {
    scanning = false;
    at("viewer").hidden = true;
    at("scan").hidden = false;
  }
  if (text !== null) await ask(text);
}

function theCard() {
  card ??= (async () => {
    const { DeviceCard } = await import("./device_card.js");
    const words = JSON.parse(at("device").dataset.words);
    const made = new DeviceCard({
      words: (key) => words[key],
      language,
      idle: () => !scanning && latest === null && result.childElementCount === 0,
    });
    await made.start();
    return made;
  })();
  return card;
}

function offerDevice() {
  if (!("serviceWorker" in navigator && "caches" in self && "DecompressionStream" in self)) {
    at("device").hidden = true;
    return;
  }
  at("signals").checked = localStorage.getItem(SIGNALS) !== "off";
  at("signals").addEventListener("change", ({ target }) => localStorage.setItem(SIGNALS, target.checked ? "on" : "off"));
  at("prepare").addEventListener("click", async () => (await theCard()).prepare());
  offerInstall();
}

function offerInstall() {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    at("install").hidden = false;
    at("install").onclick = async () => {
      await event.prompt();
      at("install").hidden = true;
    };
  });
}

function begin() {
  document.addEventListener("visibilitychange", () => document.hidden && conceal());
  at("scan").addEventListener("click", scan);
  at("stop").addEventListener("click", () => scanner?.stop());
  at("print").addEventListener("click", () => window.print());
  at("next").addEventListener("click", () => {
    latest = null;
    if (camera()) scan();
    else location.assign("/");
  });
  for (const id of ["upload", "paste"]) {
    at(id).addEventListener("submit", (event) => {
      event.preventDefault();
      const form = new FormData(event.target);
      wake();
      ask(id === "paste" ? form.get("text") : form);
    });
  }
  at("switch").addEventListener("click", (event) => {
    if (latest === null) return;
    event.preventDefault();
    location.assign(`${event.target.href}#${latest.replace(/^.*#/u, "")}`);
  });
  at("camera").hidden = !camera();
}

// A copy of this page under another address is no place to check anything.
function isAtHome() {
  const plain = (host) => host.replace(/^(localhost|\[::1\])(?=:|$)/u, "127.0.0.1");
  return plain(location.host) === plain(result.dataset.host);
}

function openedFromCode() {
  const { hash } = location;
  if (hash.length < 2 || hash === "#main") return false;
  history.replaceState(null, "", location.pathname);
  ask(hash.slice(1));
  return true;
}

// At once, before anything is painted: what is on the screen then stays where it is.
function open() {
  begin();
  offerDevice();
  addEventListener("hashchange", openedFromCode);
  if (openedFromCode() || !result.childElementCount) return;
  at("ways").hidden = true;
  at("after").hidden = false;
  guard();
}

// Whether this device was prepared; the card is loaded if it was.
const looked = isAtHome() && "caches" in self ? caches.has(KNOWLEDGE).then((is) => is && theCard()) : null;

if (isAtHome()) open();
else {
  history.replaceState(null, "", location.pathname);
  at("elsewhere").hidden = false;
  for (const id of ["ways", "after"]) at(id).hidden = true;
}
