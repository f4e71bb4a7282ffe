// The trust list: read from its signed document, followed from version to version, and whether a
// key's signature counts. As keys/{trust_document,trust_form,trust_update,trust_judgement}.py.

import { NotCanonical, decode, encode } from "./cbor.mjs";
import { compare, equal, hex, sha256 } from "./bytes.mjs";
import { readSign, signedBy } from "./cose.mjs";
import { Refused } from "./errors.mjs";
import { ESP256, ED25519, ML_DSA_44, fromCoseKey, sameKey } from "./keys.mjs";

const MEDIA_TYPE = "application/vnd.records-ledger.trust-list+cbor";
const MAX_DOCUMENT_BYTES = 16 << 20;
const MAX_SIGNATURES = 64;
export const LATEST_SECOND = 253402300799;
export const GRACE = 7 * 24 * 3600;
const CLOCK_LEEWAY = 300;
const LOGGED_BEFORE_ISSUED = 300;
const LOGGED_AFTER_ISSUED = 86400;

const LIST_MEMBERS = ["v", "seq", "list_id", "issued", "next_update", "prev", "threshold", "officers", "keys"];
const KEY_MEMBERS = ["kid", "cose_key", "alg", "iss", "names", "use", "sign_from", "sign_until", "verify_until",
  "state", "revoked_at", "compromised_since", "status_prefix", "reason"];
const STATES = ["pending", "active", "retired", "revoked"];
const SERVICE_USES = ["checkpoint", "status", "trust", "webhook"];
const COSE_KEY_MEMBERS = new Map([[ESP256, 5], [ED25519, 4], [ML_DSA_44, 3]]);
const ISSUER = /^[!-~]{1,12}$/u;
const PREFIX = /^(https:\/\/[^/?#@\s]+|http:\/\/(127\.0\.0\.1|localhost)(:[0-9]+)?)\/([^?#\s]*\/)?$/u;

const unreadable = () => new Refused("trust", "unreadable");

function must(holds, rule = "unreadable") {
  if (!holds) throw new Refused("trust", rule);
}

const isText = (value) => typeof value === "string";
const isInteger = (value) => Number.isSafeInteger(value);
const isTime = (value) => isInteger(value) && value >= 0 && value <= LATEST_SECOND;
const isBytes = (value) => value instanceof Uint8Array;
const orNull = (check) => (value) => value === null || check(value);

function exactly(value, names) {
  must(value instanceof Map && value.size === names.length && names.every((name) => value.has(name)));
  return value;
}

function member(members, name, check) {
  const value = members.get(name);
  must(check(value));
  return value;
}

// Returns the list in `data` if the officers of `root` approve it, and its own do.
export async function readTrustDocument(data, root) {
  const envelope = readEnvelope(data);
  must(await approved(envelope, root), "old_officers");
  return withOwnApprovals(envelope);
}

// Returns the list in `data` as its own officers approve it. Anybody can make such a list: it is
// for the first list that a device ever sees, whose officers it then keeps for ever.
export async function readUnpinned(data) {
  return withOwnApprovals(readEnvelope(data));
}

function readEnvelope(data) {
  must(data.length <= MAX_DOCUMENT_BYTES);
  const envelope = readOrRefuse(() => readSign(data));
  must(equal(envelope.protectedHeader, encode(new Map([[16, MEDIA_TYPE]]))));
  must(envelope.signatures.length <= MAX_SIGNATURES);
  return envelope;
}

function readOrRefuse(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotCanonical) throw unreadable();
    throw error;
  }
}

async function withOwnApprovals(envelope) {
  const trust = await readPayload(envelope.payload);
  must(await approved(envelope, trust), "new_officers");
  return trust;
}

// Enough different persons, each with both keys.
async function approved(envelope, root) {
  const persons = new Set();
  for (const officer of root.officers) {
    if ((await signedBy(envelope, officer.classical)) && (await signedBy(envelope, officer.lasting))) {
      persons.add(officer.person);
    }
  }
  return persons.size >= Math.max(root.threshold, 1);
}

// The officers that a verifier has pinned, as keys/trust_document.py writes them.
export async function readRoot(data) {
  const members = exactly(readOrRefuse(() => decode(data)), ["v", "threshold", "officers"]);
  must(members.get("v") === 1);
  const root = {
    threshold: member(members, "threshold", isInteger),
    officers: await readOfficers(member(members, "officers", Array.isArray)),
  };
  checkRoot(root);
  return root;
}

async function readPayload(payload) {
  const members = exactly(readOrRefuse(() => decode(payload)), LIST_MEMBERS);
  must(members.get("v") === 1);
  const trust = {
    version: member(members, "seq", isInteger),
    listId: member(members, "list_id", isText),
    issued: member(members, "issued", isTime),
    nextUpdate: member(members, "next_update", isTime),
    previous: member(members, "prev", orNull(isBytes)),
    threshold: member(members, "threshold", isInteger),
    officers: await readOfficers(member(members, "officers", Array.isArray)),
    keys: await Promise.all(member(members, "keys", Array.isArray).map(readKey)),
    digest: await sha256(payload),
  };
  checkList(trust);
  trust.byKid = new Map(trust.keys.map((key) => [hex(key.public.kid), key]));
  trust.byShortKid = new Map(trust.keys.map((key) => [hex(key.public.shortKid), key]));
  must(trust.byShortKid.size === trust.keys.length, "short_kid_shared");
  return trust;
}

async function readOfficers(values) {
  return Promise.all(
    values.map(async (value) => {
      const members = exactly(value, ["person", "classical", "lasting"]);
      return {
        person: member(members, "person", isText),
        classical: await publicKey(members.get("classical"), ESP256),
        lasting: await publicKey(members.get("lasting"), ML_DSA_44),
      };
    }),
  );
}

async function publicKey(value, algorithm) {
  must(value instanceof Map && value.size === COSE_KEY_MEMBERS.get(algorithm) && value.get(3) === algorithm);
  try {
    return await fromCoseKey(value, algorithm);
  } catch (error) {
    if (error instanceof Refused) throw unreadable();
    throw error;
  }
}

const isTexts = (value) => Array.isArray(value) && value.every(isText);

async function readKey(value) {
  const members = exactly(value, KEY_MEMBERS);
  const key = {
    public: await publicKey(members.get("cose_key"), member(members, "alg", isInteger)),
    issuer: member(members, "iss", isText),
    names: member(members, "names", (names) => isTexts(names) && names.length === 2),
    uses: member(members, "use", isUses),
    signFrom: member(members, "sign_from", isTime),
    signUntil: member(members, "sign_until", isTime),
    verifyUntil: member(members, "verify_until", isTime),
    state: member(members, "state", (state) => STATES.includes(state)),
    revokedAt: member(members, "revoked_at", orNull(isTime)),
    compromisedSince: member(members, "compromised_since", orNull(isTime)),
    statusPrefixes: member(members, "status_prefix", isTexts),
    reason: member(members, "reason", orNull(isText)),
  };
  must(isBytes(members.get("kid")) && equal(members.get("kid"), key.public.kid));
  return key;
}

// Integers, then texts, each once and in order: the one form in which a list writes them.
function isUses(uses) {
  if (!Array.isArray(uses) || !uses.every((use) => isText(use) || isInteger(use))) return false;
  const numbers = uses.filter(isInteger).sort((one, other) => one - other);
  const texts = uses.filter(isText).sort();
  return new Set(uses).size === uses.length && [...numbers, ...texts].every((use, index) => use === uses[index]);
}

function checkRoot(root) {
  const persons = new Set(root.officers.map((one) => one.person));
  const kids = new Set(root.officers.flatMap((one) => [hex(one.classical.kid), hex(one.lasting.kid)]));
  must(persons.size === root.officers.length && kids.size === 2 * root.officers.length, "officers");
  must(root.threshold >= 1 && root.threshold <= persons.size, "officers");
}

function checkList(trust) {
  checkRoot(trust);
  must(trust.issued < trust.nextUpdate, "times");
  must(trust.version >= 1 && (trust.version === 1) === (trust.previous === null), "chain");
  must(trust.previous === null || trust.previous.length === 32, "chain");
  trust.keys.forEach(checkKey);
}

function checkKey(key) {
  must(key.signFrom < key.signUntil && key.signUntil <= key.verifyUntil, "window");
  must(ISSUER.test(key.issuer), "issuer");
  must(key.uses.length > 0 && key.uses.every((use) => (isText(use) ? SERVICE_USES.includes(use) : use >= 0)), "uses");
  must((key.state === "revoked") === (key.revokedAt !== null), "state");
  must(key.compromisedSince === null || key.state === "revoked", "state");
  must(key.statusPrefixes.every((prefix) => PREFIX.test(prefix)), "status_prefix");
}

// Walks from `held` over `documents`, one version each; only the last one must be in time at `at`.
export async function acceptAll(held, documents, at) {
  for (const data of documents) {
    const following = await readTrustDocument(data, held);
    checkFollows(held, following);
    held = following;
  }
  must(!isStale(held, at), "expired");
  must(held.issued <= at + CLOCK_LEEWAY, "from_the_future");
  return held;
}

function checkFollows(held, next) {
  must(next.listId === held.listId, "other_list");
  must(next.version > held.version, "rollback");
  must(next.version === held.version + 1, "gap");
  must(next.previous !== null && equal(next.previous, held.digest), "not_chained");
  must(next.issued >= held.issued, "issued_backwards");
  held.keys.forEach((key) => checkKeyStays(key, next.byKid.get(hex(key.public.kid)), next.issued));
}

function checkKeyStays(before, after, issued) {
  must(after !== undefined, "key_removed");
  const sameUses = before.uses.length === after.uses.length && before.uses.every((use) => after.uses.includes(use));
  must(sameKey(before.public, after.public) && before.issuer === after.issuer && sameUses, "key_changed");
  must(STATES.indexOf(after.state) >= STATES.indexOf(before.state), "state_backwards");
  must(!isUndone(before.compromisedSince, after.compromisedSince), "compromise_undone");
  must(!isUndone(before.revokedAt, after.revokedAt), "compromise_undone");
  const startsEarlier = after.signFrom < before.signFrom && after.signFrom < issued;
  const reopened = after.signUntil > before.signUntil && before.signUntil < issued;
  const revived = after.verifyUntil > before.verifyUntil && before.verifyUntil < issued;
  must(!startsEarlier && !reopened && !revived, "window_widened");
}

function isUndone(before, after) {
  return before !== null && (after === null || after > before);
}

// Seconds since 1970, here and everywhere below.
export function isStale(trust, at) {
  return at >= trust.nextUpdate;
}

export function isBeyondGrace(trust, at) {
  return at >= trust.nextUpdate + GRACE;
}

// Whether a good signature by `key` counts at `at`: {finding, reason, notes}. `signed` is
// {algorithm, use, issuer, issuedAt, loggedAt, loggedExactly}.
export function judge(trust, key, signed, at) {
  if (isBeyondGrace(trust, at)) return judged("cannot_tell", "trust_list_stale");
  const notes = isStale(trust, at) ? ["trust_list_stale_within_grace"] : [];
  if (key === undefined) return judged("does_not_count", "key_unknown", notes);
  const refusal = notTheKeys(key, signed) || outOfTime(key, signed, at);
  if (refusal) return judged("does_not_count", refusal, notes);
  if (key.state === "revoked") return revoked(key, signed, notes);
  return judged("counts", "key_trusted", notes);
}

function judged(finding, reason, notes = []) {
  return { finding, reason, notes };
}

function notTheKeys(key, signed) {
  if (signed.algorithm !== key.public.cose) return "algorithm_not_of_key";
  if (!key.uses.includes(signed.use)) return "key_not_for_this_use";
  return signed.issuer === key.issuer ? null : "issuer_not_of_key";
}

function outOfTime(key, signed, at) {
  if (key.state === "pending") return "key_not_yet_active";
  if (signed.issuedAt < key.signFrom || signed.issuedAt >= key.signUntil) return "issued_outside_key_window";
  if (at >= key.verifyUntil) return "key_past_verification";
  const logged = signed.loggedAt ?? null;
  return logged === null || goesWithIssue(signed, logged) ? null : "logged_at_another_time";
}

function goesWithIssue(signed, logged) {
  if (logged < signed.issuedAt - LOGGED_BEFORE_ISSUED) return false;
  return !signed.loggedExactly || logged <= signed.issuedAt + LOGGED_AFTER_ISSUED;
}

function revoked(key, signed, notes) {
  if (key.compromisedSince === null) return judged("does_not_count", "key_revoked", notes);
  const logged = signed.loggedAt ?? null;
  if (logged !== null && logged < key.compromisedSince) {
    return judged("counts", "key_trusted", [...notes, "key_later_compromised"]);
  }
  if (logged === null || !signed.loggedExactly) return judged("cannot_tell", "key_compromised_log_needed", notes);
  return judged("does_not_count", "key_compromised", notes);
}

// What a person can compare with what the authority publishes: the officers, in short.
export async function fingerprint(root) {
  const kids = root.officers.flatMap((one) => [one.classical.kid, one.lasting.kid]).sort(compare);
  const digest = await sha256(encode([root.threshold, ...kids]));
  return hex(digest.slice(0, 8)).replace(/(.{4})(?!$)/gu, "$1 ");
}
