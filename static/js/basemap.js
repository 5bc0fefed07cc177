/* What lies under every map of a public page: outlines always, streets where a server answers. */
window.dbBaseMap = (element, data, note) => {
  "use strict";
  const map = L.map(element, { zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 19, scrollWheelZoom: false });
  L.control.zoom({ zoomInTitle: data.dbZoomIn, zoomOutTitle: data.dbZoomOut }).addTo(map);
  map.createPane("outlines").style.zIndex = 150;
  fetch(data.dbOutlines).then((answer) => answer.json()).then(({ land }) => {
    L.geoJSON(land, { pane: "outlines", interactive: false, style: { className: "map-land", weight: 1, fillOpacity: 1 } }).addTo(map);
  }).catch(() => {});
  if (data.dbTiles) {
    const layer = L.tileLayer(data.dbTiles, { maxZoom: 19, referrerPolicy: "origin" });
    layer.on("tileload", () => { note.textContent = ""; });
    layer.once("tileerror", () => { note.textContent = data.dbAway; });
    layer.addTo(map);
  }
  return map;
};
