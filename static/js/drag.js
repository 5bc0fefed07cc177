/* A visit that is dropped on another time of its clinic: its form opens with that time, and asks. */
(() => {
  "use strict";
  let visit = null;
  const timeUnder = (event) => {
    const cell = event.target.closest?.("[data-db-grid] td");
    const time = cell?.querySelector('a[data-db-panel="?"]');
    const query = new URLSearchParams(time?.search);
    return visit && query.get("consultorio") === visit.dataset.dbMove ? { cell, at: query.get("inicio") } : null;
  };
  const forget = () => document.querySelectorAll("td.is-target").forEach((cell) => cell.classList.remove("is-target"));

  document.addEventListener("dragstart", (event) => {
    visit = event.target.closest?.("[data-db-grid] a[data-db-move]") ?? null;
    if (!visit) return;
    event.dataTransfer.effectAllowed = "move";
    visit.classList.add("is-moving");
  });
  document.addEventListener("dragover", (event) => {
    forget();
    const time = timeUnder(event);
    if (!time) return;
    event.preventDefault();
    time.cell.classList.add("is-target");
  });
  document.addEventListener("drop", (event) => {
    const time = timeUnder(event);
    if (!time) return;
    event.preventDefault();
    location.assign(`${visit.pathname}reprogramar/?inicio=${time.at}`);
  });
  document.addEventListener("dragend", () => {
    forget();
    visit?.classList.remove("is-moving");
    visit = null;
  });
})();
