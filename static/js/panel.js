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
  const opener = () => key && document.querySelector(`[data-db-cell="${CSS.escape(key)}"]`);
  const mark = () => {
    document.querySelectorAll("[data-db-panel][aria-expanded]").forEach((link) => link.removeAttribute("aria-expanded"));
    if (!panel.hidden) opener()?.setAttribute("aria-expanded", "true");
  };

  function close() {
    panel.hidden = true;
    shown = "";
    mark();
    opener()?.focus();
  }

  function closer() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "close agenda-panel-close";
    button.setAttribute("aria-label", panel.dataset.dbCloseName);
    button.textContent = "✕";
    button.addEventListener("click", close);
    return button;
  }

  async function open(address, quietly) {
    panel.setAttribute("aria-busy", "true");
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    panel.removeAttribute("aria-busy");
    if (!answer?.ok || answer.redirected) {
      if (quietly) close();
      else location.assign(address);
      return;
    }
    panel.innerHTML = await answer.text();
    panel.prepend(closer());
    panel.hidden = false;
    shown = address;
    mark();
    if (!quietly) panel.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-db-panel]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || !wide.matches) return;
    event.preventDefault();
    key = link.dataset.dbCell;
    open(link.dataset.dbPanel === "?" ? frame.dataset.dbWhy + link.search : link.href, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden && !document.querySelector("details.menu[open]")) close();
  });
  // The agenda behind it is new: so may be what the panel shows. Nobody is thrown out of it.
  document.addEventListener("db:fresh", () => {
    if (shown && !panel.contains(document.activeElement)) open(shown, true);
    mark();
  });
})();
