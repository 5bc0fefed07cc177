/* Results on a map that comes when it is wanted. The list is complete without it. */
(() => {
  "use strict";
  const frame = document.querySelector("[data-db-results-map]");
  const opener = document.querySelector("[data-db-map-open]");
  if (!frame || !opener) return;
  const data = frame.dataset, layout = frame.closest(".results");
  const note = frame.querySelector("[data-db-map-note]"), again = frame.querySelector("[data-db-map-here]");
  const cards = [...document.querySelectorAll("[data-db-point]")];
  const pointOf = (card) => card.dataset.dbPoint.split(",").map(Number);
  const pins = new Map(), STREETS = 14, OUTLINES = 11; // as near as there is something to see
  let map, marks, asked;

  const clip = (degrees, most) => Math.max(-most, Math.min(most, degrees)).toFixed(4);
  const search = () => {
    const query = new URLSearchParams(location.search);
    ["lugar", "lat", "lng", "pagina"].forEach((name) => query.delete(name));
    const box = map.getBounds();
    query.set("bbox", [clip(box.getWest(), 180), clip(box.getSouth(), 90), clip(box.getEast(), 180), clip(box.getNorth(), 90)].join());
    return query;
  };
  const light = (card, on) => {
    card.classList.toggle("card--lit", on);
    pins.get(card)?.setZIndexOffset(on ? 1000 : 0).getElement().classList.toggle("map-pin--named", on);
  };

  function pinCards() {
    cards.forEach((card) => {
      const html = document.createElement("span");
      html.textContent = card.querySelector("h2").textContent;
      const icon = L.divIcon({ className: "map-pin", iconSize: [44, 44], iconAnchor: [22, 40], html });
      const pin = L.marker(pointOf(card), { icon, keyboard: false }).addTo(map);
      pin.on("mouseover", () => light(card, true)).on("mouseout", () => light(card, false));
      pin.on("click", () => { card.scrollIntoView({ block: "center" }); card.querySelector("h2 a").focus(); });
      pins.set(card, pin);
      ["mouseenter", "focusin"].forEach((name) => card.addEventListener(name, () => light(card, true)));
      ["mouseleave", "focusout"].forEach((name) => card.addEventListener(name, () => light(card, false)));
    });
  }
  /* The server counts; a country is a few hundred marks. */
  async function count() {
    const query = search(), mine = asked = {};
    const answer = await fetch(`${data.dbMarks}?${query}`).then((reply) => (reply.ok ? reply.json() : null)).catch(() => null);
    if (!answer || asked !== mine) return;
    marks.clearLayers();
    answer.marks.forEach(([lat, lng, many]) => {
      const html = document.createElement("span");
      html.textContent = many;
      const side = many < 10 ? 28 : many < 1000 ? 36 : 48;
      const icon = L.divIcon({ className: "map-count", iconSize: [side, side], html });
      L.marker([lat, lng], { icon, keyboard: false }).on("click", () => map.setView([lat, lng], map.getZoom() + 2)).addTo(marks);
    });
    note.textContent = answer.said;
    again.href = `?${query}`;
    again.hidden = false;
  }
  async function show() {
    await dbFetch(data.dbStyles, data.dbScript);
    if (!map) {
      map = dbBaseMap(frame.querySelector(".map"), data, frame.querySelector("[data-db-tiles-note]"));
      marks = L.layerGroup().addTo(map);
      map.on("nostreets", () => { if (map.getZoom() > OUTLINES) map.setZoom(OUTLINES); });
      const box = data.dbBox ? data.dbBox.split(",").map(Number) : null;
      if (box) map.fitBounds([[box[1], box[0]], [box[3], box[2]]]);
      else if (cards.length) map.fitBounds(cards.map(pointOf), { padding: [40, 40], maxZoom: data.dbTiles ? STREETS : OUTLINES });
      else map.setView([-8, -72], 3);
      pinCards();
      map.on("moveend", count);
      count();
    }
    map.invalidateSize();
  }
  opener.hidden = false;
  opener.addEventListener("click", async () => {
    const open = opener.getAttribute("aria-expanded") !== "true";
    opener.setAttribute("aria-expanded", open);
    frame.hidden = !open;
    layout.classList.toggle("results--map", open);
    if (open) await show().catch(() => { note.textContent = data.dbGone; });
  });
})();
