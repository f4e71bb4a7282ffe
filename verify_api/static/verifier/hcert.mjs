// Health certificates of the European Union and the WHO's network, `HC1:`: verify_api/profiles/hcert.py.
//
//   text ─ Base45 ─ zlib ─ COSE_Sign1 ─ CWT {1: issuer, 4: exp, 6: iat, -260: {1: certificate}}

import { fromBase45 } from "./base45.mjs";
import { equal } from "./bytes.mjs";
import { CHECK } from "./checks.mjs";
import {
  BadCredential, badClaims, checkLength, damaged, found, genuine, inflated, isText, lifetime, moment, readClaims, readOr,
  second, truthy,
} from "./credential.mjs";
import { readForeignSign1, verifiedKey } from "./foreign_cose.mjs";
import { ES256, PS256 } from "./foreign_keys.mjs";

export const PREFIX = "HC1:";
const ALGORITHMS = [ES256, PS256];
const ISS = 1;
const EXP = 4;
const IAT = 6;
const HCERT = -260;
const EU_CERTIFICATE = 1;
// The kinds of certificate, and the key usages that allow them: the registered arc, and the one that
// many authorities wrote instead.
const ARCS = ["1.3.6.1.4.1.1847.2021.1", "1.3.6.1.4.1.0.1847.2021.1"];
const KINDS = new Map([["t", 1], ["v", 2], ["r", 3]]);

export async function verifyHcert(text, trust, at) {
  let signer;
  let claims;
  try {
    const signed = await readHcert(text);
    signer = await verifiedKey(signed, candidates(signed.kid, trust.hcert), ALGORITHMS);
    claims = await readClaims(signed.payload);
  } catch (error) {
    return found(error);
  }
  const standing = standingOf(claims, signer.key, at);
  try {
    const certificate = certificateOf(claims);
    checkUsage(certificate, signer.key);
    const iss = claims.get(ISS);
    const code = isText(iss) ? iss : "";
    return genuine({ claims: certificate, issuer: [code, signer.issuer.name || code], standing });
  } catch (error) {
    return found(error, standing[0]);
  }
}

async function readHcert(text) {
  checkLength(text);
  // A scanner's line end goes; a blank stays, for it is one of Base45's characters.
  const written = text.slice(PREFIX.length).replace(/[\r\n]+$/u, "");
  const compressed = await readOr(() => damaged(CHECK.text, "broken_text"), () => fromBase45(written));
  const envelope = await inflated(compressed);
  return readOr(() => damaged(CHECK.layout, "broken_layout"), () => readForeignSign1(envelope));
}

function certificateOf(claims) {
  const container = claims.get(HCERT);
  const certificate = container instanceof Map ? container.get(EU_CERTIFICATE) : null;
  if (!(certificate instanceof Map)) throw badClaims();
  const [version, name, born] = ["ver", "nam", "dob"].map((member) => certificate.get(member));
  const named = name instanceof Map && name.size > 0;
  if (!isText(version) || !named || !isText(born) || kindOf(certificate) === null) throw badClaims();
  return certificate;
}

// t, v or r if entries of exactly one kind are there; some write null or [] for none.
function kindOf(certificate) {
  const kinds = [...KINDS.keys()].filter((kind) => truthy(certificate.get(kind)));
  if (kinds.length !== 1) return null;
  const entries = certificate.get(kinds[0]);
  return Array.isArray(entries) && entries.every((one) => one instanceof Map) ? kinds[0] : null;
}

function checkUsage(certificate, key) {
  const number = KINDS.get(kindOf(certificate));
  const allowed = ARCS.map((arc) => `${arc}.${number}`);
  if (key.purposes.length > 0 && !key.purposes.some((purpose) => allowed.includes(purpose))) {
    throw new BadCredential("not_for_this_kind", CHECK.meaning, "key_use");
  }
}

function standingOf(claims, key, at) {
  const [issuedAt, expiresAt] = [moment(claims.get(IAT)), moment(claims.get(EXP))];
  const standing = lifetime(issuedAt, expiresAt, at);
  if (standing[0] === "in_force" && key.window !== null) {
    const [start, end] = key.window.map(second);
    if (issuedAt < start || expiresAt > end) return ["unknown", "key_window"];
  }
  return standing;
}

// The keys that the kid names; a bare key without a name may be any.
function candidates(kid, issuers) {
  return issuers.flatMap((issuer) =>
    issuer.keys
      .filter((key) => key.name === null || (kid !== null && equal(key.name, kid)))
      .map((key) => ({ key, issuer })));
}
