// A token taken apart, and its claims once the signature is known: ledger/certificates/token.py.

import { NotCanonical, decode } from "./cbor.mjs";
import { MAX_TOKEN_BYTES } from "./digits.mjs";
import { Refused } from "./errors.mjs";
import { join, utf8 } from "./bytes.mjs";
import { LATEST_SECOND } from "./trust.mjs";

const TOKEN_TYP = 65101;
const SIGNED_CONTEXT = join(Uint8Array.of(0x84, 0x6a), utf8("Signature1"));
const NO_EXTERNAL = Uint8Array.of(0x40);
const OWN_LABELS = [0, 1, 4];
const SEXES = { 1: "male", 2: "female", 3: "other" };

function layout(place) {
  return new Refused(place, "layout");
}

// 2, 3. The one layout of a token, by slicing; its header in CBOR's one form.
export function readSigned(data) {
  if (data.length > MAX_TOKEN_BYTES) throw new Refused("token", "too_long");
  if (data[0] !== 0xd2 || data[1] !== 0x84) throw layout("token");
  const [protectedStart, protectedEnd] = byteString(data, 2, "token.protected");
  if (data[protectedEnd] !== 0xa0) throw layout("token.unprotected");
  const bodyStart = protectedEnd + 1;
  const [payloadStart, payloadEnd] = byteString(data, bodyStart, "token.payload");
  const signatureStart = payloadEnd + 2;
  if (data[payloadEnd] !== 0x58 || data[payloadEnd + 1] !== 0x40) throw layout("token.signature");
  if (data.length !== signatureStart + 64) throw layout("token.signature");
  return {
    ...readHeader(data.slice(protectedStart, protectedEnd)),
    signed: join(SIGNED_CONTEXT, data.subarray(2, protectedEnd), NO_EXTERNAL, data.subarray(bodyStart, payloadEnd)),
    unverifiedPayload: data.slice(payloadStart, payloadEnd),
    signature: data.slice(signatureStart),
  };
}

function byteString(data, head, place) {
  const first = head < data.length ? data[head] : 0;
  let start = head + 1;
  let length = first - 0x40;
  if (first === 0x58) {
    [start, length] = [head + 2, data[head + 1] ?? 0];
    if (length < 24) throw layout(place);
  } else if (first === 0x59) {
    [start, length] = [head + 3, (data[head + 1] ?? 0) * 256 + (data[head + 2] ?? 0)];
    if (length < 256) throw layout(place);
  } else if (first < 0x40 || first > 0x57) {
    throw layout(place);
  }
  if (start + length > data.length) throw layout(place);
  return [start, start + length];
}

function readHeader(bytes) {
  const wrong = new Refused("token.protected", "header");
  let header;
  try {
    header = decode(bytes, { askOnTag: true });
  } catch (error) {
    if (error instanceof NotCanonical) throw wrong;
    throw error;
  }
  if (!(header instanceof Map) || header.size !== 3) throw wrong;
  const [algorithm, kid, typ] = [1, 4, 16].map((label) => header.get(label));
  if (!isInteger(algorithm) || !(kid instanceof Uint8Array) || kid.length !== 8 || typ !== TOKEN_TYP) throw wrong;
  return { algorithm, shortKid: kid };
}

// 6. Deterministic CBOR, every claim in its one form; unknown ones are passed over.
export function readClaims(payload) {
  let claims;
  try {
    claims = decode(payload, { askOnTag: true });
  } catch (error) {
    if (error instanceof NotCanonical) throw new Refused("token.payload", "not_canonical");
    throw error;
  }
  const document = map(map(claims, "token.payload").get(-65537), "token.document");
  const expiresAt = time(claims.get(4), "token.exp");
  const issuedAt = time(claims.get(6), "token.iat");
  if (expiresAt <= issuedAt) throw new Refused("token.exp", "expires_before_issue");
  return {
    issuer: ascii(claims.get(1), "token.iss", 12),
    issuedAt,
    expiresAt,
    holder: holderOf(map(claims.get(169), "token.person"), document.get(4)),
    status: statusOf(map(claims.get(65535), "token.status").get("status_list")),
    documentType: unsigned(document.get(0), "token.document.type"),
    number: text(document.get(1), "token.document.number", 64),
    details: detailsOf(document),
  };
}

function holderOf(person, idTail) {
  const sex = SEXES[unsigned(person.get(9), "token.person.sex")];
  if (person.size !== 3 || sex === undefined) throw new Refused("token.person", "person_form");
  if (typeof idTail !== "string" || !/^[0-9A-Z]{4}$/u.test(idTail)) throw new Refused("token.document.id_tail", "claim_form");
  return {
    name: text(person.get(4), "token.person.name", 200),
    birthDate: day(person.get(8)),
    sex,
    idTail,
  };
}

function day(written) {
  const found = typeof written === "string" && isoDay(written);
  if (!found) throw new Refused("token.person.birth_date", "no_such_day");
  return found;
}

// A day of the calendar in eight digits as YYYY-MM-DD; null if there is none such.
export function isoDay(written) {
  const match = /^([0-9]{4})([0-9]{2})([0-9]{2})$/u.exec(written);
  if (match === null || match[1] === "0000") return null;
  const iso = `${match[1]}-${match[2]}-${match[3]}`;
  const at = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso) ? iso : null;
}

function statusOf(reference) {
  const entry = map(reference, "token.status");
  const uri = ascii(entry.get("uri"), "token.status.uri", 200);
  if (entry.size !== 2 || !/^https?:\/\//u.test(uri)) throw new Refused("token.status", "status_form");
  return { index: unsigned(entry.get("idx"), "token.status.idx"), uri };
}

function detailsOf(document) {
  const details = new Map();
  for (const [label, value] of document) {
    if (OWN_LABELS.includes(label)) continue;
    const plain = isInteger(value) || typeof value === "string" || value instanceof Uint8Array;
    const texts = Array.isArray(value) && value.every((part) => typeof part === "string");
    if (!isInteger(label) || (!plain && !texts)) throw new Refused("token.document", "claim_form");
    details.set(label, value);
  }
  return details;
}

function isInteger(value) {
  return typeof value === "number" || typeof value === "bigint";
}

function map(value, place) {
  if (!(value instanceof Map)) throw new Refused(place, "claim_form");
  return value;
}

function text(value, place, longest) {
  const size = typeof value === "string" ? [...value].length : 0;
  if (size < 1 || size > longest) throw new Refused(place, "claim_form");
  // Printable: no control character, nothing invisible, no blank but the plain one.
  if (/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(value) || value.startsWith(" ") || value.endsWith(" ")) {
    throw new Refused(place, "claim_form");
  }
  if (value.normalize("NFC") !== value) throw new Refused(place, "not_nfc");
  return value;
}

function ascii(value, place, longest) {
  if (typeof value !== "string" || !/^[!-~]+$/u.test(value) || value.length > longest) throw new Refused(place, "claim_form");
  return value;
}

function unsigned(value, place) {
  if (!isInteger(value) || value < 0) throw new Refused(place, "claim_form");
  return value;
}

function time(value, place) {
  const seconds = unsigned(value, place);
  if (seconds > LATEST_SECOND) throw new Refused(place, "claim_form");
  return seconds;
}
