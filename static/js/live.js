/* An open page hears of changes: by a stream, or by asking again where no stream gets through.
   data-db-live: the stream; data-db-live-poll: where to ask, without it the page looks again by
   itself; data-db-live-cursor: what is known.
   Says db:changed to the scripts of the page, and db:over when the session has ended. It is the
   last of them: what it says before they listen, nobody would ever hear. */
(() => {
  "use strict";
  const part = () => document.querySelector("[data-db-live]");
  if (!part()) return;
  const ASK_EVERY = 10000; // where there is no stream
  const TRY_AGAIN = 30000; // after a stream that was refused
  const SILENCE = 8000; // a proxy that keeps everything to itself
  const UNSEEN = 20000; // a hidden page gives its connection back
  let cursor = part().dataset.dbLiveCursor;
  let source = null;
  let asking = 0;
  let again = 0;
  let away = 0;
  const tell = (name) => document.dispatchEvent(new CustomEvent(name));
  const from = (address) => `${address}?desde=${encodeURIComponent(cursor)}`;

  function close() {
    source?.close();
    source = null;
    [asking, again].forEach(clearTimeout);
    asking = again = 0;
  }

  async function ask() {
    clearTimeout(asking);
    try {
      if (!part().dataset.dbLivePoll) return;
      const answer = await fetch(from(part().dataset.dbLivePoll), { headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 404) {
        close();
        tell("db:over");
        return;
      }
      if (answer.ok) {
        const told = await answer.json();
        cursor = told.cursor;
        if (told.is_new) tell("db:changed");
      }
    } catch { /* the network is away: the next question may get through */ }
    if (again) asking = setTimeout(ask, ASK_EVERY);
  }

  /* No stream for now: ask at once, go on asking, and try a stream again later. */
  function fallBack() {
    close();
    again = setTimeout(open, TRY_AGAIN);
    ask();
  }

  function open() {
    close();
    if (!window.EventSource) {
      fallBack();
      return;
    }
    source = new EventSource(from(part().dataset.dbLive));
    const silence = setTimeout(fallBack, SILENCE);
    source.addEventListener("ready", (event) => {
      clearTimeout(silence);
      cursor = event.lastEventId;
      if (JSON.parse(event.data).is_lost) tell("db:changed");
    });
    source.addEventListener("change", (event) => {
      cursor = event.lastEventId;
      tell("db:changed");
    });
    source.addEventListener("error", (event) => {
      // After a cut the browser comes again by itself; a refusal is final.
      if (event.target.readyState !== EventSource.CLOSED) return;
      clearTimeout(silence);
      if (event.target === source) fallBack();
    });
  }

  const back = () => { open(); tell("db:changed"); }; // time alone takes times away, too
  document.addEventListener("visibilitychange", () => {
    clearTimeout(away);
    if (document.hidden) away = setTimeout(close, UNSEEN);
    else if (!source && !again) back();
  });
  document.addEventListener("db:over", close);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) back(); });
  open();
})();
