/* Suggestions under the search field (a combobox of WAI-ARIA); without scripts it is a plain form. */
(() => {
  "use strict";
  const PAUSE = 150;
  document.querySelectorAll("[data-db-suggest]").forEach((frame) => {
    const field = frame.querySelector("input");
    const list = frame.querySelector("[role=listbox]");
    const count = frame.querySelector("[role=status]");
    const options = () => [...list.querySelectorAll("[role=option]")];
    let active = -1;
    let timer = 0;
    let asked = null;

    function mark(index) {
      const all = options();
      active = all.length ? (index + all.length + 1) % (all.length + 1) : -1;
      if (active === all.length) active = -1; // one step beyond the ends is the field itself
      all.forEach((option, n) => option.setAttribute("aria-selected", String(n === active)));
      if (active < 0) field.removeAttribute("aria-activedescendant");
      else {
        field.setAttribute("aria-activedescendant", all[active].id);
        all[active].scrollIntoView({ block: "nearest" });
      }
    }

    function show(isOpen) {
      list.hidden = !isOpen;
      field.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) mark(-1);
    }

    async function ask() {
      asked?.abort();
      asked = new AbortController();
      const words = field.value.trim();
      if (words.length < 2) { show(false); return; }
      const address = `${frame.dataset.dbSuggest}?${new URLSearchParams({ q: words.slice(0, 100) })}`;
      try {
        const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
        if (!answer.ok || answer.redirected) { show(false); return; }
        list.innerHTML = await answer.text();
      } catch {
        return; // a newer question is on its way, or there is no network: the form still works
      }
      active = -1;
      field.removeAttribute("aria-activedescendant");
      count.textContent = list.firstElementChild?.dataset.dbCount ?? "";
      show(options().length > 0 && document.activeElement === field);
    }

    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
    field.addEventListener("keydown", (event) => {
      const isOpen = !list.hidden;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && !isOpen) ask();
      else if (step) mark(step < 0 && active < 0 ? options().length - 1 : active + step);
      else if (event.key === "Enter" && isOpen && active >= 0) options()[active].click();
      else if (event.key === "Escape" && isOpen) show(false);
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", () => {
      clearTimeout(timer);
      show(false);
    });
    // The field keeps the focus until the click has arrived.
    list.addEventListener("mousedown", (event) => event.preventDefault());
  });
})();
