// Keeps the files of one version, so that the page opens without a network. The service writes two
// constants above: SHELL, the only addresses that are kept, and VERSION, which changes with them.
// It never touches a POST, an answer, a page with somebody's data, or an address with a code in it.

const KEPT = `records-page-${VERSION}`;
const ANY_KEPT = "records-page-";
const KNOWLEDGE = "records-knowledge"; // the device's own, see device.js
const LANGUAGE = "/knowledge/language";
const TABLES = "/offline/tables.json";
const PATIENCE = 4000; // milliseconds; then the page that is kept is better than none

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function keepAll() {
  const cache = await caches.open(KEPT);
  // All or nothing; without cookies, so that nothing of who is signed in is kept.
  await cache.addAll(SHELL.map((address) => new Request(address, { credentials: "omit", cache: "reload" })));
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(ANY_KEPT) && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// A page asks which files these are, to know whether it is of the same version.
self.addEventListener("message", (event) => event.ports[0]?.postMessage({ version: VERSION, shell: SHELL }));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === "/") event.respondWith(front(request, url));
  } else if (url.pathname === TABLES) {
    event.respondWith(networkFirst(request));
  } else if (SHELL.includes(url.pathname) && !url.search) {
    event.respondWith(keptFirst(request));
  }
});

async function kept(address) {
  const cache = await caches.open(KEPT);
  return cache.match(address, { ignoreVary: true });
}

// The newest page if there is one: nobody is held by an old version.
async function front(request, url) {
  try {
    const answer = await inTime(request);
    if (answer.status < 500) return answer;
  } catch {
    // no network, or one that does not answer
  }
  return (await kept(`/offline/${await language(url)}`)) ?? Response.error();
}

async function networkFirst(request) {
  try {
    const answer = await inTime(request);
    if (answer.ok) return answer;
  } catch {
    // as above
  }
  return (await kept(TABLES)) ?? Response.error();
}

async function keptFirst(request) {
  return (await kept(new URL(request.url).pathname)) ?? fetch(request);
}

function inTime(request) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error("late")), PATIENCE);
  });
  return Promise.race([fetch(request), late]);
}

async function language(url) {
  const asked = url.searchParams.get("lang");
  if (asked === "vi" || asked === "en") return asked;
  const cache = await caches.open(KNOWLEDGE);
  const chosen = await cache.match(LANGUAGE);
  return chosen && (await chosen.text()) === "en" ? "en" : "vi";
}
