/* Somebody types or reads in an open page: the session is in use, though nothing is sent. */
(() => {
  "use strict";
  const address = document.currentScript.dataset.dbStay;
  const EVERY = 4 * 60 * 1000; // the shortest limit is well above it
  let told = Date.now();

  function tell() {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!token || Date.now() - told < EVERY) return;
    told = Date.now();
    const body = new URLSearchParams({ csrfmiddlewaretoken: token.value });
    fetch(address, { method: "POST", body }).catch(() => null);
  }

  ["pointerdown", "keydown", "wheel", "touchmove"].forEach((name) => {
    document.addEventListener(name, tell, { passive: true, capture: true });
  });
})();
