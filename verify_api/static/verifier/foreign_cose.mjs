// COSE_Sign1 of others, and which of the trusted keys signed it: keys/foreign_envelope.py.

import { encode } from "./cbor.mjs";
import { CHECK } from "./checks.mjs";
import { BadCredential } from "./credential.mjs";
import { Refused } from "./errors.mjs";
import { signs } from "./foreign_keys.mjs";
import { decodeLoosely } from "./loose_cbor.mjs";

const ALG = 1;
const KID = 4;
// COSE_Sign1 in a CWT tag, alone, or without a tag; the tags in their shortest form.
const TAGS = [[0xd8, 0x3d, 0xd2], [0xd2], []];

const isBytes = (value) => value instanceof Uint8Array;

// Headers stand in either bucket; where one stands in both, the protected one counts.
export function readForeignSign1(data) {
  const tag = TAGS.find((bytes) => bytes.every((byte, index) => data[index] === byte));
  const parts = decodeLoosely(data.subarray(tag.length));
  if (!Array.isArray(parts) || parts.length !== 4) throw new Refused("envelope", "layout");
  const [written, unprotected, payload, signature] = parts;
  if (!(unprotected instanceof Map) || ![written, payload, signature].every(isBytes)) {
    throw new Refused("envelope", "layout");
  }
  const members = written.length ? decodeLoosely(written) : new Map();
  if (!(members instanceof Map)) throw new Refused("envelope", "header");
  const header = (label) => (members.has(label) ? members.get(label) : unprotected.get(label));
  const kid = header(KID);
  return {
    algorithm: header(ALG),
    kid: isBytes(kid) ? kid : null,
    payload,
    signature,
    // An empty map counts as an empty byte string, however it is written (RFC 9052, 4.4).
    message: encode(["Signature1", members.size ? written : new Uint8Array(), new Uint8Array(), payload]),
  };
}

// The first of `candidates` that signed it, under one of the profile's `algorithms`.
export async function verifiedKey(signed, candidates, algorithms) {
  if (!algorithms.includes(signed.algorithm)) throw new BadCredential("unsupported", CHECK.key, "key_algorithm");
  if (candidates.length === 0) throw new BadCredential("unknown_issuer", CHECK.key, "key_unknown");
  for (const candidate of candidates) {
    if (await signs(candidate.key, signed.algorithm, signed.signature, signed.message)) return candidate;
  }
  throw new BadCredential("altered", CHECK.signature, "signature_wrong");
}
