// The text of a QR code and its digits, as bytes: ledger/certificates/{qr_text,digits}.py.

import { Refused } from "./errors.mjs";

export const MAX_TOKEN_BYTES = 2048;
const MAX_HOST = 64;
const CHUNK_BYTES = 7;
const CHUNK_DIGITS = 17;
const TAIL_BYTES = new Map([[0, 0], [3, 1], [5, 2], [8, 3], [10, 4], [13, 5], [15, 6]]);
const MAX_TEXT = Math.floor(MAX_TOKEN_BYTES / CHUNK_BYTES) * CHUNK_DIGITS + 10 + "https:///#".length + MAX_HOST;
const ADDRESS = /^[\t-\r ]*(?:https?:\/\/([A-Za-z0-9.:\-]{1,64})\/#)?(?=[0-9])/u;
// What Python strips, and what it takes for digits: JavaScript's \s and \d are other sets.
export const BLANK = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const BLANKS_AT_END = new RegExp(`${BLANK}*$`, "u");
const DIGITS = new RegExp(
  "^[\\p{Nd}\\xb2\\xb3\\xb9\\u1369-\\u1371\\u19da\\u2070\\u2074-\\u2079\\u2080-\\u2089\\u2460-\\u2468\\u2474-\\u247c" +
    "\\u2488-\\u2490\\u24ea\\u24f5-\\u24fd\\u24ff\\u2776-\\u277e\\u2780-\\u2788\\u278a-\\u2792\\u{10a40}-\\u{10a43}" +
    "\\u{10e60}-\\u{10e68}\\u{11052}-\\u{1105a}\\u{1f100}-\\u{1f10a}]+$",
  "u",
);

// Returns the host that a code names, or null: only to show it, nothing is decided by it here.
export function hostOf(text) {
  const match = ADDRESS.exec(text);
  return match && match[1] ? match[1].toLowerCase() : null;
}

// Returns the token's bytes. `hosts` are the only ones a code may name; null takes any.
export function fromQrText(text, hosts = null) {
  if ([...text].length > MAX_TEXT) throw new Refused("code", "too_long");
  const match = ADDRESS.exec(text);
  if (match === null) throw new Refused("code", "qr_text_form");
  const host = match[1];
  if (hosts !== null && host !== undefined && !hosts.includes(host.toLowerCase())) {
    throw new Refused("code", "foreign_host");
  }
  const digits = text.slice(match[0].length).replace(BLANKS_AT_END, "");
  if (host === undefined && !DIGITS.test(digits)) throw new Refused("code", "qr_text_form");
  return fromDigits(digits);
}

export function fromDigits(text) {
  if (/[^0-9]/u.test(text)) throw new Refused("code", "not_digits");
  const whole = Math.floor(text.length / CHUNK_DIGITS);
  const tail = TAIL_BYTES.get(text.length % CHUNK_DIGITS);
  if (tail === undefined) throw new Refused("code", "digits_length");
  const data = new Uint8Array(whole * CHUNK_BYTES + tail);
  for (let chunk = 0; chunk <= whole; chunk += 1) {
    const length = chunk < whole ? CHUNK_BYTES : tail;
    // Seventeen digits are more than a number holds exactly.
    let value = BigInt(text.slice(chunk * CHUNK_DIGITS, (chunk + 1) * CHUNK_DIGITS) || "0");
    for (let byte = 0; byte < length; byte += 1) {
      data[chunk * CHUNK_BYTES + byte] = Number(value & 0xffn);
      value >>= 8n;
    }
    if (value) throw new Refused("code", "digits_overflow");
  }
  return data;
}
