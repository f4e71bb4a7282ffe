// What a user of a COSE library does himself once the signature is good: issuer and times.

import { Decoder } from 'cbor-x';

const ISS = 1;
const EXP = 4;
const IAT = 6;
const EXPIRY_LEEWAY = 60;
const ISSUED_LEEWAY = 300;

const decoder = new Decoder({ mapsAsObjects: false, useRecords: false });

/** Return the claims in a payload. */
export function claimsOf(payload) {
  return decoder.decode(payload);
}

/** Return whether `issuer` issued them, before now, for longer than until now. */
export function areCurrent(claims, issuer) {
  const now = Date.now() / 1000;
  return (
    claims.get(ISS) === issuer &&
    claims.get(EXP) + EXPIRY_LEEWAY > now &&
    claims.get(IAT) <= now + ISSUED_LEEWAY
  );
}

/** Return the keys as node:crypto's, by what `nameOf` makes of each kid. */
export function keysBy(nameOf, keys, createKey) {
  return new Map(
    keys.map(({ kid, issuer, jwk }) => [nameOf(kid), { key: createKey(jwk), issuer }]),
  );
}
