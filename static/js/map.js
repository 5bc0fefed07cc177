/* A map whose pin writes into the fields of latitude and longitude; the fields stay the truth. */
(() => {
  "use strict";
  const frame = document.querySelector("[data-db-map]");
  if (!frame || !window.L) return;
  const data = frame.dataset;
  const form = frame.closest("form");
  const fields = [form.elements.latitude, form.elements.longitude];
  const numbers = (texts) => texts.map((text) => Number.parseFloat(text.replace(",", ".").replace("−", "-")));
  const onEarth = ([lat, lng]) => Math.abs(lat) <= 90 && Math.abs(lng) <= 180;
  const pointOf = (texts) => (texts && onEarth(numbers(texts)) ? L.latLng(numbers(texts)) : null);
  const typed = () => pointOf(fields.map((field) => field.value));
  const ofCity = () => pointOf(form.querySelector("[name=city]:checked")?.dataset.dbPoint?.split(","));
  const STREET = 16, TOWN = 13, REGION = 8, STEP = 8;

  const map = dbBaseMap(frame, data, form.querySelector("[data-db-map-note]"));
  map.on("nostreets", () => { if (map.getZoom() > REGION) map.setZoom(REGION); });

  /* The pin ---------------------------------------------------------------- */
  const icon = L.divIcon({ className: "map-pin", iconSize: [44, 44], iconAnchor: [22, 40] });
  const pin = L.marker([0, 0], { icon, draggable: true, autoPan: true, title: data.dbPin });
  function place(point, zoom) {
    pin.setLatLng(point).addTo(map);
    if (zoom) map.setView(point, zoom);
    else if (!map.getBounds().contains(point)) map.panTo(point);
  }
  function keep(point) {
    const { lat, lng } = point.wrap();
    [lat, lng].forEach((degrees, n) => { fields[n].value = degrees.toFixed(5); });
  }
  pin.on("dragend", () => keep(pin.getLatLng()));
  map.on("click", ({ latlng }) => { place(latlng); keep(latlng); });
  pin.on("add", () => {
    pin.getElement().addEventListener("keydown", (event) => {
      const way = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] }[event.key];
      if (!way) return;
      event.preventDefault();
      event.stopPropagation();
      place(map.containerPointToLatLng(map.latLngToContainerPoint(pin.getLatLng()).add(way)));
      keep(pin.getLatLng());
    });
  });
  form.addEventListener("change", (event) => {
    const point = event.target.name === "city" ? ofCity() : fields.includes(event.target) && typed();
    if (!point) return;
    place(point, event.target.name === "city" ? TOWN : 0);
    if (event.target.name === "city") keep(point);
  });

  const start = typed() || ofCity();
  if (start) place(start, typed() ? STREET : TOWN);
  else map.setView([-8, -72], 3);
})();
