/* A part of the page that looks again by itself, for days if need be.
   data-db-room: its address; data-db-room-every: seconds; data-db-room-awake: the screen stays on.
   Inside: #sala-viva; data-db-offline: what to say, and since when, while the server is away. */
(() => {
  "use strict";
  const frame = document.querySelector("[data-db-room]");
  if (!frame) return;
  const TRY_AGAIN = 3000; // the server is away, or is being restarted
  const PAUSE = 150; // a step is several changes: one look for all of them
  const TOO_LONG = 10000; // an answer that does not come is none
  const part = () => document.getElementById("sala-viva");
  const offline = frame.querySelector("[data-db-offline]");
  let timer = 0;
  let since = "";
  let ahead = 0; // our clock's error, in milliseconds

  function clock() {
    const time = frame.querySelector("[data-db-clock]");
    if (!time) return "";
    const style = { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone: time.dataset.dbZone };
    return new Intl.DateTimeFormat("es", style).format(Date.now() + ahead);
  }

  function setClock() {
    const time = frame.querySelector("[data-db-clock]");
    if (time) ahead = Date.parse(time.dataset.dbClock) - Date.now();
  }

  function away(isAway) {
    const now = clock() || new Date().toTimeString().slice(0, 5);
    since = isAway ? since || now : "";
    if (!offline) return;
    offline.hidden = !isAway;
    offline.textContent = isAway ? offline.dataset.dbOffline.replace("{t}", since) : "";
  }

  function swap(html) {
    const fresh = document.adoptNode(new DOMParser().parseFromString(html, "text/html").getElementById("sala-viva"));
    const old = part();
    const held = old.contains(document.activeElement) && document.activeElement.id;
    // A new day, perhaps with a new version of the page.
    if (old.dataset.dbRoomDay !== fresh.dataset.dbRoomDay) location.reload();
    const title = (root) => root.querySelector("h2")?.textContent;
    if (title(old) !== title(fresh)) document.dispatchEvent(new CustomEvent("db:say", { detail: title(fresh) }));
    old.replaceWith(fresh);
    setClock();
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  }

  async function look() {
    clearTimeout(timer);
    const wish = { headers: { "HX-Request": "true" }, cache: "no-store", signal: AbortSignal.timeout?.(TOO_LONG) };
    const answer = await fetch(frame.dataset.dbRoom, wish).catch(() => null);
    const html = answer?.ok && !answer.redirected ? await answer.text().catch(() => "") : "";
    if (html.includes("sala-viva")) swap(html);
    else if (answer?.redirected || answer?.status === 404) location.reload(); // called back, or logged out
    away(!html);
    later(html ? Number(frame.dataset.dbRoomEvery) * 1000 : TRY_AGAIN);
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(look, pause);
  }
  const stayAwake = () => navigator.wakeLock?.request("screen").catch(() => null);
  document.addEventListener("db:changed", () => later(PAUSE));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return clearTimeout(timer);
    if ("dbRoomAwake" in frame.dataset) stayAwake();
    return look();
  });
  if ("dbRoomAwake" in frame.dataset) stayAwake();
  setClock();
  setInterval(() => { const time = frame.querySelector("[data-db-clock]"); if (time) time.textContent = clock(); }, 1000);
  later(Number(frame.dataset.dbRoomEvery) * 1000);
})();
