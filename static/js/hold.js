/* The hold's minutes: counted quietly, said aloud at two minutes and at the end. */
(() => {
  "use strict";
  const say = (text) => document.dispatchEvent(new CustomEvent("db:say", { detail: text }));

  function count(part) {
    const data = part.dataset;
    // The visitor's clock may be wrong: only its pace is used.
    const skew = data.dbNow ? Date.parse(data.dbNow) - Date.now() : 0;
    const left = part.querySelector("[data-db-left]");
    let last = "";
    const words = (stage, minutes) => {
      if (stage === "over") return data.dbOver;
      return minutes === 1 ? data.dbOne : data.dbMany.replace("{n}", String(minutes));
    };
    (function tick() {
      if (!part.isConnected) return;
      const seconds = Math.round((Date.parse(data.dbUntil) - Date.now() - skew) / 1000);
      const stage = seconds <= 0 ? "over" : seconds <= 120 ? "late" : "calm";
      const text = words(stage, Math.ceil(seconds / 60));
      if (left && left.textContent !== text) left.textContent = text;
      part.classList.toggle("hold--late", stage !== "calm");
      if (stage !== last && stage !== "calm") say(stage === "over" ? data.dbOver : data.dbWarn);
      last = stage;
      if (seconds > 0) setTimeout(tick, 1000 * Math.min(10, seconds));
    })();
  }

  function bind() {
    document.querySelectorAll("[data-db-until]:not([data-db-bound])").forEach((part) => {
      part.dataset.dbBound = "1";
      count(part);
    });
  }
  bind();
  document.addEventListener("htmx:load", bind);
})();
