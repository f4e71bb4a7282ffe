// The library @auth0/cose: COSE_Sign1, its key found by kid; issuer and times by hand.

import { createPublicKey } from 'node:crypto';

import { Algorithms, Headers, Sign1 } from '@auth0/cose';

import { areCurrent, claimsOf, keysBy } from './claims.mjs';
import { tokenOf } from './digits.mjs';
import { readCase, serve, versionOf } from './protocol.mjs';

const given = readCase();
const named = (kid) => kid.toString('latin1');
const keys = keysBy(named, given.keys, (jwk) => createPublicKey({ key: jwk, format: 'jwk' }));
const options = { algorithms: [Algorithms.ES256] };

async function judge(text) {
  try {
    const sign1 = Sign1.decode(tokenOf(text));
    const trusted = keys.get(named(sign1.protectedHeaders.get(Headers.KeyID)));
    if (trusted === undefined) return false;
    await sign1.verify(trusted.key, options);
    return areCurrent(claimsOf(sign1.payload), trusted.issuer);
  } catch {
    return false;
  }
}

await serve(`@auth0/cose ${versionOf('@auth0/cose')}`, given, judge);
