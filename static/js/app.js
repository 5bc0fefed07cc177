/* Small help on top of pages that work without it. Bound to data-db-* attributes. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* An answer with its text; null where none came in time, or broke off. */
  window.dbRead = (address, headers = { "HX-Request": "true" }) => {
    const asked = new AbortController();
    setTimeout(() => asked.abort(), 20000);
    return fetch(address, { headers, signal: asked.signal })
      .then(async (answer) => ({ answer, text: await answer.text() })).catch(() => null);
  };

  /* One polite region says counts and saves (HX-Trigger: {"db:say": "..."}); 8 seconds. */
  document.addEventListener("db:say", (event) => {
    const toast = document.createElement("p");
    toast.className = "toast";
    toast.textContent = event.detail.value ?? event.detail;
    document.getElementById("live")?.append(toast);
    setTimeout(() => toast.remove(), 8000);
  });

  /* A part that only one answer needs: data-db-reveal="name=value"; it explains itself then. */
  function reveal(part) {
    const [name, value] = part.dataset.dbReveal.split("=");
    const fields = all(`[name="${CSS.escape(name)}"]`, part.closest("form"));
    const chosen = (field) => field.value === value && (field.checked || !("checked" in field) || field.tagName === "SELECT");
    const update = () => { part.hidden = !fields.some(chosen); };
    fields.forEach((field) => field.addEventListener("change", update));
    all("[data-db-plain]", part).forEach((hint) => hint.remove());
    update();
  }

  /* A link that asks in a dialog; without scripts it goes to the page that asks. */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-db-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dbDialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    const close = event.target.closest("[data-db-close]");
    if (close?.closest("dialog")) close.closest("dialog").close();
    else close?.closest(".notice, .toast")?.remove();
    all("details.menu[open]")
      .filter((menu) => !menu.contains(event.target))
      .forEach((menu) => { menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  /* A second click changes nothing; the server has its own guard. Who cancels a submit gives it back. */
  const limits = new WeakMap();
  function rest(form) {
    clearTimeout(limits.get(form));
    [form, ...form.elements, ...all("[aria-busy]", form)].forEach((part) => part.removeAttribute("aria-busy"));
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") === "dialog") return;
    if (form.hasAttribute("aria-busy")) {
      event.preventDefault();
      return event.stopImmediatePropagation();
    }
    [form, event.submitter].forEach((part) => part?.setAttribute("aria-busy", "true"));
    limits.set(form, setTimeout(rest, 10000, form));
  }, true);
  ["htmx:afterRequest", "db:rest"].forEach((name) => document.addEventListener(name, (event) => {
    if (event.target.tagName === "FORM") rest(event.target);
  }));
  addEventListener("pageshow", (event) => { if (event.persisted) all("form").forEach(rest); });

  function bind() {
    all("[data-db-reveal]:not([data-db-bound])").forEach((part) => {
      part.dataset.dbBound = "1";
      reveal(part);
    });
    all("[data-db-errors]:not([data-db-bound])").forEach((part) => {
      part.dataset.dbBound = "1";
      part.focus();
    });
  }
  bind();
  document.addEventListener("htmx:load", bind);
})();
