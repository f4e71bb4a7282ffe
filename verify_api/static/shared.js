// Opens a SMART Health Link of this service. The link is in the address's fragment, which is not
// sent; it is read once and taken out of the address. What is shown was decrypted here, is built of
// text alone, and is gone with the page. Source: HL7 SMART Health Links (STU1); RFC 7516.

const at = (id) => document.getElementById(id);
const words = JSON.parse(at("words").dataset.words);
const LARGEST = 8 * 1024 * 1024; // bytes that a document may inflate to

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

const json = (bytes) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));

function linkOf(fragment) {
  const found = /^#(?:.*#)?shlink:\/([A-Za-z0-9_-]+)$/.exec(decodeURIComponent(fragment));
  if (found === null) return null;
  try {
    const link = json(bytesOf(found[1]));
    return typeof link.url === "string" && bytesOf(link.key).length === 32 ? link : null;
  } catch {
    return null;
  }
}

function tell(text) {
  const notice = at("notice").content.cloneNode(true);
  notice.querySelector(".notice-title").textContent = text;
  at("told").replaceChildren(notice);
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const parts = [];
  let size = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    size += step.value.length;
    if (size > LARGEST) throw new Error("too large");
    parts.push(step.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function decrypted(text, key) {
  const [header, wrapped, iv, content, tag, ...more] = text.split(".");
  const said = json(bytesOf(header));
  if (more.length > 0 || wrapped !== "" || said.alg !== "dir" || said.enc !== "A256GCM") throw new Error("form");
  const opened = await crypto.subtle.importKey("raw", bytesOf(key), "AES-GCM", false, ["decrypt"]);
  const sealed = new Uint8Array([...bytesOf(content), ...bytesOf(tag)]);
  const rules = { name: "AES-GCM", iv: bytesOf(iv), additionalData: new TextEncoder().encode(header) };
  const plain = new Uint8Array(await crypto.subtle.decrypt(rules, opened, sealed));
  return json(said.zip === "DEF" ? await inflated(plain) : plain);
}

function made(name, text, mark) {
  const one = document.createElement(name);
  if (text !== undefined) one.textContent = text;
  if (mark) one.className = mark;
  return one;
}

function tableOf(rows, title) {
  const titles = [words.what, words.value, words.when, words.from];
  const table = made("table", undefined, "list");
  table.append(made("caption", title, "unseen"));
  const head = made("tr");
  head.append(...titles.map((text) => Object.assign(made("th", text), { scope: "col" })));
  const top = made("thead");
  top.append(head);
  const body = made("tbody");
  for (const row of rows) {
    const line = made("tr");
    row.forEach((text, place) => {
      const cell = place === 0 ? Object.assign(made("th", text), { scope: "row" }) : made("td", text);
      if (place > 0) cell.dataset.title = titles[place] ?? "";
      line.append(cell);
    });
    body.append(line);
  }
  table.append(top, body);
  return table;
}

// Times and values as the service's own pages write them (verify_api/my_health/sent_times.py,
// verify_api/unit_words.py): no more exact than they were sent, with all their digits.
const english = document.documentElement.lang === "en";
const two = (number) => String(number).padStart(2, "0");
const VIETNAM = 7 * 3600 * 1000; // ahead of Greenwich, without summer time

function monthName(at) {
  return new Intl.DateTimeFormat("en-GB", { month: "long", timeZone: "UTC" }).format(at);
}

function dayWords(at) {
  const [day, month, year] = [at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCFullYear()];
  return english ? `${day} ${monthName(at)} ${year}` : `${two(day)}/${two(month)}/${year}`;
}

function momentWords(at) {
  const local = new Date(at.getTime() + VIETNAM);
  return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}, ${dayWords(local)}`;
}

function timeWords(text) {
  const [, month, day, clock, zone] =
    /^[0-9]{4}(?:-([0-9]{2})(?:-([0-9]{2})(T[0-9:.]+(Z|[+-][0-9:]+)?)?)?)?$/.exec(text) ?? [];
  const at = new Date(clock && !zone ? `${text}+07:00` : text);
  if (month === undefined || Number.isNaN(at.getTime())) return text;
  if (clock) return momentWords(at);
  if (day) return dayWords(at);
  const name = english ? monthName(at) : String(Number(month));
  return words.month.replace("{month}", name).replace("{year}", text.slice(0, 4));
}

const units = JSON.parse(at("words").dataset.units);
const MEASURED = new Set(["30954-2", "8716-3"]); // results, vital signs: elsewhere numbers are free text

function valueWords(text) {
  return text.split("; ").map((one) => {
    const found = /^((?:.*: )?)([<>=]*-?[0-9]+(?:\.[0-9]+)?)(?: (.+))?$/.exec(one);
    if (found === null) return one;
    const [, before, number, unit] = found;
    const value = before + (english ? number : number.replace(".", ","));
    return unit === undefined ? value : `${value} ${Object.hasOwn(units, unit) ? units[unit] : unit}`;
  }).join("; ");
}

function sectionOf(part) {
  // The summary's own narrative, as text: nothing of its markup is taken over.
  const narrative = new DOMParser().parseFromString(part.text?.div ?? "<div/>", "application/xml");
  const measured = (part.code?.coding ?? []).some((one) => MEASURED.has(one.code));
  const written = [String, measured ? valueWords : String, timeWords, String];
  const rows = [...narrative.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell, place) => (
      cell.textContent === "-" ? "" : (written[place] ?? String)(cell.textContent))));
  const section = made("section");
  section.append(made("h3", part.title ?? ""));
  section.append(rows.length > 0 ? tableOf(rows, part.title ?? "") : made("p", narrative.documentElement.textContent));
  return section;
}

function show(bundle) {
  const resources = bundle.entry.map((entry) => entry.resource);
  const head = resources.find((one) => one.resourceType === "Composition");
  const patient = resources.find((one) => one.resourceType === "Patient");
  const name = patient?.name?.[0]?.text ?? "";
  at("whose").textContent = `${words.of} ${name}${patient?.birthDate ? `, ${words.born} ${timeWords(patient.birthDate)}` : ""}`;
  at("made").textContent = `${words.made} ${momentWords(new Date(head.date))}`;
  at("parts").replaceChildren(...(head.section ?? []).map(sectionOf));
  at("told").replaceChildren();
  at("opening").hidden = true;
  at("shown").hidden = false;
  at("whose").focus();
}

async function open(link, event) {
  event.preventDefault();
  tell(words.busy);
  const body = { recipient: at("who").value.trim(), passcode: at("passcode").value || undefined };
  let answer;
  try {
    answer = await fetch(link.url, {
      method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
  } catch {
    return tell(words.failed);
  }
  if (answer.status === 401) {
    at("asks").hidden = false;
    return tell(`${words.wrong} ${(await answer.json()).remainingAttempts}`);
  }
  if (answer.status === 404) return tell(words.over);
  if (!answer.ok) return tell(words.failed);
  try {
    const [file] = (await answer.json()).files;
    const text = file.embedded ?? (await (await fetch(file.location, { credentials: "omit" })).text());
    show(await decrypted(text, link.key));
  } catch {
    tell(words.damaged);
  }
}

function begin() {
  const fragment = location.hash;
  const link = linkOf(fragment);
  at("switch").onclick = (event) => {
    event.preventDefault(); // the other language opens the same link
    location.assign(at("switch").href + fragment);
  };
  history.replaceState(null, "", location.pathname);
  at("shown").hidden = true;
  at("parts").replaceChildren();
  at("opening").hidden = true;
  if (link === null) return tell(words.no_link);
  if (new URL(link.url, location.href).origin !== location.origin) return tell(words.elsewhere);
  at("told").replaceChildren(); // whether it is over the service knows: this clock may be wrong
  at("asks").hidden = !(link.flag ?? "").includes("P");
  at("opening").hidden = false;
  at("opening").onsubmit = (event) => open(link, event);
}

at("hide").addEventListener("click", () => {
  at("shown").hidden = true;
  at("parts").replaceChildren();
  at("whose").textContent = "";
  tell(words.hidden);
});
addEventListener("hashchange", begin);
begin();
