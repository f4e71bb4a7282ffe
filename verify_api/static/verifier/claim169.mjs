// Identity claims after MOSIP (claim 169), without a prefix: verify_api/profiles/claim169.py.
//
//   text ─ Base45 ─ zlib ─ COSE_Sign1 ─ CWT {1: issuer, 4: exp, 6: iat, 169: {4: name, …}}

import { fromBase45 } from "./base45.mjs";
import { equal } from "./bytes.mjs";
import { CHECK } from "./checks.mjs";
import {
  BadCredential, badClaims, checkLength, damaged, found, genuine, inflated, isText, lifetime, moment, readClaims, readOr,
  MAX_TEXT,
} from "./credential.mjs";
import { Refused } from "./errors.mjs";
import { readForeignSign1, verifiedKey } from "./foreign_cose.mjs";
import { ED25519, EDDSA, ES256, ESP256 } from "./foreign_keys.mjs";

const ALGORITHMS = [ES256, EDDSA, ESP256, ED25519];
const ISS = 1;
const EXP = 4;
const IAT = 6;
const IDENTITY = 169;
const ZLIB = 0x78;
const SHORTEST = 20;
const ENCRYPTED = [0xd0, 0x83]; // COSE_Encrypt0: tag 16, or an array of three without it
const ATTRIBUTES = [
  "id", "version", "language", "full_name", "first_name", "middle_name", "last_name", "date_of_birth", "gender", "address",
  "email", "phone", "nationality", "marital_status", "guardian", "photo", "photo_format", "best_quality_fingers",
  "secondary_full_name", "secondary_language", "location_code", "legal_status", "country_of_issuance",
]; // by their labels, from 1 on; others are left out

const withoutLineEnd = (text) => text.replace(/[\r\n]+$/u, "");

// Whether a text is Base45 of something that begins like zlib data.
export function looksLikeClaim169(text) {
  const size = [...text].length;
  if (size < SHORTEST || size > MAX_TEXT) return false;
  try {
    return fromBase45(withoutLineEnd(text))[0] === ZLIB;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

export async function verifyClaim169(text, trust, at) {
  try {
    const signed = await readClaim169(text);
    const signer = await verifiedKey(signed, candidates(signed.kid, trust.claim169), ALGORITHMS);
    const claims = await readClaims(signed.payload);
    const [identity, code] = contentOf(claims, signer.issuer);
    const named = ATTRIBUTES.map((name, index) => [name, index + 1]).filter(([, label]) => identity.has(label));
    return genuine({
      claims: new Map(named.map(([name, label]) => [name, identity.get(label)])),
      issuer: [code, signer.issuer.name || code],
      standing: lifetime(moment(claims.get(IAT)), moment(claims.get(EXP)), at),
    });
  } catch (error) {
    return found(error);
  }
}

async function readClaim169(text) {
  checkLength(text);
  const compressed = await readOr(() => damaged(CHECK.text, "broken_text"), () => fromBase45(withoutLineEnd(text)));
  const envelope = await inflated(compressed);
  const unreadable = () =>
    ENCRYPTED.includes(envelope[0])
      ? new BadCredential("unsupported", CHECK.layout, "encrypted")
      : damaged(CHECK.layout, "broken_layout");
  return readOr(unreadable, () => readForeignSign1(envelope));
}

function contentOf(claims, issuer) {
  const [identity, code] = [claims.get(IDENTITY), claims.get(ISS)];
  if (!(identity instanceof Map) || !isText(code)) throw badClaims();
  if (issuer.url !== null && issuer.url !== code) throw new BadCredential("unknown_issuer", CHECK.meaning, "key_issuer");
  return [identity, code];
}

// The keys that the kid names; most of these credentials carry none, so all are tried.
function candidates(kid, issuers) {
  return issuers.flatMap((issuer) =>
    issuer.keys
      .filter((key) => kid === null || key.name === null || equal(key.name, kid))
      .map((key) => ({ key, issuer })));
}
