/* Codes appear while one types, and a press adds a line to the field of diagnoses. Without scripts
   the buttons of the same form do both. */
(() => {
  "use strict";
  const PAUSE = 250;
  const LEAST = 2;
  const part = document.querySelector("[data-db-codes]");
  if (!part) return;
  const field = part.querySelector("input[name=search]");
  const found = part.querySelector("[data-db-found]");
  const lines = field.form.elements[part.dataset.dbInto];
  let timer = 0;
  let asked = null;

  async function ask() {
    clearTimeout(timer);
    asked?.abort();
    asked = new AbortController();
    const search = field.value.trim();
    if (search.length < LEAST) {
      found.replaceChildren();
      return;
    }
    const token = field.form.elements.csrfmiddlewaretoken.value;
    const body = new URLSearchParams({ search, csrfmiddlewaretoken: token });
    try {
      const answer = await fetch(part.dataset.dbCodes, { method: "POST", body, redirect: "error", signal: asked.signal });
      if (answer.ok) found.innerHTML = await answer.text();
    } catch {
      return; // a newer question is on its way, or there is no network: the button still works
    }
  }
  // What is looked for is no part of the draft: it saves nothing.
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    ask();
  });
  found.addEventListener("click", (event) => {
    const line = event.target.closest("[data-db-line]")?.dataset.dbLine;
    if (!line) return;
    event.preventDefault();
    const there = lines.value.split("\n").filter((text) => text.trim());
    if (!there.includes(line)) lines.value = [...there, line].join("\n");
    field.value = "";
    found.replaceChildren();
    lines.dispatchEvent(new Event("input", { bubbles: true }));
    lines.focus();
  });
})();
