/* A draft that saves itself a moment after the last key. When another window has saved meanwhile it
   stops and says so: the button then shows both texts. */
(() => {
  "use strict";
  const WAIT = 3000;
  const form = document.querySelector("[data-db-draft]");
  if (!form) return;
  const state = form.querySelector("[data-db-draft-state]");
  const version = form.elements.version;
  let timer = 0;
  let sent = new URLSearchParams(new FormData(form)).toString();
  let busy = false;
  let stopped = false;
  let waiting = null;
  let isOver = false; // the session: nothing of this page will be saved any more
  let isLost = false; // the last try
  const content = () => new URLSearchParams(new FormData(form));
  const isSaved = () => content().toString() === sent;
  const rest = () => form.dispatchEvent(new CustomEvent("db:rest", { bubbles: true }));
  const say = (text) => { if (text && state.textContent !== text) state.textContent = text; };

  async function save() {
    const body = content();
    if (busy || stopped || isOver || isSaved()) return;
    busy = isLost = true;
    const keepalive = document.hidden && body.toString().length < 60000; // the most that browsers take
    try {
      const answer = await fetch(form.dataset.dbDraft, { method: "POST", body, redirect: "manual", keepalive });
      isOver = answer.type === "opaqueredirect" || answer.status === 403;
      const told = await answer.json();
      say(told.said);
      stopped = answer.status === 409;
      if (answer.ok) {
        version.value = told.version;
        body.set("version", told.version);
      }
      isLost = answer.status >= 500;
      if (!isLost) sent = body.toString();
    } catch {
      say(isOver ? form.dataset.dbOver : form.dataset.dbLost);
    } finally {
      busy = false;
    }
    if (waiting) {
      const button = waiting;
      waiting = null;
      rest();
      if (!isLost) return form.requestSubmit(button);
    }
    if (!isSaved()) later();
  }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }
  form.addEventListener("input", later);
  // The button sends the whole form on top of what was saved last: it waits for that. Where no
  // answer came the page stays: what is written would be lost with it. Who presses once more while
  // it waits goes.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    const isUnsaved = !isSaved();
    if (isOver && isUnsaved) {
      event.preventDefault();
      rest();
    } else if (!stopped && !waiting && (busy || isUnsaved)) {
      event.preventDefault();
      waiting = event.submitter;
      save();
    } else {
      waiting = null;
      stopped = true;
    }
  });
  addEventListener("beforeunload", (event) => { if (isLost && !stopped && !isSaved()) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
})();
