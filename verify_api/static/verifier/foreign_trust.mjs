// Whom the bundle's maker believes for foreign formats: verify_api/profiles/trust_form.py. The form
// is strict, because a restriction that is passed over would be believed too much.

import { NotCanonical, decode } from "./cbor.mjs";
import { equal } from "./bytes.mjs";
import { Refused } from "./errors.mjs";
import { LATEST_SECOND } from "./trust.mjs";

const FIRST_SECOND = -62135596800;
const LATEST_BEFORE = 999_999_999_999;

const isBytes = (value) => value instanceof Uint8Array;
const isText = (value) => typeof value === "string";
const isTime = (value) => Number.isSafeInteger(value) && value >= FIRST_SECOND && value <= LATEST_SECOND;

function must(holds) {
  if (!holds) throw new Refused("bundle.foreign", "form");
}

// Returns {hcert, smartHealthCards, claim169: [{name, url, keys}], revoked: Map of kid to Map}.
export function readForeignTrust(data) {
  must(isBytes(data));
  const value = decoded(data);
  must(value instanceof Map && value.size === 4 && [1, 2, 3, 4].every((label) => value.has(label)));
  const [hcert, smartHealthCards, claim169] = [1, 2, 3].map((label) => readIssuers(value.get(label)));
  must([...smartHealthCards, ...claim169].every((issuer) => issuer.keys.every((key) => isUtf8(key.name))));
  return { hcert, smartHealthCards, claim169, revoked: readRevoked(value.get(4)) };
}

function decoded(data) {
  try {
    return decode(data);
  } catch (error) {
    must(!(error instanceof NotCanonical));
    throw error;
  }
}

function readIssuers(value) {
  must(Array.isArray(value));
  return value.map((issuer) => {
    must(Array.isArray(issuer) && issuer.length === 3);
    const [name, url, keys] = issuer;
    must(isText(name) && (url === null || isText(url)) && Array.isArray(keys));
    return { name, url, keys: keys.map(readKey) };
  });
}

function readKey(value) {
  must(Array.isArray(value) && value.length === 4);
  const [spki, name, purposes, window] = value;
  must(isBytes(spki) && (name === null || isBytes(name)));
  must(Array.isArray(purposes) && purposes.every(isText) && isInOrder(purposes));
  must(window === null || (Array.isArray(window) && window.length === 2 && window.every(isTime)));
  return { spki, name, purposes, window };
}

const isInOrder = (texts) => texts.every((text, index) => index === 0 || texts[index - 1] < text);

function isUtf8(name) {
  if (name === null) return true;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(name);
  return equal(new TextEncoder().encode(text), name);
}

function readRevoked(value) {
  must(value instanceof Map);
  for (const [kid, rids] of value) {
    must(isText(kid) && rids instanceof Map && rids.size > 0);
    for (const [rid, before] of rids) must(isText(rid) && (before === null || isBefore(before)));
  }
  return value;
}

const isBefore = (value) => Number.isSafeInteger(value) && value >= 0 && value <= LATEST_BEFORE;
