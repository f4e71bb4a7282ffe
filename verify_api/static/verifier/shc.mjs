// SMART Health Cards, `shc:/` and pairs of digits: verify_api/profiles/{shc,jws}.py.
//
//   text ─ pairs of digits ─ JWS (ES256, raw DEFLATE) ─ {iss, nbf, exp?, vc: {…, rid?}}

import { Float } from "./cbor.mjs";
import { CHECK } from "./checks.mjs";
import {
  BadCredential, badClaims, checkLength, damaged, found, genuine, inflated, isText, moment, readOr, second, truthy,
} from "./credential.mjs";
import { BLANK } from "./digits.mjs";
import { Refused } from "./errors.mjs";
import { ES256, signs } from "./foreign_keys.mjs";
import { readJsonObject } from "./json.mjs";
import { equal, utf8 } from "./bytes.mjs";

export const PREFIX = "shc:/";
const HEALTH_CARD = "https://smarthealth.cards#health-card";
const CODE = /^shc:\/(?:([1-9][0-9]?)\/([1-9][0-9]?)\/)?((?:[0-9]{2})+)$/u;
const BLANKS = new RegExp(`${BLANK}+`, "u");
const FIRST_CHARACTER = 45;
const LARGEST_PAIR = 77;
const BASE64URL = /^[A-Za-z0-9_\-]*$/u;

export async function verifyHealthCard(text, trust, at) {
  try {
    const jws = await readHealthCard(text);
    const signer = await signerOf(jws, trust.smartHealthCards);
    const claims = await readHealthCardClaims(jws);
    const address = claims.get("iss");
    if (signer.issuer.url !== null && signer.issuer.url !== address) {
      throw new BadCredential("unknown_issuer", CHECK.meaning, "key_issuer");
    }
    const standing = standingOf(claims, trust.revoked.get(jws.header.get("kid")), trust, at);
    return genuine({ claims: claims.get("vc"), issuer: [address, signer.issuer.name || address], standing });
  } catch (error) {
    return found(error);
  }
}

async function readHealthCard(text) {
  checkLength(text);
  const compact = compactOf(text.split(BLANKS).filter((code) => code !== ""));
  return readOr(() => damaged(CHECK.header, "broken_header"), () => readJws(compact));
}

// The JWS that the numbered codes of a set write together, in any order.
function compactOf(codes) {
  const numbered = new Map();
  for (const match of codes.map((code) => CODE.exec(code))) {
    if (match !== null && Number(match[2] ?? 1) === codes.length) numbered.set(Number(match[1] ?? 1), match[3]);
  }
  const whole = codes.map((_, index) => numbered.get(index + 1));
  if (numbered.size !== codes.length || whole.includes(undefined)) throw damaged(CHECK.text, "broken_text");
  const pairs = whole.join("").match(/../gu).map(Number);
  if (pairs.some((pair) => pair > LARGEST_PAIR)) throw damaged(CHECK.text, "broken_text");
  return pairs.map((pair) => String.fromCharCode(pair + FIRST_CHARACTER)).join("");
}

function readJws(text) {
  const parts = text.split(".");
  if (parts.length !== 3) throw new Refused("jws", "form");
  const [written, payload, signature] = parts.map(fromBase64url);
  const header = readJsonObject(written);
  if (header.get("alg") !== "ES256" || header.has("crit") || header.has("b64")) throw new Refused("jws", "header");
  return { header, payload, signature, message: utf8(`${parts[0]}.${parts[1]}`) };
}

// Strict: no other character, no padding, no bits set that no byte string would set.
function fromBase64url(text) {
  if (!BASE64URL.test(text) || text.length % 4 === 1) throw new Refused("jws", "base64url");
  const standard = text.replace(/-/gu, "+").replace(/_/gu, "/");
  const data = atob(standard);
  if (btoa(data).replace(/=+$/u, "") !== standard) throw new Refused("jws", "base64url");
  return Uint8Array.from(data, (character) => character.charCodeAt(0));
}

async function signerOf(jws, issuers) {
  const kid = jws.header.get("kid");
  const named = (key) => isText(kid) && key.name !== null && equal(key.name, utf8(kid));
  const candidates = issuers.flatMap((issuer) => issuer.keys.filter(named).map((key) => ({ key, issuer })));
  if (candidates.length === 0) throw new BadCredential("unknown_issuer", CHECK.key, "key_unknown");
  for (const candidate of candidates) {
    if (await signs(candidate.key, ES256, jws.signature, jws.message)) return candidate;
  }
  throw new BadCredential("altered", CHECK.signature, "signature_wrong");
}

async function readHealthCardClaims(jws) {
  if (jws.header.get("zip") !== "DEF") throw badClaims("broken_payload");
  let claims;
  try {
    claims = readJsonObject(await inflated(jws.payload, "deflate-raw"));
  } catch (error) {
    if (error instanceof BadCredential || error instanceof Refused) throw badClaims("broken_payload");
    throw error;
  }
  const [iss, nbf, vc] = ["iss", "nbf", "vc"].map((name) => claims.get(name));
  const [types, subject] = vc instanceof Map ? [vc.get("type"), vc.get("credentialSubject")] : [];
  const good = isText(iss) && isNumber(nbf) && Array.isArray(types) && subject instanceof Map && subject.size > 0;
  if (!good || !types.includes(HEALTH_CARD)) throw badClaims();
  return claims;
}

// True and false are numbers to the service; as a time they are none.
const isNumber = (value) => ["number", "bigint", "boolean"].includes(typeof value) || value instanceof Float;

function standingOf(claims, revoked, trust, at) {
  const [validFrom, expiresAt] = [moment(claims.get("nbf")), moment(claims.get("exp"))];
  if (validFrom === null || (claims.has("exp") && expiresAt === null)) return ["unknown", "broken_claims"];
  if (at < validFrom) return ["not_yet_valid", "issued_in_future"];
  if (expiresAt !== null && at > expiresAt) return ["expired", "expired"];
  return standingByRevocations(claims, revoked, trust, at);
}

function standingByRevocations(claims, revoked, trust, at) {
  const rid = claims.get("vc").get("rid");
  if (!isText(rid) || !truthy(rid) || revoked === undefined) return ["in_force", "status_not_offered"];
  if (revoked.has(rid)) {
    const before = revoked.get(rid);
    const nbf = claims.get("nbf");
    if (before === null || (nbf instanceof Float ? nbf.value : nbf) < before) return ["revoked", "revoked"];
  }
  return at >= second(trust.revokedUntil) ? ["unknown", "status_stale"] : ["in_force", null];
}
