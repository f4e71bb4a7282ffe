// Base45 (RFC 9285): three characters write two bytes, two write one. No blank is ignored.

import { Refused } from "./errors.mjs";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

export function fromBase45(text) {
  const values = Array.from(text, (character) => VALUES.get(character));
  if (values.includes(undefined) || values.length % 3 === 1) throw new Refused("code", "base45");
  const data = new Uint8Array(Math.floor(values.length / 3) * 2 + (values.length % 3 ? 1 : 0));
  let to = 0;
  for (let at = 0; at < values.length; at += 3) {
    const [a, b, c] = values.slice(at, at + 3);
    const value = a + 45 * b + 2025 * (c ?? 0);
    if (value > (c === undefined ? 0xff : 0xffff)) throw new Refused("code", "base45");
    if (c !== undefined) {
      data[to] = value >> 8;
      to += 1;
    }
    data[to] = value & 0xff;
    to += 1;
  }
  return data;
}
