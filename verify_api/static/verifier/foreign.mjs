// Codes in formats of others. This device holds no trust store for them, so it tells which they are
// and leaves them to the service: verify_api/profiles.

const HCERT = "HC1:";
const HEALTH_CARD = "shc:/";
const SHORTEST = 20;
const LONGEST = 16 * 1024;
const ZLIB = 0x78;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

// Returns the profile that a text says it is in; null if none.
export function profileByPrefix(text) {
  if (text.startsWith(HCERT)) return "hcert";
  return text.startsWith(HEALTH_CARD) ? "smart_health_card" : null;
}

// Returns the profile that only a text's shape tells: Base45 of something that begins like zlib.
export function profileByShape(text) {
  const size = [...text].length;
  if (size < SHORTEST || size > LONGEST) return null;
  return beginsLikeZlib(text.replace(/[\r\n]+$/u, "")) ? "claim_169" : null;
}

function beginsLikeZlib(text) {
  const values = Array.from(text, (character) => ALPHABET.indexOf(character));
  if (values.includes(-1) || values.length % 3 === 1) return false;
  for (let at = 0; at < values.length; at += 3) {
    const [a, b, c = 0] = values.slice(at, at + 3);
    const value = a + 45 * b + 2025 * c;
    if (value > (at + 2 < values.length ? 0xffff : 0xff)) return false;
    if (at === 0 && value >> 8 !== ZLIB) return false;
  }
  return true;
}
