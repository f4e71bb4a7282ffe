// A claim as JSON can say it, in the very text of the service: verify_api/verdict_json.py, `_plain`.

import { Float, Simple } from "./cbor.mjs";
import { hex } from "./bytes.mjs";

const SMALLEST_POINT = -4;
const LARGEST_POINT = 16;

// Integers beyond 2^53 and all floats are text, bytes are hexadecimal, keys are text.
export function plain(value) {
  if (value === undefined) return "undefined";
  if (value === null || ["boolean", "number", "string"].includes(typeof value)) return value;
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return hex(value);
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Simple) return String(value.value);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
}

// As Python writes a float: the same digits as here, but an exponent begins at other sizes.
export function floatText(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [digits, exponent] = Math.abs(value).toExponential().split("e");
  const figures = digits.replace(".", "");
  const point = Number(exponent);
  if (point < SMALLEST_POINT || point >= LARGEST_POINT) {
    const size = String(Math.abs(point)).padStart(2, "0");
    return `${sign}${digits}e${point < 0 ? "-" : "+"}${size}`;
  }
  if (point < 0) return `${sign}0.${"0".repeat(-point - 1)}${figures}`;
  const whole = figures.slice(0, point + 1).padEnd(point + 1, "0");
  return `${sign}${whole}.${figures.slice(point + 1) || "0"}`;
}
