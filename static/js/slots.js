/* A free time is a link to a page that asks to keep it; with scripts one click keeps it. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-db-hold] a");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!link || !plain || !token || link.hasAttribute("aria-busy")) return;
    event.preventDefault();
    link.setAttribute("aria-busy", "true");
    const form = document.createElement("form");
    form.method = "post";
    form.action = link.href;
    form.hidden = true;
    form.append(token.cloneNode());
    document.body.append(form);
    form.submit();
  });
  // htmx finds the link that was pressed again by its id; where it is gone the title takes over.
  document.addEventListener("htmx:afterSettle", () => {
    if (document.activeElement === document.body) document.getElementById("horarios-titulo")?.focus();
  });
  // What keeps the times fresh comes when the page stands: it starts from what the page shows.
  // Who speaks of changes comes once there is who listens; what did not come is asked for again.
  async function follow() {
    const later = document.querySelector("[data-db-later]")?.dataset.dbLater ?? "";
    try {
      for (const script of later.split(" ")) await dbFetch("", script);
    } catch {
      setTimeout(follow, 5000);
    }
  }
  addEventListener("load", () => setTimeout(follow, 1500));
  // Styles, and scripts in their order, that come when they are wanted; each once.
  const known = new Map();
  const load = (tag, address, wanted) => {
    if (!known.has(address)) {
      known.set(address, new Promise((done, fail) => {
        const part = Object.assign(document.createElement(tag), wanted, { onload: done });
        part.onerror = () => {
          known.delete(address);
          part.remove();
          fail();
        };
        document.head.append(part);
      }));
    }
    return known.get(address);
  };
  window.dbFetch = (styles, scripts) => Promise.all([
    ...styles.split(" ").filter(Boolean).map((href) => load("link", href, { rel: "stylesheet", href })),
    ...scripts.split(" ").filter(Boolean).map((src) => load("script", src, { src, async: false })),
  ]);
  addEventListener("pageshow", () => {
    document.querySelectorAll("[data-db-hold] a[aria-busy]").forEach((link) => link.removeAttribute("aria-busy"));
  });
})();
