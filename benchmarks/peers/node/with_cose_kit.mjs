// The library cose-kit: COSE_Sign1, its key found by kid; issuer and times by hand.

import { createPublicKey } from 'node:crypto';

import { coseVerify } from 'cose-kit';

import { areCurrent, claimsOf, keysBy } from './claims.mjs';
import { tokenOf } from './digits.mjs';
import { readCase, serve, versionOf } from './protocol.mjs';

const given = readCase();
const named = (kid) => kid.toString('latin1');
const keys = keysBy(named, given.keys, (jwk) => createPublicKey({ key: jwk, format: 'jwk' }));

async function judge(text) {
  try {
    let trusted;
    const find = (sign1) => (trusted = keys.get(named(sign1.kid)))?.key;
    const { isValid, decoded } = await coseVerify(tokenOf(text), find);
    return isValid && areCurrent(claimsOf(decoded.payload), trusted.issuer);
  } catch {
    return false;
  }
}

await serve(`cose-kit ${versionOf('cose-kit')}`, given, judge);
