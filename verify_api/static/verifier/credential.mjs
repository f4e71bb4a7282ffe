// What the foreign formats share: how a credential is found bad, its times, and what is found of a
// good one. As verify_api/profiles/foreign.py.

import { Float } from "./cbor.mjs";
import { CHECK } from "./checks.mjs";
import { Refused } from "./errors.mjs";
import { inflate } from "./inflate.mjs";
import { decodeLoosely } from "./loose_cbor.mjs";
import { LATEST_SECOND } from "./trust.mjs";

export const MAX_TEXT = 16 * 1024;
const MAX_INFLATED = 64 * 1024;
const MICROSECONDS = 1_000_000n;
const DATES = new Set([0, 1, 100, 1004]);
const NOTES = ["status_not_offered"]; // reasons that a valid answer may carry

// Inside a profile only: what is wrong, as the axis, the check and the reason of a verdict.
export class BadCredential extends Error {
  constructor(authenticity, check, reason) {
    super(reason);
    this.authenticity = authenticity;
    this.check = check;
    this.reason = reason;
  }
}

export const damaged = (check, reason) => new BadCredential("damaged", check, reason);
export const badClaims = (reason = "broken_claims") => new BadCredential("unsupported", CHECK.payload, reason);

// Returns what `read` returns; where it refuses a form, `bad` says what that makes of the credential.
export async function readOr(bad, read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Refused) throw bad();
    throw error;
  }
}

export function checkLength(text) {
  if ([...text].length > MAX_TEXT) throw damaged(CHECK.text, "too_long");
}

// What zlib data (or DEFLATE alone) hold, and nothing beyond the limit.
export function inflated(compressed, format = "deflate") {
  return readOr(() => damaged(CHECK.layout, "broken_layout"), () => inflate(compressed, MAX_INFLATED, format));
}

// The claims of a foreign CWT; dates may be tagged.
export async function readClaims(payload) {
  const claims = await readOr(() => badClaims("broken_payload"), () => decodeLoosely(payload, DATES));
  if (!(claims instanceof Map)) throw badClaims("broken_payload");
  return claims;
}

// The time of a NumericDate in whole microseconds, or null if `value` is none. The service counts in
// microseconds too: half of one goes to the even side.
export function moment(value) {
  const seconds = value instanceof Float ? value.value : value;
  if (typeof seconds !== "number" || !(seconds >= 0 && seconds <= LATEST_SECOND)) return null;
  const whole = Math.trunc(seconds);
  return BigInt(whole) * MICROSECONDS + BigInt(halfToEven((seconds - whole) * 1e6));
}

export const second = (whole) => BigInt(whole) * MICROSECONDS;

function halfToEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

// The standing that times alone give, with its reason; both ends still count.
export function lifetime(issuedAt, expiresAt, at) {
  if (issuedAt === null || expiresAt === null) return ["unknown", "broken_claims"];
  if (at < issuedAt) return ["not_yet_valid", "issued_in_future"];
  return at > expiresAt ? ["expired", "expired"] : ["in_force", "status_not_offered"];
}

// What is found of a genuine credential.
export function genuine({ claims, issuer: [code, name], standing: [stands, reason] }) {
  return {
    authenticity: "genuine",
    standing: stands,
    reasons: reason === null ? [] : [reason],
    failedCheck: reason === null || NOTES.includes(reason) ? null : CHECK.time,
    issuer: { code, names: [name, name] },
    claims,
  };
}

// What is found of a bad one: not a word of what it claims.
export function found(error, standing = "unknown") {
  if (!(error instanceof BadCredential)) throw error;
  return { authenticity: error.authenticity, standing, reasons: [error.reason], failedCheck: error.check };
}

export const isText = (value) => typeof value === "string";

// As the service's language takes a value for true: nothing that is empty, nought or nothing.
export function truthy(value) {
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Map) return value.size > 0;
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}
