// May a paper that is used up be taken in now, as far as that is known without a network: addressee,
// day and term; never its use. As verify_api/acceptance.py.

import { isoDay } from "./token.mjs";

const VIETNAM_SECONDS = 7 * 3600;
const DAY_SECONDS = 24 * 3600;

// The day in Vietnam at `at` (seconds), as YYYY-MM-DD: in this form days compare as they follow.
export function localDay(at) {
  return new Date((Math.floor(at) + VIETNAM_SECONDS) * 1000).toISOString().slice(0, 10);
}

// By kind: who may take it in, and for which day it is meant; null where any day of its term will do.
const TAKING = {
  referral: (token) => ({ places: textsOf(token.details.get(9)), appointed: null }),
  appointment: (token) => ({ places: [token.issuer], appointed: appointedOn(token.details.get(10)) }),
};

function textsOf(value) {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value : [];
}

function appointedOn(value) {
  const number = typeof value === "number" && value >= 0;
  return number ? isoDay(String(value).padStart(8, "0")) : null;
}

// Returns whether `facility` (null: nobody in particular) may take the paper in at `at`.
export function judgeAcceptance(kind, token, { at, facility, calendar }) {
  const { places, appointed } = TAKING[kind.code](token);
  const today = localDay(at);
  const last = localDay(token.expiresAt - 1);
  return {
    axis: axisOf({ places, appointed, today, last, facility }),
    places,
    until: last,
    daysLeft: workingDaysBetween(today, last, calendar),
    appointed,
    facility,
  };
}

function axisOf({ places, appointed, today, last, facility }) {
  if (facility !== null && !places.includes(facility)) return "other_addressee";
  if (today > last) return "lapsed";
  if (appointed !== null && today > appointed) return "day_went_by";
  return "use_unknown";
}

// Working days after `start` up to and including `end`; null where the device's calendar ends before.
function workingDaysBetween(start, end, calendar) {
  if (start < calendar.from || end > calendar.until) return null;
  const rest = new Set(calendar.restDays);
  let count = 0;
  for (let at = Date.parse(start) / 1000 + DAY_SECONDS; at <= Date.parse(end) / 1000; at += DAY_SECONDS) {
    if (!rest.has(new Date(at * 1000).toISOString().slice(0, 10))) count += 1;
  }
  return count;
}
