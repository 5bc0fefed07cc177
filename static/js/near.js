/* "Near me" asks only when it is pressed; what leaves the browser is rounded to a kilometre. */
(() => {
  "use strict";
  const button = document.querySelector("[data-db-near]");
  if (!button || !navigator.geolocation) return;
  const say = (text) => document.dispatchEvent(new CustomEvent("db:say", { detail: text }));
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const query = new URLSearchParams(new FormData(button.form));
      ["lugar", "bbox", "pagina"].forEach((name) => query.delete(name));
      [...query].filter(([, value]) => !value).forEach(([name]) => query.delete(name));
      query.set("lat", coords.latitude.toFixed(2));
      query.set("lng", coords.longitude.toFixed(2));
      query.set("orden", "cerca");
      location.href = `${button.form.action}?${query}`;
    }, () => {
      button.removeAttribute("aria-busy");
      say(button.dataset.dbNear);
    }, { maximumAge: 600000, timeout: 10000 });
  });
  addEventListener("pageshow", () => button.removeAttribute("aria-busy"));
})();
