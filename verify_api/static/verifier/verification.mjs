// Is this certificate genuine, and does it still stand, by what this device knows? The checks are
// those of verify_api/verification.py, by their numbers and in their order:
//
//    1 text  2 layout  3 header  4 key  5 signature  6 payload  7 meaning  8 time  9 status
//   10 log (not known here)  11 subject (not asked here)  12 acceptance
//
// Formats of others have checks of their own (foreign.mjs).
//
// `verify` is pure: evidence, policy and the moment are its arguments. It returns a verdict, or
// throws `AskServer` for what this device does not judge; it never throws for a bad certificate.

import { hex } from "./bytes.mjs";
import { fromQrText } from "./digits.mjs";
import { Refused } from "./errors.mjs";
import { judgeAcceptance } from "./acceptance.mjs";
import { CHECK } from "./checks.mjs";
import { judgeForeign, profileByPrefix, profileByShape } from "./foreign.mjs";
import { verified } from "./keys.mjs";
import { statusOf } from "./status.mjs";
import { readClaims, readSigned } from "./token.mjs";
import { isBeyondGrace, judge } from "./trust.mjs";

const ISSUED_LEEWAY = 300;
const EXPIRY_LEEWAY = 60;

const UNREADABLE = {
  qr_text_form: ["authenticity.unsupported", CHECK.text, "unknown_format"],
  foreign_host: ["authenticity.unsupported", CHECK.text, "foreign_host"],
  too_long: ["authenticity.damaged", CHECK.text, "too_long"],
  not_digits: ["authenticity.damaged", CHECK.text, "broken_text"],
  digits_length: ["authenticity.damaged", CHECK.text, "broken_text"],
  digits_overflow: ["authenticity.damaged", CHECK.text, "broken_text"],
  layout: ["authenticity.damaged", CHECK.layout, "broken_layout"],
  header: ["authenticity.damaged", CHECK.header, "broken_header"],
};
const NOTES = {
  trust_list_stale_within_grace: "trust_list_ageing",
  key_later_compromised: "key_later_compromised",
};
const NO_STATUS = { value: null, asOf: null, stale: false };

// Args: `at` in seconds; `evidence` as of bundle.mjs; `tables` and `calendar` as the service gives
// them out; `hosts` that a code may name, null for any; `facility` for which it is asked, or null.
export async function verify(text, { at, evidence, tables, calendar, hosts = null, facility = null }) {
  const question = { at, evidence, tables, calendar, facility };
  const prefixed = profileByPrefix(text);
  if (prefixed !== null) return foreign(prefixed, text, question);
  let signed;
  try {
    signed = readSigned(fromQrText(text, hosts)); // 1, 2, 3
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const shaped = error.rule === "qr_text_form" ? profileByShape(text) : null;
    if (shaped !== null) return foreign(shaped, text, question);
    return refused(UNREADABLE[error.rule], question);
  }
  const genuine = await authenticate(signed, question); // 4, 5, 6, 7
  if (genuine.axes) return genuine;
  const status = statusOf(evidence.lists, genuine.token, at);
  const found = [...checkTime(genuine.token, at), ...checkStatus(genuine, status)]; // 8, 9
  if (!genuine.kind.taken_in) return verdictOf(genuine, status, found, question);
  return takenIn(genuine, status, found, question); // 12
}

// A code in another's format: by that format's own checks and trust, and by nothing of ours.
async function foreign(profile, text, { at, evidence, tables }) {
  const { authenticity, standing, ...found } = await judgeForeign(profile, text, evidence.foreign, at);
  const axes = { authenticity, standing, logged: "not_checked", subject: "not_asked" };
  return finished({ ...found, profile, axes, checkedAt: at, trust: null, status: NO_STATUS }, tables);
}

async function authenticate(signed, question) {
  const { at, evidence: { trust } } = question;
  // 4. Says nothing about the certificate: the list cannot know what was revoked since.
  if (isBeyondGrace(trust, at)) return refused(["authenticity.undetermined", CHECK.key, "trust_list_stale"], question);
  const key = trust.byShortKid.get(hex(signed.shortKid));
  if (key === undefined) return refused(question.tables.judged.key_unknown, question);
  if (key.public.cose !== signed.algorithm) return refused(["authenticity.altered", CHECK.key, "key_algorithm"], question);
  if (!(await verified(key.public, signed.signature, signed.signed))) {
    return refused(["authenticity.altered", CHECK.signature, "signature_wrong"], question); // 5
  }
  let token;
  try {
    token = readClaims(signed.unverifiedPayload); // 6
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const reason = error.rule === "not_canonical" ? "broken_payload" : "broken_claims";
    return refused(["authenticity.unsupported", CHECK.payload, reason], question);
  }
  return understand(token, signed, key, question);
}

// 7. A known kind; and may this key have signed it, then?
function understand(token, signed, key, question) {
  const { trust } = question.evidence;
  const kind = question.tables.kinds[token.documentType];
  if (kind === undefined) return refused(["authenticity.unsupported", CHECK.meaning, "unknown_document"], question);
  const claimed = { algorithm: signed.algorithm, use: token.documentType, issuer: token.issuer, issuedAt: token.issuedAt };
  const judgement = judge(trust, key, claimed, question.at);
  if (judgement.finding !== "counts") return refused(question.tables.judged[judgement.reason], question);
  return { token, kind, key, notes: judgement.notes };
}

function checkTime(token, at) {
  if (token.issuedAt > at + ISSUED_LEEWAY) return [["standing.not_yet_valid", CHECK.time, "issued_in_future"]];
  return token.expiresAt + EXPIRY_LEEWAY <= at ? [["standing.expired", CHECK.time, "expired"]] : [];
}

function checkStatus(genuine, status) {
  // A mark against it counts wherever it stands: it can only make the answer worse.
  if (status.value !== null && status.value !== "valid") return [[`standing.${status.value}`, CHECK.status, status.value]];
  const own = genuine.key.statusPrefixes.some((prefix) => genuine.token.status.uri.startsWith(prefix));
  if (!own) return [["standing.unknown", CHECK.status, "status_elsewhere"]];
  if (status.value !== null) return [];
  return [["standing.unknown", CHECK.status, status.stale ? "status_stale" : "status_missing"]];
}

// 12. The answer about a paper that is used up by being taken in.
function takenIn(genuine, status, found, question) {
  const { at, facility, calendar, tables } = question;
  const accepting = judgeAcceptance(genuine.kind, genuine.token, { at, facility, calendar });
  if (found.length && !(accepting.axis in tables.not_taken)) {
    // What does not stand is not acceptable.
    accepting.axis = tables.overruled[ranked(found, tables)[0][0]] ?? "use_unknown";
  }
  const reason = tables.not_taken[accepting.axis];
  const kept = reason === undefined ? found : [...found, [`acceptance.${accepting.axis}`, CHECK.acceptance, reason]];
  return finished({ ...verdictOf(genuine, status, kept, question), accepting }, tables);
}

function ranked(found, tables) {
  const rank = (one) => tables.precedence.findIndex(([axis]) => axis === one[0]);
  return [...found].sort((one, other) => rank(one) - rank(other));
}

function verdictOf(genuine, status, found, question) {
  const decisive = ranked(found, question.tables);
  const standing = decisive.find(([axis]) => axis.startsWith("standing."));
  const verdict = {
    axes: {
      authenticity: "genuine",
      standing: standing ? standing[0].slice("standing.".length) : "in_force",
      logged: "not_checked",
      subject: "not_asked",
    },
    checkedAt: question.at,
    reasons: [...decisive.map(([, , reason]) => reason), ...genuine.notes.map((note) => NOTES[note])],
    failedCheck: decisive.length ? decisive[0][1] : null,
    token: genuine.token,
    kind: genuine.kind,
    issuer: { code: genuine.key.issuer, names: genuine.key.names },
    trust: trustOf(question),
    status,
  };
  return finished(verdict, question.tables);
}

// Something that is not genuine: not a word of what it claims.
function refused([axis, check, reason], question) {
  const [name, value] = axis.split(".");
  const verdict = {
    axes: { authenticity: "genuine", standing: "unknown", logged: "not_checked", subject: "not_asked", [name]: value },
    checkedAt: question.at,
    reasons: [reason],
    failedCheck: check,
    trust: trustOf(question),
    status: NO_STATUS,
  };
  return finished(verdict, question.tables);
}

function trustOf({ evidence: { trust } }) {
  return { version: trust.version, issued: trust.issued };
}

// State and overall answer, by the one table.
function finished(verdict, tables) {
  const axes = new Set(Object.entries(verdict.axes).map(([name, value]) => `${name}.${value}`));
  if (verdict.accepting) axes.add(`acceptance.${verdict.accepting.axis}`);
  const deciding = tables.precedence.find(([axis]) => axes.has(axis));
  const state = deciding ? deciding[1] : "valid";
  return { ...verdict, state, overall: tables.overall[state] };
}
