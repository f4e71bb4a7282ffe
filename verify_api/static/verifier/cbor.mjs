// Deterministic CBOR, strictly: one value has one byte string (RFC 8949, 4.2.1), any other is
// refused. As ledger/canonical.py: unsigned and negative integers are numbers (BigInt beyond 2^53),
// floats are `Float`, simple values `Simple`, maps are `Map`. Tags: see `decode`.

import { AskServer } from "./errors.mjs";
import { compare, hex, join, utf8 } from "./bytes.mjs";

const MAX_DEPTH = 6;

export class NotCanonical extends Error {}

export class Float {
  constructor(value) {
    this.value = value;
  }
}

export class Simple {
  constructor(value) {
    this.value = value;
  }
}

// Tags are refused, as in documents of ours; with `askOnTag` they are left to the service, because
// what another issuer tagged may be well-formed and mean nothing to us.
export function decode(data, { askOnTag = false } = {}) {
  const reader = { data, view: new DataView(data.buffer, data.byteOffset, data.length), at: 0, depth: 0, askOnTag };
  const value = readItem(reader);
  if (reader.at !== data.length) throw new NotCanonical("trailing bytes");
  return value;
}

function take(reader, count) {
  const end = reader.at + count;
  if (end > reader.data.length) throw new NotCanonical("cut off");
  const part = reader.data.subarray(reader.at, end);
  reader.at = end;
  return part;
}

function readItem(reader) {
  const [first] = take(reader, 1);
  const major = first >> 5;
  const small = first & 0x1f;
  if (major === 7) return readSimple(reader, small);
  const argument = readArgument(reader, small);
  switch (major) {
    case 0:
      return argument;
    case 1:
      return typeof argument === "bigint" ? -1n - argument : narrow(-1n - BigInt(argument));
    case 2:
      return take(reader, length(argument)).slice();
    case 3:
      return readText(take(reader, length(argument)));
    case 4:
      return nestedIf(argument, reader, () => readArray(reader, length(argument)));
    case 5:
      return nestedIf(argument, reader, () => readMap(reader, length(argument)));
    default:
      if (reader.askOnTag) throw new AskServer("tag");
      throw new NotCanonical("a tag");
  }
}

// A head is as short as it can be.
function readArgument(reader, small) {
  if (small < 24) return small;
  if (small > 27) throw new NotCanonical("indefinite or reserved length");
  const size = 1 << (small - 24);
  let value = 0n;
  for (const byte of take(reader, size)) value = (value << 8n) | BigInt(byte);
  const least = [24n, 1n << 8n, 1n << 16n, 1n << 32n][small - 24];
  if (value < least) throw new NotCanonical("a longer head than needed");
  return narrow(value);
}

function narrow(value) {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function length(argument) {
  if (typeof argument === "bigint") throw new NotCanonical("longer than its bytes");
  return argument;
}

function readText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotCanonical("no UTF-8");
  }
}

// Only what holds something nests, as for the service.
function nestedIf(argument, reader, read) {
  return argument === 0 ? read() : nested(reader, read);
}

function nested(reader, read) {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) throw new NotCanonical("nested too deep");
  const value = read();
  reader.depth -= 1;
  return value;
}

function readArray(reader, count) {
  if (count > reader.data.length - reader.at) throw new NotCanonical("cut off");
  return Array.from({ length: count }, () => readItem(reader));
}

function readMap(reader, count) {
  if (count * 2 > reader.data.length - reader.at) throw new NotCanonical("cut off");
  const members = new Map();
  const names = new Set();
  let last = null;
  for (let index = 0; index < count; index += 1) {
    const start = reader.at;
    const key = readItem(reader);
    const encoded = reader.data.subarray(start, reader.at);
    const own = identities(key);
    if (own.some((name) => names.has(name))) throw new NotCanonical("a key twice");
    // Two keys with the same bytes that are not the same key: only not-a-number is like that.
    if (last !== null && compare(last, encoded) > 0) throw new NotCanonical("keys out of order");
    own.forEach((name) => names.add(name));
    last = encoded;
    members.set(key, readItem(reader));
  }
  return members;
}

// By these two keys are one, whatever their bytes, as they are for the service: 1, 1.0 and true; and
// 1, true and the simple value 1. Not-a-number is nobody's equal.
function identities(key) {
  if (typeof key === "boolean" || typeof key === "number" || typeof key === "bigint") {
    return [`n${BigInt(key)}`, `i${BigInt(key)}`];
  }
  if (key instanceof Simple) return [`i${key.value}`];
  if (key instanceof Float) return floatIdentities(key.value);
  if (typeof key === "string") return [`t${key}`];
  if (key instanceof Uint8Array) return [`b${hex(key)}`];
  if (Array.isArray(key)) return [`[${key.map((part) => JSON.stringify(identities(part)[0])).join()}]`];
  if (key instanceof Map) {
    return [`{${[...key].map((member) => JSON.stringify(member.map((part) => identities(part)[0]))).join()}}`];
  }
  return [String(key)];
}

function floatIdentities(value) {
  if (Number.isNaN(value)) return [];
  return [Number.isInteger(value) ? `n${BigInt(value)}` : `n${value}`];
}

function readSimple(reader, small) {
  if (small < 20) return new Simple(small);
  switch (small) {
    case 20:
      return false;
    case 21:
      return true;
    case 22:
      return null;
    case 23:
      return undefined;
    case 24: {
      const [value] = take(reader, 1);
      if (value < 32) throw new NotCanonical("a longer head than needed");
      return new Simple(value);
    }
    case 25:
    case 26:
    case 27:
      return readFloat(reader, 1 << (small - 24));
    default:
      throw new NotCanonical("a break, or reserved");
  }
}

// The shortest of the three forms that holds the value; one not-a-number.
function readFloat(reader, size) {
  const start = reader.at;
  take(reader, size);
  const { view } = reader;
  const value = size === 2 ? half(view.getUint16(start)) : size === 4 ? view.getFloat32(start) : view.getFloat64(start);
  if (Number.isNaN(value)) {
    if (size !== 2 || view.getUint16(start) !== 0x7e00) throw new NotCanonical("another not-a-number");
  } else if ((size === 8 && Math.fround(value) === value) || (size === 4 && fitsHalf(value))) {
    throw new NotCanonical("a longer float than needed");
  }
  return new Float(value);
}

export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function fitsHalf(value) {
  const size = Math.abs(value);
  if (size === 0 || size === Infinity) return true;
  if (size > 65504) return false;
  const step = 2 ** (Math.max(Math.floor(Math.log2(size)), -14) - 10);
  return Number.isInteger(size / step);
}

// Encodes integers, text, bytes, arrays, and maps whose keys are put in order; what signatures and
// thumbprints are over, and nothing else.
export function encode(value) {
  if (typeof value === "number" || typeof value === "bigint") return encodeInteger(BigInt(value));
  if (typeof value === "string") {
    const text = utf8(value);
    return join(head(3, BigInt(text.length)), text);
  }
  if (value instanceof Uint8Array) return join(head(2, BigInt(value.length)), value);
  if (Array.isArray(value)) return join(head(4, BigInt(value.length)), ...value.map(encode));
  if (value instanceof Map) return encodeMap(value);
  throw new TypeError("only what we sign is encoded");
}

function encodeInteger(value) {
  return value >= 0n ? head(0, value) : head(1, -1n - value);
}

function encodeMap(value) {
  const members = [...value].map(([key, item]) => [encode(key), encode(item)]);
  members.sort(([one], [other]) => compare(one, other));
  return join(head(5, BigInt(members.length)), ...members.flat());
}

function head(major, argument) {
  const first = major << 5;
  if (argument < 24n) return Uint8Array.of(first | Number(argument));
  const size = argument < 1n << 8n ? 0 : argument < 1n << 16n ? 1 : argument < 1n << 32n ? 2 : 3;
  const bytes = new Uint8Array(1 + (1 << size));
  bytes[0] = first | (24 + size);
  for (let at = bytes.length - 1, rest = argument; at > 0; at -= 1, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}
