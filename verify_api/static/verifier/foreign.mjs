// Codes in formats of others: which one a text is in, and what this device knows to say of it. As
// verify_api/profiles/directory.py; whom it believes comes with the bundle.

import { CHECK } from "./checks.mjs";
import { BadCredential, found, moment, second } from "./credential.mjs";
import { Float } from "./cbor.mjs";
import { looksLikeClaim169, verifyClaim169 } from "./claim169.mjs";
import { PREFIX as HCERT, verifyHcert } from "./hcert.mjs";
import { PREFIX as HEALTH_CARD, verifyHealthCard } from "./shc.mjs";
import { AskServer } from "./errors.mjs";

const CHECKS = { hcert: verifyHcert, smart_health_card: verifyHealthCard, claim_169: verifyClaim169 };

// Returns the profile that a text says it is in; null if none.
export function profileByPrefix(text) {
  if (text.startsWith(HCERT)) return "hcert";
  return text.startsWith(HEALTH_CARD) ? "smart_health_card" : null;
}

// Returns the profile that only a text's shape tells; null if it has no known one.
export function profileByShape(text) {
  return looksLikeClaim169(text) ? "claim_169" : null;
}

// Returns what is found of `text` at `at` (seconds). A bundle that names nobody says nothing about
// codes of others: those are left to the service.
export function judgeForeign(profile, text, trust, at) {
  if (trust === null) throw new AskServer(profile);
  const now = moment(new Float(at));
  // It cannot know what was decided since.
  if (now >= second(trust.until)) return found(new BadCredential("undetermined", CHECK.key, "trust_list_stale"));
  return CHECKS[profile](text, trust, now);
}
