/* What lies under every map: outlines and towns always, streets where a server answers. */
window.dbBaseMap = (element, data, note) => {
  "use strict";
  const map = L.map(element, { zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 19, scrollWheelZoom: false });
  L.control.zoom({ zoomInTitle: data.dbZoomIn, zoomOutTitle: data.dbZoomOut }).addTo(map);
  ["outlines", "towns"].forEach((name, n) => { map.createPane(name).style.zIndex = 150 + n; });
  const TOWNS = 14;
  let towns = [], streets = false;
  const names = L.layerGroup().addTo(map);

  function nameTowns() {
    names.clearLayers();
    if (streets || !towns.length) return;
    const taken = []; // the bigger one keeps its name
    towns.filter(([lat, lng]) => map.getBounds().contains([lat, lng])).forEach(([lat, lng, name]) => {
      const { x, y } = map.latLngToContainerPoint([lat, lng]);
      if (taken.length >= TOWNS || taken.some((at) => Math.abs(at.y - y) < 20 && Math.abs(at.x - x) < 150)) return;
      taken.push({ x, y });
      const label = document.createElement("span");
      label.textContent = name;
      const icon = L.divIcon({ className: "map-town", html: label, iconSize: [8, 8] });
      names.addLayer(L.marker([lat, lng], { icon, interactive: false, keyboard: false, pane: "towns" }));
    });
  }
  map.on("moveend", nameTowns);
  fetch(data.dbOutlines).then((answer) => answer.json()).then((drawing) => {
    towns = drawing.towns;
    L.geoJSON(drawing.land, { pane: "outlines", interactive: false, style: { className: "map-land", weight: 1, fillOpacity: 1 } }).addTo(map);
    if (map._loaded) nameTowns();
  }).catch(() => {});
  if (data.dbTiles) {
    const layer = L.tileLayer(data.dbTiles, { maxZoom: 19, referrerPolicy: "origin" });
    layer.on("tileload", () => { streets = true; note.textContent = ""; names.clearLayers(); });
    layer.on("tileerror", () => {
      if (streets || note.textContent) return;
      note.textContent = data.dbAway;
      map.fire("nostreets");
    });
    layer.addTo(map);
  }
  return map;
};
