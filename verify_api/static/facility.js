// The reception's camera: what it reads goes into the form that a hand scanner fills, too.

import { Scanner } from "./scanner.js";

const at = (id) => document.getElementById(id);
const form = at("paste");
const scanner = form ? new Scanner(at("video")) : null;

async function scan() {
  at("scan").hidden = true;
  at("viewer").hidden = false;
  try {
    const text = await scanner.next({ cameras: at("cameras"), choice: at("choice"), torch: at("torch") });
    if (text !== null) {
      at("text").value = text;
      form.requestSubmit();
    }
  } catch {
    at("no-camera").hidden = false;
    at("text").focus();
  } finally {
    at("viewer").hidden = true;
    at("scan").hidden = false;
  }
}

if (scanner) {
  at("camera").hidden = !scanner.possible;
  at("scan").addEventListener("click", scan);
  at("stop").addEventListener("click", () => scanner.stop());
  addEventListener("pagehide", () => scanner.stop());
  at("text").focus({ preventScroll: true }); // a hand scanner types at once
}
