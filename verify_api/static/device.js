// What this device knows by itself: the signed bundle, whom it pinned, and the tables of answers.
// It keeps nothing else: no code, no answer, no person.

import { fromBase64, toBase64 } from "./verifier/bytes.mjs";
import { documentsIn, readBundle } from "./verifier/bundle.mjs";
import { AskServer, Refused } from "./verifier/errors.mjs";
import { answerOf } from "./verifier/answer.mjs";
import { fingerprint, isStale, readUnpinned } from "./verifier/trust.mjs";
import { verify } from "./verifier/verification.mjs";

const KNOWLEDGE = "records-knowledge";
const BUNDLE = "/knowledge/bundle";
const PIN = "/knowledge/pin";
const LANGUAGE = "/knowledge/language";
const SOURCE = "/v1/bundle";
const TABLES = "/offline/tables.json";
const WORKER = "/service-worker.js";
const PATIENCE = 20_000; // milliseconds for a bundle of a few megabytes
const DATE_LENGTH = 29; // characters; two servers in a row may both have written theirs
const SKEW = 300; // seconds: by so much the device's clock may differ from the service's

export const now = () => Date.now() / 1000;

export function isPossible() {
  return "serviceWorker" in navigator && "caches" in self && "DecompressionStream" in self && Boolean(self.crypto?.subtle);
}

// Whether this device was prepared. Asks no network and loads nothing.
export async function isPrepared() {
  if (!isPossible()) return false;
  return (await caches.has(KNOWLEDGE)) && Boolean(await (await caches.open(KNOWLEDGE)).match(BUNDLE));
}

async function kept(address) {
  return (await caches.open(KNOWLEDGE)).match(address);
}

async function keep(address, body, headers = {}) {
  await (await caches.open(KNOWLEDGE)).put(address, new Response(body, { headers }));
}

export class Device {
  tables = null;
  evidence = null; // {madeAt, trust, lists, foreign}, every signature checked
  fault = null; // why there is no evidence: the rule that the kept bundle broke
  skewed = false;
  fingerprint = "";

  // Reads what is kept. Throws if the tables cannot be had.
  static async open() {
    const device = new Device();
    await device.#loadTables();
    await device.#read();
    return device;
  }

  // Keeps the page and the first bundle; the officers of its first trust list are pinned.
  static async prepare() {
    await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
    const device = new Device();
    await device.#loadTables();
    await device.#read();
    const outcome = await device.update();
    if (device.evidence === null) throw new Error(outcome);
    await navigator.serviceWorker.ready;
    return device;
  }

  static async forget() {
    const registration = await navigator.serviceWorker.getRegistration("/");
    await registration?.unregister();
    await Promise.all((await caches.keys()).filter((name) => name.startsWith("records-")).map((name) => caches.delete(name)));
  }

  async #loadTables() {
    const answer = await fetch(TABLES, { cache: "no-cache" });
    if (!answer.ok) throw new Error("no tables");
    this.tables = await answer.json();
    // Modules of one version with tables of another would be a third checker, which nobody tested.
    if (!new URL(import.meta.url).pathname.startsWith(`/static/${this.tables.version}/`)) throw new Error("other version");
  }

  async #read() {
    const [bundle, pin] = [await kept(BUNDLE), await kept(PIN)];
    if (!bundle || !pin) return;
    const pinned = await pin.json();
    const root = await readUnpinned(fromBase64(pinned.document));
    this.fingerprint = await fingerprint(root);
    try {
      const data = new Uint8Array(await bundle.arrayBuffer());
      this.evidence = await readBundle(data, root, { at: now(), newestSeen: pinned.newest });
      this.fault = null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.fault = error.rule;
    }
  }

  // Asks for a newer bundle: "same", "newer", "failed" (nothing came) or "refused" (not to be
  // believed, and what was held is kept).
  async update() {
    const held = await kept(BUNDLE);
    const headers = held?.headers.get("ETag") ? { "If-None-Match": held.headers.get("ETag") } : {};
    let answer;
    let data;
    try {
      answer = await fetch(SOURCE, { headers, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.ok) data = new Uint8Array(await answer.arrayBuffer());
    } catch {
      return "failed";
    }
    this.#lookAtClock(answer);
    if (answer.status === 304) {
      if (this.evidence === null) await this.#read(); // the clock may be right by now
      return this.evidence === null ? "refused" : "same";
    }
    if (!answer.ok) return "failed";
    return this.#take(data, answer.headers.get("ETag") ?? "");
  }

  async #take(data, etag) {
    try {
      const [document] = documentsIn(data);
      const pinned = (await (await kept(PIN))?.json()) ?? { document: toBase64(document), newest: 0 };
      const root = await readUnpinned(fromBase64(pinned.document));
      const evidence = await readBundle(data, root, { at: now(), newestSeen: pinned.newest });
      // A signed list of yesterday is good, but not instead of today's: a revocation would be undone.
      if (this.evidence !== null && evidence.madeAt < this.evidence.madeAt) throw new Refused("bundle", "older");
      // Officers whom the pinned ones have approved take over: a later bundle may not lead there
      // from the old ones. The bundle is kept first, for it can be read by those of before as well.
      const officers = await fingerprint(evidence.trust);
      const approving = officers === (await fingerprint(root)) ? pinned.document : toBase64(documentsIn(data).at(-1));
      await keep(BUNDLE, data, { ETag: etag });
      await keep(PIN, JSON.stringify({ document: approving, newest: Math.max(pinned.newest, evidence.trust.version) }));
      [this.evidence, this.fault, this.fingerprint] = [evidence, null, officers];
      return "newer";
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof AskServer)) throw error;
      return "refused";
    }
  }

  #lookAtClock(answer) {
    const at = Date.parse((answer.headers.get("Date") ?? "").slice(0, DATE_LENGTH));
    this.skewed = Number.isFinite(at) && Math.abs(at / 1000 - now()) > SKEW;
  }

  // When this device last heard of anything: every list is at least as old as this says.
  get madeAt() {
    return this.evidence === null ? null : this.evidence.madeAt;
  }

  // Whether nothing can be confirmed any more by what is known here.
  get isOld() {
    if (this.evidence === null) return true;
    const { trust, lists } = this.evidence;
    return isStale(trust, now()) || ![...lists.values()].some((list) => now() < list.expiresAt);
  }

  // Returns {answer}, {ask: what} for what this device does not judge, or {fault: rule}.
  async judge(text, { facility, language }) {
    if (this.evidence === null) return { fault: this.fault ?? "none" };
    try {
      const verdict = await verify(text, {
        at: now(),
        evidence: this.evidence,
        tables: this.tables.answers,
        calendar: this.tables.calendar,
        hosts: [this.tables.host],
        facility,
      });
      return { answer: answerOf(verdict, this.tables.answers, language) };
    } catch (error) {
      if (!(error instanceof AskServer)) throw error;
      return { ask: error.what };
    }
  }

  async speak(language) {
    await keep(LANGUAGE, language);
  }
}
