// An answer that was made on this device, drawn as the service draws its own: templates/parts/verdict.html.

const VIETNAM = 7 * 3600 * 1000;
const KEPT_AGE = 3600;

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

export function dayWords(iso, language) {
  const [year, month, day] = iso.slice(0, 10).split("-");
  if (language !== "en") return `${day}/${month}/${year}`;
  const name = new Date(`${iso.slice(0, 10)}T00:00:00Z`).toLocaleString("en-GB", { month: "long", timeZone: "UTC" });
  return `${Number(day)} ${name} ${Number(year)}`;
}

// `at` as the answer has it (ISO 8601) or in seconds.
export function momentWords(at, language) {
  const moment = typeof at === "number" ? new Date(at * 1000) : new Date(at);
  const local = new Date(moment.getTime() + VIETNAM).toISOString();
  return `${local.slice(11, 16)}, ${dayWords(local, language)}`;
}

export function ageWords(seconds, words) {
  const hours = Math.floor(Math.max(0, seconds) / KEPT_AGE);
  if (hours < 1) return words("offline.less_hour");
  return hours < 48 ? `${hours} ${words("offline.hours")}` : `${Math.floor(hours / 24)} ${words("offline.days")}`;
}

// `words` gives the page's words by key; `icon` returns the picture of an overall answer; `known` is
// when the device's knowledge was made, in seconds.
export function drawAnswer(answer, { words, icon, language, known }) {
  const certificate = answer.certificate;
  const person = certificate && (certificate.holder || certificate.claims);
  const body = el("div", { class: "verdict-body" },
    el("p", { class: "device-note" }, `${words("offline.by_device")} `,
      el("strong", {}, momentWords(known, language)),
      ` (${words("offline.age")}: ${ageWords(Date.parse(answer.checked_at) / 1000 - known, words)}).`),
    el("p", { class: "sentence" }, answer.sentence),
    el("p", { class: "next" }, el("strong", {}, `${words("verify.next_step")}:`), ` ${answer.next_step}`),
    answer.acceptance && el("p", { class: "next" }, el("strong", {}, `${answer.acceptance.text}.`), ` ${answer.acceptance.next_step}`),
    person ? holder(certificate, dayOf(answer), words, language) : null,
    answer.caution && el("p", { class: "caution" }, answer.caution),
    checked(answer, words, language),
    answer.reasons.length ? reasons(answer, words) : null,
    el("p", { class: "not-meaning" }, el("strong", {}, `${words("verify.not_meaning")}:`), ` ${answer.not_meaning}`),
    el("p", { class: "stamp" }, `${words("verify.checked_at")} ${momentWords(answer.checked_at, language)}`));
  return el("article", { class: `verdict ${answer.overall}`, "data-state": answer.state, "data-overall": answer.overall, "data-by": "device" },
    el("header", { class: "verdict-head" }, icon(answer.overall),
      el("div", {}, el("h2", { tabindex: "-1" }, answer.heading), el("p", { class: "overall" }, answer.overall_text))),
    body);
}

function fact(title, value, mark = "") {
  return el("div", { class: mark ? `row ${mark}` : "row" }, el("dt", {}, title), el("dd", {}, String(value)));
}

// The day of an appointment, as it was read of the claim that says it as a number.
function dayOf({ certificate, acceptance }) {
  return certificate?.kind === "appointment" && certificate.claims ? acceptance?.appointed_on ?? null : null;
}

function holder({ holder: person, claims }, day, words, language) {
  if (!person) return foreignClaims(claims, words);
  const shown = (claim) => claim.text ?? (Array.isArray(claim.value) ? claim.value.join(", ") : claim.value);
  return el("section", { class: "holder", "data-personal": "", "aria-label": words("verify.compare") },
    el("h3", {}, words("verify.compare")),
    el("dl", {},
      fact(words("holder.name"), person.name, "name"),
      fact(words("holder.birth_date"), dayWords(person.birth_date, language)),
      fact(words("holder.sex"), words(`sex.${person.sex}`)),
      fact(words("holder.id_tail"), `•••• ${person.id_tail}`),
      ...claims.map((claim) => day && claim.name === "day"
        ? fact(words("row.appointed_on"), dayWords(day, language)) : fact(claim.title, shown(claim)))));
}

// Claims in a format of others, which no table of ours names.
function foreignClaims(claims, words) {
  return el("section", { class: "holder", "data-personal": "", "aria-label": words("verify.compare") },
    el("h3", {}, words("verify.compare")),
    el("pre", { tabindex: "0" }, JSON.stringify(claims, null, 2)));
}

function checked(answer, words, language) {
  const { certificate, acceptance: taking, evidence } = answer;
  const when = (at) => momentWords(at, language);
  const rows = answer.rows.map((one) => fact(words(`axis.${one.axis}`), one.text));
  if (answer.issuer) rows.push(fact(words("row.issuer"), answer.issuer.name));
  if (certificate?.number) {
    rows.push(fact(words("row.paper"), certificate.title), fact(words("row.number"), certificate.number),
      fact(words("row.issued_at"), when(certificate.issued_at)), fact(words("row.expires_at"), when(certificate.expires_at)));
  }
  if (taking) {
    rows.push(fact(words("row.places"), taking.places.join(", ")));
    if (taking.appointed_on && !dayOf(answer)) rows.push(fact(words("row.appointed_on"), dayWords(taking.appointed_on, language)));
    rows.push(fact(words("row.present_until"), dayWords(taking.until, language)));
    if (taking.days_left !== null) rows.push(fact(words("row.days_left"), taking.days_left));
    if (taking.facility) rows.push(fact(words("row.asked_for"), taking.facility));
  }
  const { status, trust_list: list } = evidence;
  if (status.as_of) rows.push(fact(words("row.status"), `${when(status.as_of)} · ${words(`source.${status.source}`)}`));
  if (list) rows.push(fact(words("row.trust"), when(list.issued_at)));
  return el("section", {}, el("h3", {}, words("verify.details")), el("dl", {}, ...rows));
}

function reasons(answer, words) {
  return el("section", {}, el("h3", {}, words("verify.reasons")),
    el("ul", {}, ...answer.reasons.map((one) => el("li", {}, `${one.text} `, el("code", {}, one.code)))));
}
