// Signed status lists: two bits a certificate. As ledger/certificates/status_list.py.

import { NotCanonical, decode } from "./cbor.mjs";
import { hex } from "./bytes.mjs";
import { readSign1, signed1By } from "./cose.mjs";
import { Refused } from "./errors.mjs";
import { inflate } from "./inflate.mjs";
import { LATEST_SECOND, judge } from "./trust.mjs";

const LIST_TYP = "application/statuslist+cwt";
const MAX_INFLATED = 1 << 20;
const MAX_LIST_BYTES = 1 << 20;
const ISSUED_LEEWAY = 300;
const VALUES = ["valid", "revoked", "suspended", "superseded"];
const FINAL = ["revoked", "superseded"]; // what never becomes valid again

// Returns the list in `data`, if a key that `trust` allows it to signed it for `uri`.
export async function readStatusList(data, uri, trust, at) {
  if (data.length > MAX_LIST_BYTES) throw new Refused("status_list", "too_long");
  const { envelope, header, claims } = takenApart(data);
  const key = keyOf(header, trust);
  if (!(await signed1By(envelope, key.public))) throw new Refused("status_list.signature", "signature");
  const published = await readClaims(claims);
  if (published.uri !== uri || !key.statusPrefixes.some((prefix) => uri.startsWith(prefix))) {
    throw new Refused("status_list.sub", "uri");
  }
  const signed = { algorithm: key.public.cose, use: "status", issuer: key.issuer, issuedAt: published.issuedAt };
  const judgement = judge(trust, key, signed, at);
  if (judgement.finding !== "counts") throw new Refused("status_list.key", judgement.reason);
  return { ...published, issuer: key.issuer };
}

function takenApart(data) {
  try {
    const envelope = readSign1(data);
    return { envelope, header: decode(envelope.protectedHeader), claims: decode(envelope.payload) };
  } catch (error) {
    if (error instanceof NotCanonical) throw new Refused("status_list", "layout");
    throw error;
  }
}

function keyOf(header, trust) {
  const form = header instanceof Map && header.size === 3 && Number.isInteger(header.get(1)) && header.get(4) instanceof Uint8Array;
  if (!form || header.get(16) !== LIST_TYP) throw new Refused("status_list.protected", "header");
  const key = trust.byKid.get(hex(header.get(4)));
  if (key === undefined || key.public.cose !== header.get(1)) throw new Refused("status_list.key", "key");
  return key;
}

async function readClaims(claims) {
  const form = new Refused("status_list", "claim_form");
  if (!(claims instanceof Map) || !(claims.get(65533) instanceof Map)) throw form;
  const [uri, issuedAt, expiresAt, ttl] = [2, 6, 4, 65534].map((label) => claims.get(label));
  const [bits, compressed] = [claims.get(65533).get("bits"), claims.get(65533).get("lst")];
  const times = [issuedAt, expiresAt, ttl].every(Number.isSafeInteger);
  const good = typeof uri === "string" && times && [1, 2, 4, 8].includes(bits) && compressed instanceof Uint8Array;
  if (!good || issuedAt < 0 || issuedAt >= expiresAt || expiresAt > LATEST_SECOND || ttl < 0 || ttl > expiresAt) throw form;
  return { uri, issuedAt, expiresAt, bits, packed: await inflate(compressed, MAX_INFLATED) };
}

function valueAt(list, index) {
  if (typeof index === "bigint") return undefined;
  const place = Math.floor((index * list.bits) / 8);
  if (place >= list.packed.length) return undefined;
  const value = (list.packed[place] >> ((index * list.bits) % 8)) & ((1 << list.bits) - 1);
  return VALUES[value];
}

// What `lists` (by address) say of a certificate at `at`; too old is not known.
export function statusOf(lists, token, at) {
  const list = lists.get(token.status.uri);
  if (list === undefined || list.issuer !== token.issuer) return { value: null, asOf: null, stale: false };
  const value = valueAt(list, token.status.index) ?? null;
  const current = list.issuedAt - ISSUED_LEEWAY <= at && at < list.expiresAt;
  if (current) return { value, asOf: list.issuedAt, stale: false };
  return { value: FINAL.includes(value) ? value : null, asOf: list.issuedAt, stale: true };
}
