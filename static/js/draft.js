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
  const content = () => new URLSearchParams(new FormData(form));
  const say = (text) => { if (text && state.textContent !== text) state.textContent = text; };

  async function save() {
    const body = content();
    if (busy || stopped || body.toString() === sent) return;
    busy = true;
    let isAnswered = false;
    try {
      const answer = await fetch(form.dataset.dbDraft, { method: "POST", body, redirect: "error" });
      const told = await answer.json();
      say(told.said);
      stopped = answer.status === 409;
      if (answer.ok) {
        version.value = told.version;
        body.set("version", told.version);
      }
      isAnswered = answer.status < 500;
      if (isAnswered) sent = body.toString();
    } catch {
      say(form.dataset.dbLost);
    } finally {
      busy = false;
    }
    if (waiting) {
      const button = waiting;
      waiting = null;
      form.dispatchEvent(new CustomEvent("db:rest", { bubbles: true }));
      if (isAnswered) return form.requestSubmit(button);
    }
    if (content().toString() !== sent) later();
  }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }
  form.addEventListener("input", later);
  // The button sends the whole form on top of what was saved last: it waits for that. Where no
  // answer came the page stays: what is written would be lost with it. Who presses once more goes.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (busy && !waiting) {
      event.preventDefault();
      waiting = event.submitter;
    } else {
      waiting = null;
      stopped = true;
    }
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
})();
