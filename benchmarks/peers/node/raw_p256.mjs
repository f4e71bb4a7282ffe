// The floor in Node: one P-256 signature check of node:crypto, everything prepared before.

import { createPublicKey, verify } from 'node:crypto';

import { tokenOf } from './digits.mjs';
import { readCase, serve } from './protocol.mjs';

const given = readCase();
const key = {
  key: createPublicKey({ key: given.keys[0].jwk, format: 'jwk' }),
  dsaEncoding: 'ieee-p1363',
};

/** Return what the signature is over, and the signature; the layout is that of our code. */
function prepare(text) {
  const token = tokenOf(text);
  const end = token.length - 66;
  const head = token.subarray(2, 20); // the protected header with its own head
  const signed = Buffer.concat([
    Buffer.from('\x84\x6aSignature1', 'latin1'), head, Buffer.from([0x40]), token.subarray(21, end),
  ]);
  return { signed, signature: token.subarray(end + 2) };
}

function judge({ signed, signature }) {
  return verify('sha256', signed, key, signature);
}

await serve('raw P-256, node:crypto', given, judge, prepare);
