// COSE_Sign1 and COSE_Sign as we write them, taken apart strictly: keys/envelope.py.

import { NotCanonical, decode, encode } from "./cbor.mjs";
import { equal } from "./bytes.mjs";
import { usable, verified } from "./keys.mjs";

const SIGN1_TAG = Uint8Array.of(0xd2);
const SIGN_TAG = Uint8Array.of(0xd8, 0x62);

function afterTag(data, tag) {
  if (!equal(data.subarray(0, tag.length), tag)) throw new NotCanonical("another tag");
  return decode(data.subarray(tag.length));
}

function isEmpty(value) {
  return value instanceof Map && value.size === 0;
}

const isBytes = (value) => value instanceof Uint8Array;

export function readSign1(data) {
  const parts = afterTag(data, SIGN1_TAG);
  if (!Array.isArray(parts) || parts.length !== 4) throw new NotCanonical("no COSE_Sign1");
  const [protectedHeader, unprotected, payload, signature] = parts;
  if (!isEmpty(unprotected) || ![protectedHeader, payload, signature].every(isBytes)) {
    throw new NotCanonical("no COSE_Sign1 without unprotected headers");
  }
  return { protectedHeader, payload, signature };
}

export function signed1By(envelope, key) {
  const message = encode(["Signature1", envelope.protectedHeader, new Uint8Array(), envelope.payload]);
  return verified(key, envelope.signature, message);
}

export function readSign(data) {
  const parts = afterTag(data, SIGN_TAG);
  if (!Array.isArray(parts) || parts.length !== 4) throw new NotCanonical("no COSE_Sign");
  const [protectedHeader, unprotected, payload, signatures] = parts;
  const form = isEmpty(unprotected) && isBytes(protectedHeader) && isBytes(payload);
  if (!form || !Array.isArray(signatures) || signatures.length === 0) throw new NotCanonical("no COSE_Sign");
  return { protectedHeader, payload, signatures: signatures.map(readSignature) };
}

function readSignature(part) {
  const form = Array.isArray(part) && part.length === 3 && isEmpty(part[1]) && isBytes(part[0]) && isBytes(part[2]);
  if (!form) throw new NotCanonical("no signature of a COSE_Sign");
  const members = decode(part[0]);
  const named = members instanceof Map && members.size === 2 && Number.isInteger(members.get(1)) && isBytes(members.get(4));
  if (!named) throw new NotCanonical("a signature's header is its algorithm and its key");
  return { protectedHeader: part[0], algorithm: members.get(1), kid: members.get(4), signature: part[2] };
}

// Whether one of the signatures is the key's. Of a key that this browser has no algorithm for only
// the form is looked at: there is a signature in its name.
export async function signedBy(envelope, key) {
  const own = envelope.signatures.filter((one) => one.algorithm === key.cose && equal(one.kid, key.kid));
  if (!usable(key)) return own.some((one) => one.signature.length === 2420 || one.signature.length === 64);
  for (const one of own) {
    const message = encode(["Signature", envelope.protectedHeader, one.protectedHeader, new Uint8Array(), envelope.payload]);
    if (await verified(key, one.signature, message)) return true;
  }
  return false;
}
