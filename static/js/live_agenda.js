/* The open agenda refreshes itself, says politely what changed, and keeps the focus where it is. */
(() => {
  "use strict";
  const frame = document.querySelector("[data-db-live]");
  const lively = () => document.getElementById("agenda-vivo");
  if (!frame) return;
  const words = frame.dataset;
  const say = (text) => document.dispatchEvent(new CustomEvent("db:say", { detail: text }));
  const PAUSE = 150; // a booking is several changes: one look for all of them
  const MOST_SAID = 3;
  let said = words.dbLiveCursor;
  let timer = 0;
  let isBusy = false;
  let isLate = false;

  /* Typing inside is not disturbed: the refresh waits until the field is left. */
  const isTyping = () => lively()?.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  const nameOf = (element) => element.dataset?.dbCell ? `[data-db-cell="${CSS.escape(element.dataset.dbCell)}"]` : element.id && `#${CSS.escape(element.id)}`;
  const scrolled = (root) => [root, ...root.querySelectorAll("[tabindex], .scroll")];

  function swap(html) {
    const old = lively();
    const fresh = document.adoptNode(new DOMParser().parseFromString(html, "text/html").getElementById("agenda-vivo") || document.createElement("p"));
    if (!old || fresh.id !== "agenda-vivo" || old.innerHTML === fresh.innerHTML) return;
    const held = old.contains(document.activeElement) ? nameOf(document.activeElement) : "";
    const places = scrolled(old).map((part) => [part.scrollLeft, part.scrollTop]);
    old.querySelectorAll("input[id]").forEach((field) => { // what was typed stays
      const again = field.value !== field.defaultValue && fresh.querySelector(`#${CSS.escape(field.id)}`);
      if (again) again.value = field.value;
    });
    old.replaceWith(fresh);
    scrolled(fresh).forEach((part, n) => { if (places[n]) [part.scrollLeft, part.scrollTop] = places[n]; });
    window.htmx?.process(fresh);
    fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
    document.dispatchEvent(new CustomEvent("db:fresh"));
    if (held) fresh.querySelector(held)?.focus({ preventScroll: true });
  }

  /* What was shown and said while somebody looks is seen, unless older news still wait. */
  function seen() {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!words.dbLiveSeen || !token || document.hidden) return;
    const body = new URLSearchParams({ desde: said, csrfmiddlewaretoken: token.value });
    fetch(words.dbLiveSeen, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  }

  function announce(told) {
    said = told.cursor;
    if (told.said.length > MOST_SAID) say(words.dbLiveMany.replace("{n}", String(told.said.length)));
    else told.said.forEach((piece) => say(piece.text));
    if (told.is_new) seen();
  }

  const isForNow = (got) => !got || got.answer.status >= 500 || got.answer.status === 429;

  async function refresh() {
    if (isBusy || isTyping()) {
      isLate = true;
      return;
    }
    isBusy = true;
    isLate = false;
    try {
      const [news, page] = await Promise.all([
        dbRead(`${words.dbLivePoll}?desde=${encodeURIComponent(said)}`, {}), dbRead(words.dbLiveSelf || location.href),
      ]);
      if (news?.answer.redirected || news?.answer.status === 404) document.dispatchEvent(new CustomEvent("db:over"));
      else if (news?.answer.ok && page?.answer.ok) {
        swap(page.text);
        announce(JSON.parse(news.text));
      } else if ([news, page].some(isForNow)) setTimeout(later, 2000); // the server is being restarted
    } finally {
      isBusy = false;
    }
    if (isLate) later();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  }
  document.addEventListener("db:changed", later);
  document.addEventListener("focusout", () => { if (isLate && !isBusy) later(); });
  document.addEventListener("db:over", () => say(words.dbLiveOver), { once: true });
})();
