/* «Mostrar» beside a password, so that it need not be typed twice. */
(() => {
  "use strict";
  document.querySelectorAll("[data-db-secret]").forEach((part) => {
    const input = part.querySelector("input");
    const button = document.createElement("button");
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? part.dataset.dbHide : part.dataset.dbShow;
      button.setAttribute("aria-label", shown ? part.dataset.dbHideName : part.dataset.dbShowName);
    };
    button.type = "button";
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => show(input.type === "password"));
    // A browser offers to keep a password only from a password field.
    input.form?.addEventListener("submit", () => show(false));
    part.append(button);
    show(false);
  });
})();
