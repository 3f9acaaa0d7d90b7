/* Saves an answer as soon as it is chosen, and shows how much time is left. Without this file the form does the first
   and the page says the second. */
(() => {
  "use strict";
  const form = document.querySelector("form.attempt");
  if (form) {
    const status = form.querySelector(".saved");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    let sequence = Number(form.dataset.sequence);

    const say = (words, kind) => {
      status.className = kind ? `saved ${kind}` : "saved";
      status.textContent = kind ? words : `✓ ${words}`;
    };

    const response = (field) => {
      const chosen = [...field.querySelectorAll("input:checked")].map((input) => input.value);
      switch (field.dataset.response) {
        case "options": return { options: chosen };
        case "value": return chosen.length ? { value: chosen[0] === "true" } : null;
        default: return chosen.length ? { [field.dataset.response]: chosen[0] } : null;
      }
    };

    // What the server hasn't confirmed yet: sent again when the line is back, with its sequence, which does no harm.
    let unsent = null;
    let sending = null;

    const problem = async (answer) => {
      try {
        return (await answer.json()).code;
      } catch {
        return "";
      }
    };

    const push = async () => {
      const mine = unsent;
      if (!mine) return;
      sending?.abort();
      sending = new AbortController();
      try {
        const answer = await fetch(form.dataset.answer, {
          method: "PUT",
          credentials: "same-origin",
          keepalive: true,
          signal: sending.signal,
          headers: { "Content-Type": "application/json", "X-CSRFToken": token },
          body: JSON.stringify(mine),
        });
        if (mine !== unsent) return;
        if (answer.ok) {
          unsent = null;
          say(form.dataset.saved, "");
        } else if (answer.status === 401 || answer.status === 403) {
          say(form.dataset.signedOut, "refused");
        } else if (answer.status === 409) {
          unsent = null;
          say((await problem(answer)) === "stale_answer" ? form.dataset.refused : form.dataset.closed, "refused");
        } else {
          say(form.dataset.waiting, "waiting");
        }
      } catch {
        if (mine === unsent) say(form.dataset.waiting, "waiting");
      }
    };

    form.addEventListener("change", (event) => {
      const field = event.target.closest("[data-response]");
      const value = field && response(field);
      if (!value) return;
      sequence += 1;
      form.elements.sequence.value = sequence;
      unsent = { response: value, sequence };
      push();
    });
    addEventListener("online", push);
    setInterval(push, 5000);
  }

  const timer = document.querySelector(".timer");
  if (timer) {
    const left = timer.querySelector(".timer-left");
    const warning = timer.querySelector(".timer-warning");
    const ends = Date.now() + Number(timer.dataset.seconds) * 1000; // a phone's sleep counts as well
    const digits = new Intl.NumberFormat(document.documentElement.lang, { minimumIntegerDigits: 2, useGrouping: false });
    const said = new Set();
    // Within the server's grace: what is chosen on this page is handed in with the rest. Without a line it is tried
    // again; the server hands in by itself what was saved in time.
    const handIn = async () => {
      const closing = document.querySelector("form[data-hand-in]");
      const data = new FormData(closing);
      data.set("go", "submit");
      try {
        const answer = await fetch(closing.action, { method: "POST", body: new URLSearchParams(data), credentials: "same-origin" });
        location.assign(answer.url);
      } catch {
        warning.textContent = timer.dataset.over;
        setTimeout(handIn, 3000);
      }
    };
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
      left.textContent = `${digits.format(Math.floor(seconds / 60))}:${digits.format(seconds % 60)}`;
      for (const [limit, words] of [[60, timer.dataset.one], [300, timer.dataset.five]]) {
        if (seconds <= limit && !said.has(limit)) {
          said.add(limit);
          if (!said.has(60) || limit === 60) warning.textContent = words;
          break;
        }
      }
      if (seconds === 0) {
        clearInterval(every);
        handIn();
      }
    };
    const every = setInterval(tick, 1000);
    tick();
  }
})();
