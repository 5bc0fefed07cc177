/* The agenda's table by keyboard: one stop for Tab, arrows within, as in a grid of WAI-ARIA. */
(() => {
  "use strict";
  let key = "";
  const cellOf = (td) => td.querySelector("[data-db-cell]") ?? td;
  const tableOf = () => document.querySelector("[data-db-grid]");

  /* Which cell covers each row of each day: rows of the body by columns. */
  function plan(table) {
    const rows = [...table.tBodies[0].rows].map(() => []);
    [...table.tBodies[0].rows].forEach((row, r) => {
      let column = 0;
      [...row.cells].slice(1).forEach((td) => {
        while (rows[r][column]) column += 1;
        for (let n = 0; n < td.rowSpan && rows[r + n]; n += 1) rows[r + n][column] = td;
      });
    });
    return rows;
  }

  function rest(table) {
    const stops = [...table.querySelectorAll("[data-db-cell]")];
    const best = stops.find((stop) => stop.dataset.dbCell === key)
      ?? table.querySelector("td.is-visit:not(.is-over) [data-db-cell], td.is-free [data-db-cell]") ?? stops[0];
    stops.forEach((stop) => { stop.tabIndex = stop === best ? 0 : -1; });
  }

  function go(td) {
    if (!td) return;
    const stop = cellOf(td);
    key = stop.dataset.dbCell;
    rest(stop.closest("table"));
    stop.focus();
    stop.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    const stop = event.target.closest?.("[data-db-grid] tbody [data-db-cell]");
    if (!stop || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const table = stop.closest("table");
    const week = { PageUp: "dbPrevious", PageDown: "dbFollowing" }[event.key];
    if (week) {
      event.preventDefault();
      sessionStorage.setItem("db-grid", "1");
      location.assign(table.dataset[week]);
      return;
    }
    const rows = plan(table);
    const td = stop.closest("td");
    const first = rows.findIndex((row) => row.includes(td));
    const column = rows[first].indexOf(td);
    const aim = {
      ArrowUp: () => rows[first - 1]?.[column],
      ArrowDown: () => rows[first + td.rowSpan]?.[column],
      ArrowLeft: () => rows[first][column - 1],
      ArrowRight: () => rows[first][column + 1],
      Home: () => rows[first][0],
      End: () => rows[first].at(-1),
    }[event.key];
    if (!aim) return;
    event.preventDefault();
    go(aim());
  });
  document.addEventListener("focusin", (event) => {
    const stop = event.target.closest?.("[data-db-grid] [data-db-cell]");
    if (stop) key = stop.dataset.dbCell;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-db-print]")) print();
  });

  function bind() {
    const table = tableOf();
    if (!table) return;
    table.setAttribute("role", "grid");
    rest(table);
    if (sessionStorage.getItem("db-grid")) {
      sessionStorage.removeItem("db-grid");
      table.querySelector('[data-db-cell][tabindex="0"]')?.focus();
    }
  }
  bind();
  document.addEventListener("db:fresh", bind);
})();
