/* «Copiar» beside an address that is there to be copied; without scripts one selects it. */
(() => {
  "use strict";
  const say = (text) => document.dispatchEvent(new CustomEvent("db:say", { detail: text }));
  document.querySelectorAll("[data-db-copy]").forEach((part) => {
    const input = part.querySelector("input, textarea");
    const words = part.dataset;
    input.addEventListener("focus", () => input.select());
    if (!navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--secondary";
    button.textContent = words.dbCopyLabel;
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(input.value);
        button.textContent = words.dbCopyDone;
        say(words.dbCopySaid);
      } catch {
        input.focus();
      }
    });
    part.append(button);
  });
})();
