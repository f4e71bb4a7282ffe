// Public keys and their signatures, by WebCrypto: keys/algorithms.py. The algorithm is the key's.

import { encode } from "./cbor.mjs";
import { AskServer, Refused } from "./errors.mjs";
import { compare, join, sha256 } from "./bytes.mjs";

export const ESP256 = -9;
export const ED25519 = -19;
export const ML_DSA_44 = -48;

const FORMS = new Map([
  [ESP256, { type: 2, curve: 1, members: [1, -1, -2, -3], bytes: 64, key: { name: "ECDSA", namedCurve: "P-256" }, sign: { name: "ECDSA", hash: "SHA-256" } }],
  [ED25519, { type: 1, curve: 6, members: [1, -1, -2], bytes: 64, key: { name: "Ed25519" }, sign: { name: "Ed25519" } }],
  [ML_DSA_44, { type: 7, members: [1, 3, -1], bytes: 2420, size: 1312, key: { name: "ML-DSA-44" }, sign: { name: "ML-DSA-44" } }],
]);

// A key of a COSE_Key map, for the algorithm `cose`. Not every browser has every algorithm: such a
// key has its name and its form, and `usable` is false.
export async function fromCoseKey(members, cose) {
  const form = FORMS.get(cose);
  if (form === undefined || members.get(1) !== form.type) throw new Refused("key", "key_form");
  if (members.has(3) && members.get(3) !== cose) throw new Refused("key", "key_form");
  const named = new Map(form.members.map((label) => [label, label === 3 ? cose : members.get(label)]));
  const raw = rawOf(members, cose, form);
  const kid = await sha256(encode(named));
  return { cose, kid, shortKid: kid.slice(0, 8), raw, handle: await handleOf(raw, form, cose) };
}

function rawOf(members, cose, form) {
  if (form.curve !== undefined && members.get(-1) !== form.curve) throw new Refused("key", "key_form");
  if (cose === ESP256) {
    return join(Uint8Array.of(4), part(members.get(-2), 32), part(members.get(-3), 32));
  }
  return cose === ED25519 ? part(members.get(-2), 32) : part(members.get(-1), form.size);
}

function part(value, size) {
  if (!(value instanceof Uint8Array) || value.length !== size) throw new Refused("key", "key_form");
  return value;
}

async function handleOf(raw, form, cose) {
  const format = cose === ML_DSA_44 ? "raw-public" : "raw";
  try {
    return await crypto.subtle.importKey(format, raw, form.key, false, ["verify"]);
  } catch (error) {
    // P-256 is in every browser: what it does not take is no key. The others may be missing.
    if (cose !== ESP256 && (error.name === "NotSupportedError" || error.name === "TypeError")) return null;
    throw new Refused("key", "key_form");
  }
}

export function usable(key) {
  return key.handle !== null;
}

// Whether `signature` over `message` is the key's; never throws for any bytes.
export async function verified(key, signature, message) {
  const form = FORMS.get(key.cose);
  if (signature.length !== form.bytes) return false;
  if (!usable(key)) throw new AskServer("algorithm");
  return crypto.subtle.verify(form.sign, key.handle, signature, message);
}

export function sameKey(one, other) {
  return one.cose === other.cose && compare(one.kid, other.kid) === 0;
}
