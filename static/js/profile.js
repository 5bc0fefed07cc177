/* A profile: its consultorios on a map that comes when asked for, and its address to pass on. */
(() => {
  "use strict";
  const say = (text) => document.dispatchEvent(new CustomEvent("db:say", { detail: text }));
  const plain = (event) => !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

  /* Share ------------------------------------------------------------------ */
  const share = document.querySelector("[data-db-share]");
  share?.querySelector("summary").addEventListener("click", async (event) => {
    const input = share.querySelector("input");
    if (navigator.share) {
      event.preventDefault();
      navigator.share({ title: share.dataset.dbShare, url: input.value }).catch(() => {});
    } else if (!share.open && navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(input.value);
        say(share.dataset.dbCopied);
      } catch { /* The field is open: one can copy by hand. */ }
    }
  });
  share?.querySelector("input").addEventListener("focus", (event) => event.target.select());

  /* Map: half a second of work and 45 KB that most visitors never ask for ---- */
  const frame = document.querySelector("[data-db-places]");
  const links = [...document.querySelectorAll("[data-db-place]")];
  const pointOf = (link) => link.dataset.dbPlace.split(",").map(Number);
  const pins = new Map();
  let map, coming;

  function draw(data) {
    const made = dbBaseMap(frame.querySelector(".map"), data, frame.querySelector("[data-db-map-note]"));
    links.forEach((link) => {
      const html = document.createElement("span");
      html.textContent = link.dataset.dbName;
      // Pins to look at: two in one house would be no targets for a finger.
      const icon = L.divIcon({ className: "map-pin", iconSize: [44, 44], iconAnchor: [22, 40], html });
      pins.set(link, L.marker(pointOf(link), { icon, interactive: false, keyboard: false }).addTo(made));
    });
    return made;
  }

  links.forEach((link) => link.addEventListener("click", async (event) => {
    if (!plain(event) || !frame) return;
    event.preventDefault();
    try {
      await (coming ??= dbFetch(frame.dataset.dbStyles, frame.dataset.dbScript));
    } catch {
      location.href = link.href; // Streets elsewhere are better than none.
      return;
    }
    link.closest("article").append(frame);
    frame.hidden = false;
    map ??= draw(frame.dataset);
    map.invalidateSize({ pan: false });
    map.setView(pointOf(link), frame.dataset.dbTiles ? 16 : 8, { animate: false });
    pins.forEach((pin, of) => pin.setZIndexOffset(of === link ? 1000 : 0).getElement().classList.toggle("map-pin--named", of === link));
    frame.querySelector(".map").focus();
  }));
})();
