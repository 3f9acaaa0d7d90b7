/* Saves an answer as soon as it is chosen, and shows how much time is left. Without this file the form does the first
   and the page says the second. */
(() => {
  "use strict";
  // Where an answer is final, only its button sends it.
  const form = document.querySelector("form.attempt:not(.final)");
  if (form) {
    const status = form.querySelector(".saved");
    let sequence = Number(form.dataset.sequence);

    const say = (words, kind) => {
      status.className = kind ? `saved ${kind}` : "saved";
      status.textContent = kind ? words : `✓ ${words}`;
    };

    // As each type's schema has it; null for what isn't an answer yet.
    const response = (field) => {
      const name = field.dataset.response;
      const chosen = [...field.querySelectorAll("input:checked")].map((input) => input.value);
      const controls = [...field.querySelectorAll("[data-part]")];
      const filled = controls.filter((control) => control.value.trim());
      const parts = Object.fromEntries(filled.map((control) => [control.dataset.part, control.value]));
      const order = Object.keys(parts).sort((one, other) => parts[one] - parts[other]);
      switch (field.dataset.shape ?? name) {
        case "options": return { options: chosen };
        case "value": return chosen.length ? { value: chosen[0] === "true" } : null;
        case "text": return { text: field.querySelector("input, textarea").value };
        case "map": return { [name]: parts };
        case "order": return new Set(Object.values(parts)).size === controls.length ? { [name]: order } : null;
        case "fields":
          if (!parts.number) return { number: "" };
          return filled.length === controls.length ? parts : null;
        case "point":
          if (parts.region) return { region: parts.region };
          return parts.x && parts.y ? { x: Math.round(parts.x * 100), y: Math.round(parts.y * 100) } : null;
        default: return chosen.length ? { [name]: chosen[0] } : null;
      }
    };

    // What the server hasn't confirmed yet: sent again when the line is back, with its sequence, which does no harm.
    let unsent = null;
    let sending = null;
    let signedOut = false;

    const problem = async (answer) => {
      try {
        return await answer.json();
      } catch {
        return {};
      }
    };

    const put = async (mine, signal) => {
      const body = JSON.stringify(mine);
      try {
        const answer = await withToken((token) => fetch(form.dataset.answer, {
          method: "PUT",
          credentials: "same-origin",
          keepalive: body.length < 15000, // browsers keep 64 kB alive, not more
          signal,
          headers: { "Content-Type": "application/json", "X-CSRFToken": token },
          body,
        }), signal);
        if (mine !== unsent) return;
        if (answer.status < 500) signedOut = answer.status === 401;
        if (answer.ok) {
          unsent = null;
          say(form.dataset.saved, "");
        } else if (answer.status === 401) {
          say(form.dataset.signedOut, "refused");
        } else if (answer.status === 409) {
          unsent = null;
          say((await problem(answer)).code === "stale_answer" ? form.dataset.refused : form.dataset.closed, "refused");
        } else if (answer.status === 400 || answer.status === 403) {
          unsent = null;
          say((await problem(answer)).detail ?? "", "refused");
        } else {
          say(form.dataset.waiting, "waiting");
        }
      } catch {
        if (mine === unsent) say(form.dataset.waiting, "waiting");
      }
    };

    // Only for a newer answer, or for a line that is dead, is what is under way given up.
    const push = () => {
      if (!unsent || sending?.answer === unsent) return sending?.done;
      sending?.abort();
      const line = Object.assign(new AbortController(), { answer: unsent });
      const patience = setTimeout(() => line.abort(), 30000);
      sending = line;
      line.done = put(unsent, line.signal).finally(() => {
        clearTimeout(patience);
        if (sending === line) sending = null;
      });
      return line.done;
    };

    let sent = "";
    const keep = (field) => {
      const value = field && response(field);
      if (!value || JSON.stringify(value) === sent) return;
      sent = JSON.stringify(value);
      sequence += 1;
      form.elements.sequence.value = sequence;
      unsent = { response: value, sequence };
      push();
    };
    form.addEventListener("change", (event) => keep(event.target.closest("fieldset.question")));
    // Long texts are kept while they are written.
    let writing;
    form.addEventListener("input", (event) => {
      if (event.target.localName !== "textarea") return;
      clearTimeout(writing);
      writing = setTimeout(() => keep(event.target.closest("fieldset.question")), 3000);
    });
    // What somebody sends who is signed out is lost: it waits on the page until saving works again.
    form.addEventListener("submit", async (event) => {
      if (!signedOut) return;
      event.preventDefault();
      await push();
      if (!signedOut) form.requestSubmit(event.submitter);
    });
    addEventListener("online", push);
    setInterval(push, 5000);
  }

  const timer = document.querySelector(".timer");
  if (timer) {
    const left = timer.querySelector(".timer-left");
    const warning = timer.querySelector(".timer-warning");
    const ends = Date.now() + Number(timer.dataset.seconds) * 1000; // a phone's sleep counts as well
    const { lang } = document.documentElement;
    const digits = new Intl.NumberFormat(lang.startsWith("ar") ? `${lang}-u-nu-arab` : lang, { minimumIntegerDigits: 2, useGrouping: false });
    const said = new Set();
    // Within the server's grace: what is chosen on this page is handed in with the rest, unless more time was given since
    // the page was shown. Without a line, or where the server can't just now, it is tried again; the server hands in by
    // itself what was saved in time.
    const handIn = async () => {
      const closing = document.querySelector("form[data-hand-in]");
      const send = () => {
        const data = new FormData(closing);
        data.set("go", "over");
        return fetch(closing.action, { method: "POST", body: new URLSearchParams(data), credentials: "same-origin" });
      };
      try {
        const answer = await withToken(send);
        if (answer.status < 500 && ![408, 429].includes(answer.status)) return location.assign(answer.url);
      } catch {
        // Tried again below.
      }
      warning.textContent = timer.dataset.over;
      setTimeout(handIn, 3000);
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
