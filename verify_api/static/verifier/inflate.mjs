// What compressed data hold, and not a byte more than a limit: zlib data, or DEFLATE alone.

import { AskServer, Refused } from "./errors.mjs";

const PIECE = 4096; // bytes at a time: a piece swells to a thousand times its size at most

// Whole data, and nothing after them. `format` is a DecompressionStream's; where the browser has
// another set of them, the service is left to inflate.
export async function inflate(compressed, limit, format = "deflate") {
  const stream = piecesOf(compressed).pipeThrough(streamFor(format));
  const parts = [];
  let size = 0;
  try {
    const reader = stream.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      size += read.value.length;
      if (size > limit) {
        await reader.cancel();
        break;
      }
      parts.push(read.value);
    }
  } catch {
    throw new Refused("zlib", "inflate");
  }
  if (size > limit) throw new Refused("zlib", "inflate");
  const data = new Uint8Array(size);
  let at = 0;
  for (const one of parts) {
    data.set(one, at);
    at += one.length;
  }
  return data;
}

function streamFor(format) {
  try {
    return new DecompressionStream(format);
  } catch {
    throw new AskServer("inflate");
  }
}

function piecesOf(data) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= data.length) {
        controller.close();
        return;
      }
      controller.enqueue(data.slice(at, at + PIECE));
      at += PIECE;
    },
  });
}
