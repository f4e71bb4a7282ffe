// The page that a phone's camera opens. The code stands in the address's fragment, which browsers
// do not send; it is read once, taken out of the address, and posted. Answers are made by the
// server, as the same page that a browser without scripts would get; this takes over its result.

import { Scanner } from "./scanner.js";

const SHOWN_SECONDS = 60; // then personal data is hidden, unless somebody asks to keep it

const at = (id) => document.getElementById(id);
const result = at("result");
const scanner = new Scanner(at("video"));
const title = document.title;
let concealing = 0;
let latest = null; // the text that is shown, for the language switch; never stored

function copyOf(id) {
  return at(id).content.cloneNode(true);
}

function show(nodes, heading) {
  result.replaceChildren(...nodes);
  document.title = heading ? `${heading} – ${title}` : title;
  at("ways").hidden = true;
  at("ways").classList.remove("busy");
  at("after").hidden = false;
  const first = result.querySelector("h2");
  if (first) first.focus();
  guard();
}

function showPaused(template) {
  const content = copyOf(template);
  const heading = content.querySelector("h2").textContent;
  show([content], heading);
}

async function ask(body) {
  latest = typeof body === "string" ? body : null;
  at("ways").classList.add("busy"); // nothing that is seen is pushed down
  result.textContent = result.dataset.busy;
  const csrf = document.querySelector("input[name=csrf]");
  const headers = { Accept: "text/html" };
  if (csrf) headers["X-CSRF-Token"] = csrf.value;
  const facility = at("facility")?.value.trim(); // kept for the next paper; only if typed
  if (latest !== null) headers["Content-Type"] = facility ? "application/json" : "text/plain; charset=utf-8";
  if (latest !== null && facility) body = JSON.stringify({ text: latest, facility });
  try {
    const answer = await fetch("/v1/verify", { method: "POST", body, headers, cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.getElementById("result");
    if (!part) throw new Error("not our page");
    const heading = part.querySelector("h2");
    show([...part.childNodes].map((node) => document.importNode(node, true)), heading && heading.textContent);
  } catch {
    showPaused("no-service");
  }
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

async function scan() {
  result.replaceChildren();
  document.title = title;
  at("after").hidden = true;
  at("ways").hidden = false;
  at("scan").hidden = true;
  at("viewer").hidden = false;
  try {
    const text = await scanner.next({ cameras: at("cameras"), choice: at("choice"), torch: at("torch") });
    if (text !== null) await ask(text);
  } catch {
    showPaused("no-camera");
  } finally {
    at("viewer").hidden = true;
    at("scan").hidden = false;
  }
}

function begin() {
  document.addEventListener("visibilitychange", () => document.hidden && conceal());
  at("scan").addEventListener("click", scan);
  at("stop").addEventListener("click", () => scanner.stop());
  at("print").addEventListener("click", () => window.print());
  at("next").addEventListener("click", () => {
    latest = null;
    if (scanner.possible) scan();
    else location.assign("/");
  });
  for (const id of ["upload", "paste"]) {
    at(id).addEventListener("submit", (event) => {
      event.preventDefault();
      const form = new FormData(event.target);
      const facility = form.get("facility");
      event.target.reset();
      if (facility) at("facility").value = facility;
      ask(id === "paste" ? form.get("text") : form);
    });
  }
  at("switch").addEventListener("click", (event) => {
    if (latest === null) return;
    event.preventDefault();
    location.assign(`${event.target.href}#${latest.replace(/^.*#/u, "")}`);
  });
  at("camera").hidden = !scanner.possible;
}

function openedFromCode() {
  const { hash } = location;
  if (hash.length < 2 || hash === "#main") return false;
  history.replaceState(null, "", location.pathname);
  ask(hash.slice(1));
  return true;
}

begin();
window.addEventListener("hashchange", openedFromCode);
if (!openedFromCode()) {
  if (result.childElementCount) {
    at("ways").hidden = true;
    at("after").hidden = false;
    guard();
  }
  scanner.prepare(); // nobody waits for it yet
}
