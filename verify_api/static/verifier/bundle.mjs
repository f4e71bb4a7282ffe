// The one signed file that a device needs to check without a network: verify_api/bundle.py.

import { NotCanonical, decode } from "./cbor.mjs";
import { hex } from "./bytes.mjs";
import { readSign1, signed1By } from "./cose.mjs";
import { Refused } from "./errors.mjs";
import { readForeignTrust } from "./foreign_trust.mjs";
import { readStatusList } from "./status.mjs";
import { GRACE, LATEST_SECOND, acceptAll, judge, readTrustDocument } from "./trust.mjs";

const BUNDLE_TYP = "application/vnd.records-ledger.bundle+cbor";
const MAX_BUNDLE_BYTES = 32 << 20;
const ISSUED_LEEWAY = 300;
const REVOCATIONS_HOLD = 7 * 24 * 3600;

const isBytes = (value) => value instanceof Uint8Array;

// Returns {madeAt, trust, lists, foreign} as far as `root` (pinned officers and threshold) vouches for it.
// `at` is now, in seconds; `newestSeen` is the highest version of the trust list ever held here.
export async function readBundle(data, root, { at, newestSeen = 0 }) {
  const { envelope, header, parts } = takenApart(data);
  if (parts.madeAt > at + ISSUED_LEEWAY) throw new Refused("bundle.made_at", "from_the_future");
  const trust = await trustOf(parts, root);
  if (trust.version < newestSeen) throw new Refused("bundle.trust", "rollback");
  await checkSignature(envelope, header, parts, trust);
  const lists = new Map();
  for (const [uri, token] of parts.lists) lists.set(uri, await readStatusList(token, uri, trust, parts.madeAt));
  return { madeAt: parts.madeAt, trust, lists, foreign: foreignOf(parts, trust) };
}

// The trust list documents in a bundle, oldest first; nothing of them is believed.
export function documentsIn(data) {
  return takenApart(data).parts.documents;
}

function takenApart(data) {
  if (data.length > MAX_BUNDLE_BYTES) throw new Refused("bundle", "too_long");
  try {
    const envelope = readSign1(data);
    return { envelope, header: decode(envelope.protectedHeader), parts: partsOf(decode(envelope.payload)) };
  } catch (error) {
    if (error instanceof NotCanonical) throw new Refused("bundle", "layout");
    throw error;
  }
}

function partsOf(payload) {
  const form = new Refused("bundle", "form");
  if (!(payload instanceof Map) || payload.get(0) !== 1) throw form;
  const [madeAt, documents, lists] = [1, 2, 3].map((label) => payload.get(label));
  const good = Number.isSafeInteger(madeAt) && madeAt >= 0 && madeAt <= LATEST_SECOND && lists instanceof Map;
  if (!good || !Array.isArray(documents) || documents.length === 0 || !documents.every(isBytes)) throw form;
  if (![...lists].every(([uri, token]) => typeof uri === "string" && isBytes(token))) throw form;
  return { madeAt, documents, lists, foreign: payload.get(4) };
}

// Whom the bundle's maker believes, as long as the trust list beside it is believed; null if a
// bundle says nothing of that, as those from before there was such a thing.
function foreignOf({ foreign, madeAt }, trust) {
  if (foreign === undefined) return null;
  return { ...readForeignTrust(foreign), until: trust.nextUpdate + GRACE, revokedUntil: madeAt + REVOCATIONS_HOLD };
}

async function trustOf(parts, root) {
  const documents = [...parts.documents];
  let held = null;
  while (held === null && documents.length) held = await approved(documents.shift(), root);
  if (held === null) throw new Refused("bundle.trust", "old_officers");
  if (!documents.length) return held;
  try {
    return await acceptAll(held, documents, parts.madeAt);
  } catch (error) {
    if (error instanceof Refused) throw new Refused("bundle.trust", error.rule);
    throw error;
  }
}

async function approved(document, root) {
  try {
    return await readTrustDocument(document, root);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

async function checkSignature(envelope, header, parts, trust) {
  const form = header instanceof Map && header.size === 3 && Number.isInteger(header.get(1)) && isBytes(header.get(4));
  if (!form || header.get(16) !== BUNDLE_TYP) throw new Refused("bundle.protected", "header");
  const key = trust.byKid.get(hex(header.get(4)));
  if (key === undefined || !(await signed1By(envelope, key.public))) throw new Refused("bundle.signature", "signature");
  const signed = { algorithm: header.get(1), use: "status", issuer: key.issuer, issuedAt: parts.madeAt };
  const judgement = judge(trust, key, signed, parts.madeAt);
  if (judgement.finding !== "counts") throw new Refused("bundle.key", judgement.reason);
}
