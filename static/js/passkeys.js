/* Buttons that ask the browser for a passkey: forms with data-db-passkey="get" or "create". */
(() => {
  "use strict";
  const forms = document.querySelectorAll("[data-db-passkey]");
  if (!window.webauthnJSON?.supported()) return;

  async function optionsOf(form) {
    const written = form.querySelector("script[type='application/json']");
    if (written) return JSON.parse(written.textContent);
    const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
    const answer = await fetch(form.action, { headers });
    if (!answer.ok) throw new Error("no options");
    return (await answer.json()).request_options;
  }

  /* Entering without a password needs a key that knows for whom it is, and asks who is there. */
  function forPasswordless(options, form) {
    const box = form.elements.passwordless;
    const choice = options.publicKey.authenticatorSelection;
    if (!box || !choice) return options;
    choice.residentKey = box.checked ? "required" : "discouraged";
    choice.requireResidentKey = box.checked;
    if (box.checked) choice.userVerification = "required";
    return options;
  }

  async function ask(form) {
    const failed = form.querySelector("[data-db-passkey-failed]");
    failed.hidden = true;
    try {
      const options = forPasswordless(await optionsOf(form), form);
      form.elements.credential.value = JSON.stringify(await window.webauthnJSON[form.dataset.dbPasskey](options));
      form.submit();
    } catch {
      form.dispatchEvent(new CustomEvent("db:rest", { bubbles: true }));
      failed.hidden = false;
      form.querySelector("button[type=submit]").focus();
    }
  }

  forms.forEach((form) => {
    form.querySelector("[data-db-passkey-without]").remove();
    form.querySelector("button[type=submit]").hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  });
})();
