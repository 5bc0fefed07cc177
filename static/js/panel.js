/* What a link leads to may open beside the page; of a time («?») why it is offered or not does.
   Small screens go there. */
(() => {
  "use strict";
  const frame = document.querySelector("[data-db-panels]");
  const panel = frame?.querySelector("aside");
  if (!panel) return;
  const wide = matchMedia("(min-width: 60rem)");
  let key = "";
  let shown = "";
  let turn = 0; // who asked last is answered; an older answer comes too late
  const opener = () => key && document.querySelector(`[data-db-cell="${CSS.escape(key)}"]`);
  const mark = () => {
    document.querySelectorAll("[data-db-panel][aria-expanded]").forEach((link) => link.removeAttribute("aria-expanded"));
    if (!panel.hidden) opener()?.setAttribute("aria-expanded", "true");
  };

  function close() {
    turn += 1;
    panel.removeAttribute("aria-busy");
    panel.hidden = true;
    shown = "";
    mark();
  }

  const leave = () => { close(); opener()?.focus(); };

  function closer() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "close agenda-panel-close";
    button.setAttribute("aria-label", panel.dataset.dbCloseName);
    button.textContent = "✕";
    button.addEventListener("click", leave);
    return button;
  }

  const isThere = (got) => got?.answer.ok && !got.answer.redirected;

  async function open(address) {
    const mine = turn += 1;
    panel.setAttribute("aria-busy", "true");
    const got = await dbRead(address);
    if (mine !== turn) return;
    panel.removeAttribute("aria-busy");
    if (!isThere(got)) return location.assign(address);
    show(address, got.text);
    return panel.focus();
  }

  function show(address, html) {
    panel.innerHTML = html;
    panel.prepend(closer());
    panel.hidden = false;
    shown = address;
    mark();
  }

  /* Nobody is thrown out of the panel, nothing that was typed goes, and nothing that was asked for. */
  const isTouched = (field) => field.value !== (field.defaultValue ?? field.value)
    || field.checked !== (field.defaultChecked ?? field.checked);
  const isInUse = () => panel.contains(document.activeElement) || panel.hasAttribute("aria-busy")
    || [...panel.querySelectorAll("input, textarea, select")].some(isTouched);

  async function renew() {
    if (!shown || isInUse()) return;
    const mine = turn += 1;
    const got = await dbRead(shown);
    if (mine !== turn || isInUse()) return;
    if (isThere(got)) show(shown, got.text);
    else if (got?.answer.redirected || got?.answer.status === 404) close();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-db-panel]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || !wide.matches) return;
    event.preventDefault();
    key = link.dataset.dbCell;
    open(link.dataset.dbPanel === "?" ? frame.dataset.dbWhy + link.search : link.href);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden && !document.querySelector("details.menu[open]")) leave();
  });
  // The agenda behind it is new: so may be what the panel shows.
  document.addEventListener("db:fresh", () => {
    renew();
    mark();
  });
})();
