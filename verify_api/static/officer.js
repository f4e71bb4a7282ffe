/* For whoever works by keyboard: the table of keys, and where the focus is after a page has come.
   Without it every link and form does the same; the keys themselves are the browser's access keys. */

const table = document.getElementById("keys");
const opener = document.querySelector("[data-keys]");

function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

if (table instanceof HTMLDialogElement) {
  let before = null;
  const open = () => {
    before = document.activeElement;
    table.showModal();
  };
  table.addEventListener("close", () => before instanceof HTMLElement && before.focus());
  opener?.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || table.open || isTyping(event.target)) return;
    event.preventDefault();
    open();
  });
}

/* After a form was sent, the focus goes to what is said about it: never back to nowhere. */
const said = document.querySelector("main [role=alert], main #outcome, main #found, main [role=status]");
if (said instanceof HTMLElement && !location.hash) {
  if (!said.hasAttribute("tabindex")) said.tabIndex = -1;
  said.focus();
}
