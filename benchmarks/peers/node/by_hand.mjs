// A verifier written by hand for our code: node:crypto, cbor-x, and a status list in memory.
//
// Layout, header, key, signature, issuer, kind, times, status. What ours also does: hold the claims
// to their one encoding and each to its form, judge the key by its window and the age of the trust
// list, and answer with a reason.

import { createPublicKey, verify } from 'node:crypto';

import { areCurrent, claimsOf, keysBy } from './claims.mjs';
import { tokenOf } from './digits.mjs';
import { readCase, serve } from './protocol.mjs';

const CONTEXT = Buffer.from('\x84\x6aSignature1', 'latin1');
const STATUS = 65535;
const DOCUMENT = -65537;
const JUDICIAL_RECORD = 1;
const LIST_BYTES = 2 ** 18; // 2 bits for each of 2^20

const given = readCase();
// A header {1: -9, 4: kid, 16: 65101} has one encoding: the key is found by the whole of it.
const headerOf = (kid) => `\xa3\x01\x28\x04\x48${kid.latin1Slice()}\x10\x19\xfe\x4d`;
const keys = keysBy(headerOf, given.keys, (jwk) => ({
  key: createPublicKey({ key: jwk, format: 'jwk' }),
  dsaEncoding: 'ieee-p1363',
}));
const status = new Uint8Array(LIST_BYTES);
for (const index of given.revoked) status[index >> 2] |= 1 << (2 * (index & 3));

/** Return where the byte string at `head` begins and ends. */
function slice(token, head) {
  const first = token[head];
  if (first >= 0x40 && first <= 0x57) return [head + 1, head + 1 + first - 0x40];
  if (first === 0x58) return [head + 2, head + 2 + token[head + 1]];
  if (first === 0x59) return [head + 3, head + 3 + token.readUInt16BE(head + 1)];
  throw new RangeError('a byte string of definite length');
}

function standing(claims) {
  const listed = claims.get(STATUS).get('status_list');
  if (listed.get('uri') !== given.status_uri) return null;
  const index = listed.get('idx');
  return (status[index >> 2] >> (2 * (index & 3))) & 3;
}

function accepts(text) {
  const token = tokenOf(text);
  if (token[0] !== 0xd2 || token[1] !== 0x84) return false;
  const [headStart, headEnd] = slice(token, 2);
  if (token[headEnd] !== 0xa0) return false;
  const [bodyStart, bodyEnd] = slice(token, headEnd + 1);
  if (token[bodyEnd] !== 0x58 || token[bodyEnd + 1] !== 64) return false;
  if (token.length !== bodyEnd + 66) return false;
  const trusted = keys.get(token.latin1Slice(headStart, headEnd));
  if (trusted === undefined) return false;
  const signed = Buffer.allocUnsafe(CONTEXT.length + bodyEnd - 2);
  CONTEXT.copy(signed, 0);
  token.copy(signed, CONTEXT.length, 2, headEnd);
  signed[CONTEXT.length + headEnd - 2] = 0x40;
  token.copy(signed, CONTEXT.length + headEnd - 1, headEnd + 1, bodyEnd);
  if (!verify('sha256', signed, trusted.key, token.subarray(bodyEnd + 2))) return false;
  const claims = claimsOf(token.subarray(bodyStart, bodyEnd));
  return (
    claims.get(DOCUMENT).get(0) === JUDICIAL_RECORD &&
    areCurrent(claims, trusted.issuer) &&
    standing(claims) === 0
  );
}

function judge(text) {
  try {
    return accepts(text);
  } catch {
    return false;
  }
}

await serve('hand-written Node', given, judge);
