// Decimal digits to bytes, 17 digits for 7 bytes, without BigInt: lent to every Node peer.

const TAIL_BYTES = new Map([[0, 0], [3, 1], [5, 2], [8, 3], [10, 4], [13, 5], [15, 6]]);
const LOW = 1e9; // the nine digits that stand last

/** Return the bytes in a scanned text; throw if it is not digits of whole bytes. */
export function tokenOf(text) {
  const start = text.indexOf('#') + 1;
  const count = Math.floor((text.length - start) / 17);
  const tailDigits = (text.length - start) % 17;
  const tailBytes = TAIL_BYTES.get(tailDigits);
  if (tailBytes === undefined) throw new RangeError('17 digits for every 7 bytes');
  const bytes = Buffer.allocUnsafe(7 * count + tailBytes);
  let place = start;
  for (let at = 0; at < 7 * count; at += 7, place += 17) {
    put(bytes, at, 7, number(text, place, place + 8), number(text, place + 8, place + 17));
  }
  if (tailBytes > 0) {
    const middle = Math.max(place, text.length - 9);
    put(bytes, 7 * count, tailBytes, number(text, place, middle), number(text, middle, text.length));
  }
  return bytes;
}

/** Write high * 1e9 + low, little-endian. */
function put(bytes, at, count, high, low) {
  const lower = (Math.imul(high, LOW) + low) >>> 0;
  // The sum has 57 bits and a double 53, so it is off by a few; what is above 32 bits is not.
  const upper = Math.round((high * LOW + low - lower) / 2 ** 32);
  if (upper >= 2 ** 24) throw new RangeError('7 bytes in every 17 digits');
  let rest = lower;
  for (let i = 0; i < count; i++) {
    if (i === 4) rest = upper;
    bytes[at + i] = rest & 255;
    rest >>>= 8;
  }
  if (rest !== 0 || (count <= 4 && upper !== 0)) throw new RangeError('more than its bytes hold');
}

function number(text, start, end) {
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) throw new RangeError('decimal digits 0-9 only');
    value = value * 10 + digit;
  }
  return value;
}
