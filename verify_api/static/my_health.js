// While a link is open its page renews itself as soon as somebody opens it. Without this script the
// page has a link that asks again. Nothing is kept, and no other place is asked.

const RETRY = 5000;

async function follow() {
  for (;;) {
    const live = document.getElementById("live");
    if (live === null || live.dataset.open !== "yes") return;
    if (document.hidden) {
      await new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
      continue;
    }
    try {
      const address = `${location.pathname}?after=${live.dataset.version}&wait=10`;
      const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      if (fresh === null) return;
      const changed = fresh.dataset.version !== live.dataset.version;
      if (changed || fresh.dataset.left !== live.dataset.left) live.replaceWith(fresh);
    } catch {
      await new Promise((later) => setTimeout(later, RETRY));
    }
  }
}

follow();
