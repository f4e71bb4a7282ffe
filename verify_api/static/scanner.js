// A camera, frame by frame, until a QR code is in it. The decoder is WebAssembly of our own origin.

import { prepareZXingModule, readBarcodes } from "./vendor/zxing-wasm-3.1.4/reader/index.js";

const WASM = new URL("./vendor/zxing-wasm-3.1.4/reader/zxing_reader.wasm", import.meta.url).href;
const READING = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true };
const BETWEEN_FRAMES = 80; // milliseconds: quick enough for a hand, and the phone stays cool
const CAMERA = "camera"; // the choice of camera is remembered, nothing else is

export class Scanner {
  #video;
  #stream = null;
  #ignored = null; // the code that was just read, until it has left the frame
  #stopped = true;
  #ready = null;

  constructor(video) {
    this.#video = video;
  }

  get possible() {
    return Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
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
  async next({ cameras, choice, torch }) {
    this.#stopped = false;
    try {
      await Promise.all([this.prepare(), this.#open(localStorage.getItem(CAMERA))]);
      await this.#offer(cameras, choice);
      this.#offerTorch(torch);
      return await this.#read();
    } finally {
      this.#close();
    }
  }

  stop() {
    this.#stopped = true;
  }

  async #open(deviceId) {
    this.#close();
    const wanted = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: "environment" };
    const video = { ...wanted, width: { ideal: 1280 }, height: { ideal: 720 } };
    this.#stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    this.#video.srcObject = this.#stream;
    await this.#video.play();
  }

  #close() {
    if (this.#stream) this.#stream.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }

  // The back camera that a phone offers first may be the one that cannot focus this near.
  async #offer(cameras, choice) {
    const found = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    const current = this.#stream.getVideoTracks()[0].getSettings().deviceId;
    cameras.replaceChildren(...found.map((one, index) => new Option(one.label || String(index + 1), one.deviceId, false, one.deviceId === current)));
    choice.hidden = found.length < 2;
    cameras.onchange = () => {
      localStorage.setItem(CAMERA, cameras.value);
      this.#open(cameras.value);
    };
  }

  #offerTorch(torch) {
    const track = this.#stream.getVideoTracks()[0];
    const able = track.getCapabilities && track.getCapabilities().torch;
    torch.hidden = !able;
    torch.onclick = async () => {
      const on = torch.getAttribute("aria-pressed") !== "true";
      await track.applyConstraints({ advanced: [{ torch: on }] });
      torch.setAttribute("aria-pressed", String(on));
    };
  }

  async #read() {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    while (!this.#stopped) {
      const { videoWidth: width, videoHeight: height } = this.#video;
      if (width && height) {
        if (canvas.width !== width) Object.assign(canvas, { width, height });
        context.drawImage(this.#video, 0, 0, width, height);
        const [code] = await readBarcodes(context.getImageData(0, 0, width, height), READING);
        const text = code && code.isValid ? code.text : null;
        if (text !== null && text !== this.#ignored) {
          this.#ignored = text;
          return text;
        }
        if (text === null) this.#ignored = null;
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_FRAMES));
    }
    return null;
  }
}
