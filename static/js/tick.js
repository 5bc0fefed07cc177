/* What shows minutes grows old by itself: every data-db-tick seconds the page looks again. */
(() => {
  "use strict";
  const part = document.querySelector("[data-db-tick]");
  if (!part) return;
  setInterval(() => {
    if (!document.hidden) document.dispatchEvent(new CustomEvent("db:changed"));
  }, Number(part.dataset.dbTick) * 1000);
})();
