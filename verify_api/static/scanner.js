// A camera, frame by frame, until a QR code is in it. The decoder is WebAssembly of our own origin.

import { prepareZXingModule, readBarcodes } from "./vendor/zxing-wasm-3.1.4/reader/index.js";

const WASM = new URL("./vendor/zxing-wasm-3.1.4/reader/zxing_reader.wasm", import.meta.url).href;
const READING = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true };
const BETWEEN_FRAMES = 60; // milliseconds: quick enough for a hand, and the phone stays cool
const GONE_FRAMES = 3; // so many frames without a code, and it has left: one blurred frame is no sign
const CLOSER_AFTER = 5000; // milliseconds without a code, then a hint is given
const CAMERA = "camera"; // the choice of camera is remembered

export class Scanner {
  #video;
  #stream = null;
  #ignored = null; // the code that was just read, until it has left the frame
  #missing = 0;
  #stopped = true;
  #ready = null;

  constructor(video) {
    this.#video = video;
  }

  prepare() {
    this.#ready ??= prepareZXingModule({
      // Without this the library would fetch its WebAssembly from elsewhere.
      overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? WASM : prefix + path) },
      fireImmediately: true,
    });
    return this.#ready;
  }

  // Returns the next code's text, or null if it was stopped; throws if there is no camera.
  async next({ cameras, choice, torch, zoom, closer }) {
    this.#stopped = false;
    this.#missing = 0;
    closer.hidden = true;
    try {
      await Promise.all([this.prepare(), this.#open(localStorage.getItem(CAMERA))]);
      await this.#offer(cameras, choice, () => this.#offerTools(torch, zoom));
      this.#offerTools(torch, zoom);
      return await this.#read(closer);
    } finally {
      this.#close();
    }
  }

  stop() {
    this.#stopped = true;
  }

  // Returns the text of a code in a picture; null if none was found.
  async readPicture(file) {
    await this.prepare();
    const [code] = await readBarcodes(file, READING);
    return code && code.isValid ? code.text : null;
  }

  async #open(deviceId) {
    this.#close();
    const wanted = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: "environment" };
    const video = { ...wanted, width: { ideal: 1280 }, height: { ideal: 720 } };
    const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    if (this.#stopped) {
      stream.getTracks().forEach((track) => track.stop());
      return;
    }
    this.#stream = stream;
    this.#video.srcObject = stream;
    await this.#video.play();
  }

  #close() {
    if (this.#stream) this.#stream.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  // The back camera that a phone offers first may be the one that cannot focus this near.
  async #offer(cameras, choice, changed) {
    const found = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    const current = this.#track?.getSettings().deviceId;
    cameras.replaceChildren(...found.map((one, index) => new Option(one.label || String(index + 1), one.deviceId, false, one.deviceId === current)));
    choice.hidden = found.length < 2;
    cameras.onchange = async () => {
      localStorage.setItem(CAMERA, cameras.value);
      await this.#open(cameras.value);
      changed();
    };
  }

  #offerTools(torch, zoom) {
    const able = this.#track?.getCapabilities?.() ?? {};
    torch.hidden = !able.torch;
    torch.setAttribute("aria-pressed", "false");
    torch.onclick = async () => {
      const on = torch.getAttribute("aria-pressed") !== "true";
      await this.#track?.applyConstraints({ advanced: [{ torch: on }] });
      torch.setAttribute("aria-pressed", String(on));
    };
    const slider = zoom.querySelector("input");
    zoom.hidden = !able.zoom;
    if (!able.zoom) return;
    Object.assign(slider, { min: able.zoom.min, max: able.zoom.max, step: able.zoom.step || 0.1 });
    slider.value = this.#track.getSettings().zoom ?? able.zoom.min;
    slider.oninput = () => this.#track?.applyConstraints({ advanced: [{ zoom: Number(slider.value) }] });
  }

  async #read(closer) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const began = performance.now();
    while (!this.#stopped) {
      const text = await this.#look(canvas, context);
      if (text !== null) return text;
      closer.hidden = performance.now() - began < CLOSER_AFTER;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_FRAMES));
    }
    return null;
  }

  async #look(canvas, context) {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!width || !height) return null;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.drawImage(this.#video, 0, 0, width, height);
    const [code] = await readBarcodes(context.getImageData(0, 0, width, height), READING);
    const text = code && code.isValid ? code.text : null;
    this.#missing = text === null ? this.#missing + 1 : 0;
    if (this.#missing >= GONE_FRAMES) this.#ignored = null;
    if (text === null || text === this.#ignored) return null;
    this.#ignored = text;
    return text;
  }
}
