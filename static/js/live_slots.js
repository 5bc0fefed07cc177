/* The slot picker refreshes itself when times come or go, and stays where the visitor is. */
(() => {
  "use strict";
  const picker = () => document.getElementById("horarios");
  const say = (text) => document.dispatchEvent(new CustomEvent("db:say", { detail: text }));
  // A crowd that looks at one doctor shall not come back in the same moment.
  const SPREAD = 700;
  let timer = 0;

  /* What a link offers, whatever list it stands in now. */
  const find = (root, held) => held && (
    (held.id && root.querySelector(`#${CSS.escape(held.id)}`)) ||
    (held.href && [...root.querySelectorAll("a")].find((link) => link.href === held.href)));

  function swap(old, fresh) {
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    const open = [...old.querySelectorAll("details")].map((part) => part.open);
    const same = old.innerHTML === fresh.innerHTML;
    fresh.querySelectorAll("details").forEach((part, n) => { part.open = Boolean(open[n]); });
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    if (same) return;
    const again = find(fresh, held);
    if (held) (again || document.getElementById("horarios-titulo")).focus({ preventScroll: true });
    say(held && !again ? fresh.dataset.dbLiveGone : fresh.dataset.dbLiveChanged);
  }

  async function refresh() {
    const old = picker();
    if (!old) return;
    if (old.querySelector("[aria-busy]")) { // on the way to another page, or not
      setTimeout(later, 2000);
      return;
    }
    const got = await dbRead(old.dataset.dbLiveSelf);
    // The server is being restarted, or asks for patience: the change is still to be shown.
    if (!got || got.answer.status >= 500 || got.answer.status === 429) setTimeout(later, 2000);
    if (!got?.answer.ok || got.answer.redirected) return;
    const fresh = new DOMParser().parseFromString(got.text, "text/html").getElementById("horarios");
    if (!old.isConnected) later(); // another week was asked for meanwhile
    else if (fresh) swap(old, document.adoptNode(fresh));
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(refresh, 100 + Math.random() * SPREAD);
  }
  document.addEventListener("db:changed", later);
})();
