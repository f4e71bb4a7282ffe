// Two ways in which a check ends early. Neither is an answer about a certificate by itself.

// What was given has not the form it should have; `rule` is the same name as in the service.
export class Refused extends Error {
  constructor(place, rule) {
    super(`${place}: ${rule}`);
    this.place = place;
    this.rule = rule;
  }
}

// This device does not do that check. It is no verdict: whoever asks must ask the service.
export class AskServer extends Error {
  constructor(what) {
    super(what);
    this.what = what;
  }
}
