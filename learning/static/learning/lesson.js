/* A lesson that remembers the place, keeps notes as they are typed and bookmarks without leaving the page. Without this
   file the forms do the two last, and the page leads to the section where another device stopped. */
(() => {
  "use strict";
  const words = document.currentScript.dataset;

  const call = (method, address, body) =>
    withToken((token) => fetch(address, {
      method,
      credentials: "same-origin",
      keepalive: true,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: body && JSON.stringify(body),
    }));

  // Said once: a status that is written anew is read out anew.
  const say = (status, text, kind) => {
    const shown = kind || !text ? text : `✓ ${text}`;
    status.className = kind ? `saved ${kind}` : "saved";
    if (status.textContent !== shown) status.textContent = shown;
  };

  const problem = async (answer) => {
    try {
      return await answer.json();
    } catch {
      return {};
    }
  };

  const signedOut = (answer) => answer.status === 401;

  // ---- The place, and the time that was spent reading ---------------------------------------------------------------

  const place = document.querySelector(".place-now");
  if (place) {
    const GAP = 20000; // at most one message in that time
    const IDLE = 300000; // somebody who touches nothing for so long isn't reading
    const END = 10000;
    const MOST = 100;
    const { course, unit, language } = place.dataset;
    const article = document.querySelector(".reader-main > article");
    const status = place.querySelector(".saved");
    const left = place.querySelector(".place-left");
    // An enrolment's own: another person in this tab sends nothing of the first one's.
    const store = `learning.places.${place.dataset.enrolment}`;

    const load = (name, fallback) => {
      try {
        return JSON.parse(sessionStorage.getItem(name)) ?? fallback;
      } catch {
        return fallback;
      }
    };
    const keep = (name, value) => {
      try {
        sessionStorage.setItem(name, JSON.stringify(value));
      } catch {
        // Full, or forbidden: what is sent at once still is.
      }
    };
    let queue = load(store, []);
    let last = load(`${store}.at`, 0);

    const id = () =>
      crypto.randomUUID?.() ??
      "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
        (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

    const measure = () => {
      const box = article.getBoundingClientRect();
      const share = (pixels) => Math.min(1, Math.max(0, pixels / (box.height || 1)));
      const seen = share(innerHeight - box.top);
      return { seen, position: seen === 1 ? END : Math.round(share(-box.top) * END) };
    };

    const lang = document.documentElement.lang;
    const time = new Intl.NumberFormat(lang.startsWith("ar") ? `${lang}-u-nu-arab` : lang, {
      style: "unit", unit: "minute", unitDisplay: "long",
    });
    const showLeft = () => {
      const minutes = Math.ceil(Number(place.dataset.minutes) * (1 - measure().seen));
      left.textContent = minutes ? words.left.replace("{time}", time.format(minutes)) : words.read;
    };

    // Seconds in which the page was seen and somebody was there. A device that slept has read nothing meanwhile.
    let seconds = 0;
    let ticked = Date.now();
    let active = Date.now();
    const tick = () => {
      const now = Date.now();
      if (document.visibilityState === "visible" && now - active < IDLE) seconds += Math.min(now - ticked, 2000) / 1000;
      ticked = now;
    };

    let told = Number(place.dataset.position ?? measure().position);
    let later = 0;
    let sending = false;

    // What happened since the last message, as an event. One that waits and was never sent takes the new in.
    const note = () => {
      tick();
      const { position } = measure();
      const spent = Math.floor(seconds);
      if (Math.abs(position - told) < 50 && spent < 10) return;
      const waiting = queue.at(-1);
      const same = waiting && !waiting.sent && waiting.event.unit === unit;
      const event = {
        id: same ? waiting.event.id : id(),
        course, unit, language,
        verb: "progressed",
        occurred_at: new Date().toISOString(),
        seconds: spent + (same ? waiting.event.seconds : 0),
        data: { position },
      };
      queue = [...(same ? queue.slice(0, -1) : queue), { event, sent: false }].slice(-MOST);
      keep(store, queue);
      seconds -= spent;
      told = position;
      send();
    };

    const again = (wait) => {
      clearTimeout(later);
      later = setTimeout(send, wait);
    };

    const send = async () => {
      if (!queue.length || sending) return;
      const wait = last + GAP - Date.now();
      if (wait > 0) return again(wait);
      last = Date.now();
      keep(`${store}.at`, last);
      // What is under way isn't changed any more: sending the same again does no harm, sending another under its id would.
      queue = queue.map((each) => ({ ...each, sent: true }));
      keep(store, queue);
      sending = true;
      try {
        const answer = await call("POST", place.dataset.events, { events: queue.map((each) => each.event) });
        if (answer.ok) {
          const taken = new Map((await answer.json()).items.map((each) => [each.id, each.status]));
          const refused = queue.some((each) => taken.get(each.event.id) === "rejected");
          queue = queue.filter((each) => !taken.has(each.event.id));
          keep(store, queue);
          say(status, refused ? words.refused : words.kept, refused ? "refused" : "");
        } else if (signedOut(answer)) {
          say(status, words.signedOut, "refused");
        } else {
          say(status, words.waiting, "waiting");
        }
      } catch {
        say(status, words.waiting, "waiting");
      }
      sending = false;
      if (queue.length) again(GAP);
    };

    let pause = 0;
    addEventListener("scroll", () => {
      active = Date.now();
      clearTimeout(pause);
      pause = setTimeout(() => { showLeft(); note(); }, 1500);
    }, { passive: true });
    for (const kind of ["keydown", "pointerdown", "pointermove"]) {
      addEventListener(kind, () => { tick(); active = Date.now(); }, { passive: true });
    }
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") note();
      else { ticked = active = Date.now(); }
    });
    addEventListener("pagehide", note);
    addEventListener("online", () => { last = 0; send(); });
    setInterval(tick, 1000);
    place.hidden = false;
    showLeft();
    send();

    // Back to the place: at once where the address asks for it, else by the link at the head.
    const bar = document.getElementById("continue");
    const goOn = () => {
      const box = article.getBoundingClientRect();
      scrollTo({ top: scrollY + box.top + (Number(place.dataset.position) / END) * box.height, behavior: "instant" });
      const here = [...article.children].find((each) => each.getBoundingClientRect().bottom > 40);
      if (here) {
        here.tabIndex = -1;
        here.focus({ preventScroll: true });
      }
    };
    if (bar) {
      bar.hidden = false;
      bar.querySelector("a").addEventListener("click", (event) => {
        event.preventDefault();
        goOn();
      });
      const way = performance.getEntriesByType("navigation")[0]?.type;
      if (location.hash === "#continue" && way === "navigate") {
        if (document.readyState === "complete") goOn();
        else addEventListener("load", goOn, { once: true });
      }
    }
  }

  // ---- The note -----------------------------------------------------------------------------------------------------

  document.querySelectorAll(".note-form").forEach((form) => {
    const after = form.querySelector(".after"); // what a reflection says once something is written
    const text = form.elements.text;
    const version = form.elements.version;
    const status = form.querySelector(".saved");
    const conflict = form.querySelector(".note-conflict");
    const other = form.querySelector(".note-other");
    let saved = text.value;
    let theirs = null; // what is saved instead, while somebody has to decide
    let timer = 0;
    let under = null;

    const later = (wait) => {
      clearTimeout(timer);
      timer = setTimeout(save, wait);
    };

    const save = async () => {
      clearTimeout(timer);
      if (theirs || under || text.value === saved) return;
      const mine = under = text.value;
      say(status, words.saving, "waiting");
      try {
        const answer = await call("PUT", form.dataset.api, { text: mine, version: Number(version.value) });
        if (answer.ok) {
          version.value = (await answer.json()).version;
          saved = mine;
          if (after) after.hidden = !saved.trim();
          say(status, words.saved, "");
        } else if (answer.status === 409) {
          const { saved: found } = await problem(answer);
          if (found) {
            theirs = found;
            other.textContent = theirs.text;
            conflict.hidden = false;
          }
          say(status, words.unsaved, "refused");
        } else if (signedOut(answer)) {
          say(status, words.signedOut, "refused");
        } else {
          say(status, (await problem(answer)).detail || words.unsaved, "refused");
        }
      } catch {
        say(status, words.waiting, "waiting");
        later(10000);
      }
      under = null;
      if (saved === mine && text.value !== mine) later(1500);
    };

    const decided = (value) => {
      version.value = theirs.version;
      saved = theirs.text;
      text.value = value;
      theirs = null;
      conflict.hidden = true;
      text.focus();
      if (text.value === saved) say(status, words.saved, "");
      else save();
    };

    text.addEventListener("input", () => later(1500));
    text.addEventListener("blur", save);
    addEventListener("online", save);
    addEventListener("pagehide", save);
    addEventListener("beforeunload", (event) => {
      if (text.value !== saved && status.matches(".waiting, .refused")) event.preventDefault();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save();
    });
    form.querySelector("[data-keep-mine]").addEventListener("click", () => decided(text.value));
    form.querySelector("[data-take-other]").addEventListener("click", () => decided(theirs.text));
  });

  // ---- Bookmarks ----------------------------------------------------------------------------------------------------

  document.querySelectorAll("form.bookmark").forEach((mark) => {
    mark.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { section, keep } = mark.elements;
      const wanted = keep.value === "yes";
      const button = mark.querySelector("button");
      try {
        const answer = wanted
          ? await call("PUT", mark.dataset.api, { section: section.value })
          : await call("DELETE", `${mark.dataset.api}?section=${encodeURIComponent(section.value)}`);
        if (!answer.ok) return mark.submit();
      } catch {
        return mark.submit();
      }
      keep.value = wanted ? "no" : "yes";
      button.classList.toggle("on", wanted);
      button.querySelector("span").textContent = wanted ? words.drop : words.keep;
    });
  });
})();
