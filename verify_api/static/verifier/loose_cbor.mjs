// CBOR as other issuers write it: heads of any length, indefinite lengths, maps in any order. What
// it says is one thing all the same: keys are integers and text, and none is there twice.
// As verify_api/profiles/foreign.py and keys/foreign_envelope.py read it, to the depth of nesting.

import { Float, Simple, half } from "./cbor.mjs";
import { Refused } from "./errors.mjs";
import { join } from "./bytes.mjs";

const MAX_DEPTH = 8;
const INDEFINITE = 31;
const BREAK = 0xff;
const NO_TAGS = new Set();

// Integers are numbers (BigInt beyond 2^53), floats `Float`, other simple values `Simple`, maps `Map`.
// What a tag of `tags` marks is returned as it stands; any other tag is refused.
export function decodeLoosely(data, tags = NO_TAGS) {
  const reader = { data, view: new DataView(data.buffer, data.byteOffset, data.length), at: 0, depth: 0, tags };
  const value = readItem(reader);
  if (reader.at !== data.length) throw broken();
  return value;
}

const broken = () => new Refused("cbor", "form");

function take(reader, count) {
  if (typeof count !== "number" || count > reader.data.length - reader.at) throw broken();
  reader.at += count;
  return reader.data.subarray(reader.at - count, reader.at);
}

function readItem(reader) {
  const [first] = take(reader, 1);
  const [major, small] = [first >> 5, first & 0x1f];
  switch (major) {
    case 0:
      return narrow(readArgument(reader, small));
    case 1:
      return narrow(-1n - readArgument(reader, small));
    case 2:
      return readBytes(reader, small);
    case 3:
      return readText(reader, small);
    case 4:
      return readArray(reader, small);
    case 5:
      return readMap(reader, small);
    case 6:
      return readTag(reader, small);
    default:
      return readSimple(reader, small);
  }
}

function readArgument(reader, small) {
  if (small < 24) return BigInt(small);
  if (small > 27) throw broken();
  let value = 0n;
  for (const byte of take(reader, 1 << (small - 24))) value = (value << 8n) | BigInt(byte);
  return value;
}

function narrow(value) {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const readLength = (reader, small) => narrow(readArgument(reader, small));

function isAtBreak(reader) {
  if (reader.data[reader.at] !== BREAK) return false;
  reader.at += 1;
  return true;
}

function readBytes(reader, small) {
  if (small !== INDEFINITE) return take(reader, readLength(reader, small)).slice();
  return join(...chunks(reader, 2, (length) => take(reader, length)));
}

function readText(reader, small) {
  if (small !== INDEFINITE) return utf8(take(reader, readLength(reader, small)));
  return chunks(reader, 3, (length) => utf8(take(reader, length))).join("");
}

// Chunks are of the same sort as the whole, and of definite length.
function chunks(reader, major, read) {
  const found = [];
  while (!isAtBreak(reader)) {
    const [first] = take(reader, 1);
    if (first >> 5 !== major) throw broken();
    found.push(read(readLength(reader, first & 0x1f)));
  }
  return found;
}

function utf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw broken();
  }
}

function nested(reader, read) {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) throw broken();
  const value = read();
  reader.depth -= 1;
  return value;
}

// Calls `read` once an item of an array or a map. Only what holds something nests.
function items(reader, small, read) {
  if (small === INDEFINITE) {
    nested(reader, () => {
      while (!isAtBreak(reader)) read();
    });
    return;
  }
  const count = readLength(reader, small);
  if (typeof count !== "number" || count > reader.data.length - reader.at) throw broken();
  if (count === 0) return;
  nested(reader, () => {
    for (let index = 0; index < count; index += 1) read();
  });
}

function readArray(reader, small) {
  const found = [];
  items(reader, small, () => found.push(readItem(reader)));
  return found;
}

function readMap(reader, small) {
  const members = new Map();
  items(reader, small, () => {
    const key = readItem(reader);
    const isLabel = ["string", "number", "bigint"].includes(typeof key);
    if (!isLabel || members.has(key)) throw broken();
    members.set(key, readItem(reader));
  });
  return members;
}

function readTag(reader, small) {
  const tag = readLength(reader, small);
  if (!reader.tags.has(tag)) throw broken();
  return nested(reader, () => readItem(reader));
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
      if (value < 32) throw broken();
      return new Simple(value);
    }
    case 25:
    case 26:
    case 27:
      return new Float(readFloat(reader, 1 << (small - 24)));
    default:
      throw broken();
  }
}

function readFloat(reader, size) {
  const start = reader.at;
  take(reader, size);
  if (size === 2) return half(reader.view.getUint16(start));
  return size === 4 ? reader.view.getFloat32(start) : reader.view.getFloat64(start);
}
