// What a peer written in JavaScript does; the Python side stands in ../protocol.py, line for line.
//
// One line in, one line out. First, unasked, once it is warm: who it is, as JSON. Then:
//     check TEXT   yes | no
//     run N        processor seconds of N texts of the case | no, if one was refused

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const WARM_MICROSECONDS = 1_000_000;

/** Return what the peer is given before it is asked anything. */
export function readCase() {
  const members = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  for (const key of members.keys) key.kid = Buffer.from(key.kid, 'hex');
  return members;
}

/** Return the version of an installed package, which need not offer its package.json. */
export function versionOf(name) {
  const require = createRequire(import.meta.url);
  const folder = require.resolve.paths(name)[0];
  return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
}

/** Answer until the input ends, about a `judge` that answers at once or with a promise. */
export async function serve(peer, givenCase, judge, prepare = (text) => text) {
  const prepared = givenCase.texts.map(prepare);
  const end = spentMicroseconds() + WARM_MICROSECONDS;
  do {
    await run(prepared, judge, prepared.length);
  } while (spentMicroseconds() < end);
  console.log(JSON.stringify({ peer, runtime: `Node ${process.versions.node}` }));
  for await (const line of createInterface({ input: process.stdin })) {
    const blank = line.indexOf(' ');
    const order = line.slice(0, blank);
    const argument = line.slice(blank + 1);
    if (order === 'check') {
      console.log((await judge(prepare(argument))) ? 'yes' : 'no');
    } else {
      const seconds = await run(prepared, judge, Number(argument));
      console.log(seconds === null ? 'no' : String(seconds));
    }
  }
}

async function run(prepared, judge, count) {
  let accepted = 0;
  const start = spentMicroseconds();
  for (let i = 0; i < count; i++) {
    let answer = judge(prepared[i % prepared.length]);
    if (answer instanceof Promise) answer = await answer;
    if (answer) accepted++;
  }
  const spent = spentMicroseconds() - start;
  return accepted === count ? spent / 1e6 : null;
}

/** Processor time of the whole process: its threads, too, that collect garbage or check. */
function spentMicroseconds() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
