// JSON, strictly, as verify_api/profiles/jws.py reads it: one object, no member twice, nothing nested
// deeper than MAX_DEPTH, no half of a surrogate pair. Objects are `Map`, integers are numbers (BigInt
// beyond 2^53), and a number that is written with a point or an exponent is a `Float`.

import { Float } from "./cbor.mjs";
import { Refused } from "./errors.mjs";

const MAX_DEPTH = 32;
const MAX_DIGITS = 4300; // of an integer; the service's reader stops there
const BLANKS = /[ \t\n\r]*/y;
const TEXT = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const HALF_PAIR = /[\ud800-\udfff]/u;
const WORDS = { true: true, false: false, null: null };

const broken = () => new Refused("json", "form");

export function readJsonObject(bytes) {
  const reader = { text: utf8(bytes), at: 0, depth: 0 };
  const value = readValue(reader);
  match(reader, BLANKS);
  if (reader.at !== reader.text.length || !(value instanceof Map)) throw broken();
  return value;
}

function utf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw broken();
  }
}

// Moves on by what the pattern finds here; null if it finds nothing.
function match(reader, pattern) {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found !== null) reader.at += found[0].length;
  return found;
}

// Whether `character` is next, after blanks; then it is passed.
function passes(reader, character) {
  match(reader, BLANKS);
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}

function readValue(reader) {
  if (passes(reader, "{")) return nested(reader, readObject);
  if (passes(reader, "[")) return nested(reader, readArray);
  if (reader.text[reader.at] === '"') return readText(reader);
  const word = match(reader, WORD);
  return word === null ? readNumber(reader) : WORDS[word[0]];
}

function nested(reader, read) {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) throw broken();
  const value = read(reader);
  reader.depth -= 1;
  return value;
}

function readObject(reader) {
  const members = new Map();
  if (passes(reader, "}")) return members;
  do {
    match(reader, BLANKS);
    const name = readText(reader);
    if (members.has(name) || !passes(reader, ":")) throw broken();
    members.set(name, readValue(reader));
  } while (passes(reader, ","));
  if (!passes(reader, "}")) throw broken();
  return members;
}

function readArray(reader) {
  const found = [];
  if (passes(reader, "]")) return found;
  do found.push(readValue(reader));
  while (passes(reader, ","));
  if (!passes(reader, "]")) throw broken();
  return found;
}

function readText(reader) {
  const found = match(reader, TEXT);
  if (found === null) throw broken();
  const text = JSON.parse(found[0]);
  if (HALF_PAIR.test(text)) throw broken();
  return text;
}

function readNumber(reader) {
  const found = match(reader, NUMBER);
  if (found === null) throw broken();
  const [whole, integer, fraction, exponent] = found;
  if (fraction !== undefined || exponent !== undefined) return new Float(Number(whole));
  if (integer.replace("-", "").length > MAX_DIGITS) throw broken();
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number + 0 : BigInt(integer);
}
