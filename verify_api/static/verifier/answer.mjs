// A verdict as the answer that pages and programs get from the service: verify_api/verdict_json.py,
// member by member, in the same words. Personal data leaves only with a valid answer.

import { plain } from "./plain.mjs";

const OFFSET_SECONDS = 7 * 3600; // Vietnam, without daylight saving

// `tables` as of verification.mjs; `language` is vi or en.
export function answerOf(verdict, tables, language) {
  const of = (wording) => wording[language === "en" ? 1 : 0];
  const axes = { ...verdict.axes };
  if (verdict.accepting) axes.acceptance = verdict.accepting.axis;
  const words = tables.states[verdict.state];
  const valid = verdict.overall === "valid";
  return {
    overall: verdict.overall,
    overall_text: of(tables.overalls[verdict.overall]),
    state: verdict.state,
    heading: of(words.heading),
    sentence: of(words.sentence),
    next_step: of(words.next_step),
    not_meaning: of(words.not_meaning),
    axes,
    rows: Object.entries(axes).map(([axis, value]) => ({ axis, value, text: of(tables.axes[`${axis}.${value}`]) })),
    caution: verdict.kind ? of(verdict.kind.caution) : null,
    reasons: verdict.reasons.map((code) => ({ code, text: of(tables.reasons[code]) })),
    failed_check: verdict.failedCheck,
    profile: verdict.profile ?? "native",
    checked_at: moment(verdict.checkedAt),
    evidence: evidenceOf(verdict),
    issuer: verdict.issuer ? { code: verdict.issuer.code, name: of(verdict.issuer.names) } : null,
    certificate: certificateOf(verdict, of, valid),
    acceptance: verdict.accepting ? acceptanceOf(verdict.accepting, tables, of) : null,
  };
}

export function moment(at) {
  if (at === null) return null;
  return `${new Date((Math.floor(at) + OFFSET_SECONDS) * 1000).toISOString().slice(0, 19)}+07:00`;
}

function evidenceOf({ trust, status, checkedAt }) {
  return {
    trust_list: trust && { version: trust.version, issued_at: moment(trust.issued) },
    status: {
      source: "signed_list",
      value: status.value,
      as_of: moment(status.asOf),
      age_seconds: status.asOf === null ? null : Math.max(0, Math.trunc(checkedAt - status.asOf)),
      since: null,
      stale: status.stale,
      superseded_by: [],
    },
    log: { index: null, logged_at: null, by: null, size: null, witnesses: null },
  };
}

function certificateOf(verdict, of, valid) {
  if (verdict.token) return nativeOf(verdict, of, valid);
  return verdict.claims && valid ? { claims: plain(verdict.claims) } : null;
}

function nativeOf({ token, kind }, of, valid) {
  return {
    kind: kind.code,
    title: of(kind.title),
    number: token.number,
    issued_at: moment(token.issuedAt),
    expires_at: moment(token.expiresAt),
    holder: valid ? holderOf(token.holder) : null,
    claims: valid ? kind.claims.filter((claim) => token.details.has(claim.label)).map((claim) => claimOf(claim, token, of)) : null,
  };
}

function holderOf(holder) {
  return {
    name: holder.name,
    name_mrz: mrzName(holder.name),
    birth_date: holder.birthDate,
    sex: holder.sex,
    id_tail: holder.idTail,
  };
}

function claimOf(claim, token, of) {
  const value = token.details.get(claim.label);
  const words = typeof value === "number" && claim.allowed ? claim.allowed[value] : undefined;
  return { name: claim.name, title: of(claim.title), value: plain(value), text: words ? of(words) : null };
}

function acceptanceOf(accepting, tables, of) {
  const words = tables.acceptances[accepting.axis];
  return {
    value: accepting.axis,
    text: of(words.text),
    next_step: of(words.next_step),
    places: accepting.places,
    until: accepting.until,
    days_left: accepting.daysLeft,
    appointed_on: accepting.appointed,
    facility: accepting.facility,
    used_by: null,
    used_since: null,
  };
}

// A name as in a machine-readable zone: NGUYỄN VĂN ĐỨC is NGUYEN<VAN<DUC.
export function mrzName(name) {
  const plainName = [...name].slice(0, 200).join("")
    .replace(/[đĐðÐ]/gu, "D")
    .replace(/['’‘ʼ`´]/gu, "")
    .normalize("NFD");
  const bare = [...plainName].filter((character) => !combines(character)).join("").toUpperCase();
  return bare.replace(/[^A-Z]+/gu, "<").replace(/^<+|<+$/gu, "");
}

// Whether a character has a combining class: then, and only then, it sorts before U+0345, which has
// the highest one.
function combines(character) {
  return character === "\u0345" || `\u0345${character}`.normalize("NFD")[0] !== "\u0345";
}
