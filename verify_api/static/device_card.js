// The card about this device: prepare it, see how old its knowledge is, update, install, remove.
// Loaded where a device was prepared, or somebody asks for it.

import { Device, isPrepared, now } from "./device.js";
import { ageWords, momentWords } from "./device_answer.js";

const HOUR = 3_600_000;
const at = (id) => document.getElementById(id);

export class DeviceCard {
  device = null;
  #words;
  #language;
  #idle;
  #asked = 0; // when an update was last asked for

  constructor({ words, language, idle }) {
    this.#words = words;
    this.#language = language;
    this.#idle = idle; // () => whether nothing is shown or scanned
  }

  async start() {
    at("update").addEventListener("click", () => this.update());
    at("forget").addEventListener("click", () => this.#forget());
    if (await isPrepared()) await this.#opened(() => Device.open());
    this.#followVersions();
    addEventListener("online", () => this.update());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && Date.now() - this.#asked > HOUR) this.update();
    });
    setInterval(() => this.update(), HOUR);
    return this.device;
  }

  async prepare() {
    at("device-status").textContent = this.#words("offline.preparing");
    await this.#opened(() => Device.prepare());
  }

  async #opened(open) {
    try {
      this.device = await open();
      await this.device.speak(this.#language);
    } catch {
      at("device-status").textContent = this.#words("offline.failed");
      return;
    }
    this.show();
    await this.update();
  }

  // On start, every hour, when the network comes back, and when somebody asks.
  async update() {
    if (this.device === null) return;
    this.#asked = Date.now();
    const outcome = await this.device.update();
    this.show(outcome);
    if (outcome !== "failed") (await navigator.serviceWorker.getRegistration("/"))?.update().catch(() => undefined);
  }

  show(outcome = "same") {
    const { device } = this;
    for (const id of ["update", "forget", "fingerprint"]) at(id).hidden = false;
    at("prepare").hidden = true;
    at("device-status").textContent = this.#state();
    at("device").dataset.outcome = outcome;
    at("device").dataset.known = String(device.madeAt ?? "");
    at("fingerprint").textContent = device.fingerprint ? `${this.#words("offline.roots")}: ${device.fingerprint}` : "";
    const fault = this.#fault(outcome);
    at("device-fault").hidden = fault === null;
    at("device-fault").textContent = fault ?? "";
  }

  #state() {
    const { device } = this;
    if (device.madeAt === null) return this.#words("offline.clock.sentence");
    const known = momentWords(device.madeAt, this.#language);
    const age = ageWords(now() - device.madeAt, this.#words);
    return `${this.#words(device.isOld ? "offline.old" : "offline.ready")} ${known} (${this.#words("offline.age")}: ${age}).`;
  }

  #fault(outcome) {
    if (this.device.skewed) return this.#words("offline.clock");
    if (outcome === "refused") return this.#words("offline.refused");
    return outcome === "failed" && navigator.onLine ? this.#words("offline.failed") : null;
  }

  async #forget() {
    await Device.forget();
    location.assign("/");
  }

  // A new version takes over at once; a page of the old one goes as soon as it disturbs nobody.
  #followVersions() {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.addEventListener("controllerchange", async () => {
      if (await this.#isCurrent()) return;
      if (this.#idle()) location.reload();
      else at("new-version").hidden = false;
    });
    at("reload").addEventListener("click", () => location.reload());
  }

  async #isCurrent() {
    const { controller } = navigator.serviceWorker;
    if (!controller) return true;
    const channel = new MessageChannel();
    const told = new Promise((resolve) => {
      channel.port1.onmessage = ({ data }) => resolve(data.shell);
    });
    controller.postMessage("version", [channel.port2]);
    return (await told).includes(new URL(import.meta.url).pathname);
  }
}
