// Public keys of other issuers, as SubjectPublicKeyInfo, and their signatures by WebCrypto. Which
// algorithms a format accepts at all is the format's list: keys/foreign_envelope.py.

import { AskServer } from "./errors.mjs";
import { hex } from "./bytes.mjs";

export const ES256 = -7;
export const EDDSA = -8;
export const ESP256 = -9;
export const ED25519 = -19;
export const PS256 = -37;

const MIN_RSA_BITS = 2048;
const P256 = {
  spki: /^3059301306072a8648ce3d020106082a8648ce3d03010703420004/u,
  bytes: 64,
  key: { name: "ECDSA", namedCurve: "P-256" },
  sign: { name: "ECDSA", hash: "SHA-256" },
};
const EDWARDS = { spki: /^302a300506032b6570032100/u, bytes: 64, key: { name: "Ed25519" }, sign: { name: "Ed25519" } };
const RSA = {
  spki: /^30(?:..|81..|82....)300d06092a864886f70d0101010500/u,
  key: { name: "RSA-PSS", hash: "SHA-256" },
  sign: { name: "RSA-PSS", saltLength: 32 },
};
const FORMS = new Map([[ES256, P256], [ESP256, P256], [EDDSA, EDWARDS], [ED25519, EDWARDS], [PS256, RSA]]);

// Whether `signature` over `message` is the key's under `algorithm`: false also for a key of another
// type or strength. Where this browser cannot use such a key, the service is left to say.
export async function signs(key, algorithm, signature, message) {
  const form = FORMS.get(algorithm);
  if (!form.spki.test(hex(key.spki))) return false;
  if (form.bytes !== undefined && signature.length !== form.bytes) return false;
  const handle = await imported(key, form);
  if (form === RSA && handle.algorithm.modulusLength < MIN_RSA_BITS) return false;
  return crypto.subtle.verify(form.sign, handle, signature, message);
}

async function imported(key, form) {
  try {
    key.handle ??= await crypto.subtle.importKey("spki", key.spki, form.key, false, ["verify"]);
    return key.handle;
  } catch {
    throw new AskServer("algorithm");
  }
}
