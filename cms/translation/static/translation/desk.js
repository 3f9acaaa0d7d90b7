/* The desk's paragraphs: saved as one types, kept in the browser until they are, shown both where two people wrote.
   Without this each paragraph is a form with a button. */
(() => {
  "use strict";
  const bar = document.querySelector("[data-desk]");
  if (!bar) return;
  const told = bar.dataset;
  const forms = [...document.querySelectorAll("[data-desk-paragraph]")];
  // Milliseconds: after the last key, before the first retry, before the last ones, and for what leads elsewhere to wait.
  const PAUSE = 1200, AGAIN = 4000, LONGEST = 60000, PATIENCE = 4000, MOST_SENT = 5;
  const JSON_PLEASE = { headers: { Accept: "application/json" }, credentials: "same-origin" };

  // Kept by where the paragraph stands and what it says, so that it is found again when the original was taken apart anew.
  const sections = [...document.querySelectorAll("[data-desk-key]")], mine = `desk:${told.person}:${told.translation}:`;
  const sectionOf = (form) => form.closest(".desk-paragraph"), placeOf = (form) => sectionOf(form).querySelector(".desk-place bdi").textContent;
  const kept = {
    name: (form) => mine + sectionOf(form).dataset.deskKey,
    get: (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
    put: (form) => { try { localStorage.setItem(kept.name(form), JSON.stringify({ text: value(form), base: form.elements.base.value, sent: form.sent, place: placeOf(form) })); } catch { /* full or forbidden */ } },
    drop: (name) => { try { localStorage.removeItem(name); } catch { /* forbidden */ } },
    // What belongs to no paragraph that there is now.
    left() {
      const known = new Set(sections.map((section) => mine + section.dataset.deskKey));
      try { return Object.keys(localStorage).filter((name) => name.startsWith(mine) && !known.has(name)); } catch { return []; }
    },
  };

  // In right-to-left fields each tag stands in an isolate of its own, else its brackets turn and its words change places.
  // Isolates are the field's alone: nothing is sent or kept with them.
  const TAG = /\u2066?(<[^<>]*>)\u2069?/g;
  const isolates = (form) => form.elements.text.dir === "rtl" && form.querySelector("[data-desk-tags]") !== null;
  const shown = (form, text) => (isolates(form) ? text.replace(TAG, "\u2066$1\u2069") : text);
  const value = (form) => {
    const text = form.elements.text.value;
    return isolates(form) ? text.replace(TAG, "$1").replace(/[\u2066\u2069]/g, "") : text;
  };
  // What was typed or pasted with tags is put in order when one leaves it: before, it would take the caret along.
  const isolate = (form) => {
    const field = form.elements.text, words = shown(form, value(form));
    if (isolates(form) && field.value !== words) field.value = words;
  };
  const isOpen = (form) => value(form) !== form.saved;
  const failed = (form) => Boolean(form.late || form.conflict || (form.refused && isOpen(form)));

  const make = (name, text = "", className = "") => {
    const element = document.createElement(name);
    element.textContent = text;
    element.className = className;
    return element;
  };

  const say = (form, text, kind = "") => {
    const status = form.querySelector("[data-desk-status]");
    status.textContent = text;
    status.dataset.kind = kind;
    count(forms.filter(failed).length);
  };

  const count = (unsaved) => {
    const line = bar.querySelector("[data-desk-unsaved]"), words = unsaved ? `${told.unsaved} ${unsaved}` : "";
    if (line.textContent !== words) line.textContent = words;
  };

  const put = (form, text) => {
    const field = form.elements.text;
    field.focus();
    field.select();
    // So that what stood there comes back with Ctrl+Z.
    const words = shown(form, text);
    if (!document.execCommand("insertText", false, words)) { field.value = words; typed(form); }
  };

  // The first paragraph that isn't whole, and what leads there.
  const missing = bar.querySelector("[data-desk-missing]");
  const firstOpen = () => forms.find((form) => !sectionOf(form).classList.contains("is-done"));
  if (missing) missing.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(firstOpen());
  });

  // How a paragraph stands -------------------------------------------------------------------------------------------

  const stands = (form, answer) => {
    const section = sectionOf(form), state = section.querySelector("[data-desk-state]"), field = form.elements.text;
    section.className = `desk-paragraph ${answer.problem ? "is-wrong" : answer.text ? "is-done" : ""}`;
    state.textContent = answer.problem ? told.wrong : answer.text ? told.done : told.empty;
    const button = form.querySelector("[type=submit]");
    button.textContent = told.save;
    // Whoever wrote here before didn't write this.
    const by = form.querySelector(".desk-by");
    if (by) by.remove();
    button.classList.add("button-secondary");
    if (answer.problem) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    bar.querySelector("[data-desk-done]").textContent = answer.words_done;
    bar.querySelector("[data-desk-total]").textContent = answer.words_total;
    missing.hidden = !firstOpen();
    document.querySelectorAll("[data-desk-hand-in] button").forEach((each) => each.classList.toggle("button-secondary", answer.words_done < answer.words_total));
  };

  // Tags stand out in what is shown, as they do in the original.
  const marked = (form, text) => (form.querySelector("[data-desk-tags]") ? text.split(/(<[^<>]*>)/) : [text]).map((part) => {
    if (!/^<.*>$/.test(part)) return part;
    return Object.assign(make("code", part, "desk-tag"), { dir: "ltr" });
  });

  // What is offered under a field: `{label, text, pieces?, of?, act?}`; `pieces` are what differs: from the original that it
  // belongs to, or in a text of `of` --------------------------------------------------------------------------------

  const offer = (form, entries) => {
    const place = form.querySelector("[data-desk-matches]"), field = form.elements.text;
    place.replaceChildren();
    entries.forEach(({ label, text, pieces, of, act }, index) => {
      const row = make("div", "", "desk-match"), words = document.createElement("div"), take = make("button", label, "button button-small button-secondary");
      const target = make("p");
      target.append(...marked(form, text));
      Object.assign(target, { lang: field.lang, dir: field.dir, id: `${field.id}-${index}` });
      words.append(target);
      if (pieces && pieces.length) {
        const before = make("p", "", "desk-before"), { lang, dir } = of || sectionOf(form).querySelector(".desk-source");
        Object.assign(before, { lang, dir });
        pieces.forEach(([kind, piece]) => before.append(kind === "same" ? piece : make(kind === "new" ? "ins" : "del", piece)));
        words.append(before);
      }
      take.type = "button";
      take.setAttribute("aria-describedby", target.id);
      take.addEventListener("click", () => (act ? act() : put(form, text)));
      row.append(take, words);
      place.append(row);
    });
  };

  // Two wrote: nothing is written any more until it is chosen which text stands.
  function conflict(form, answer) {
    form.conflict = answer;
    const choose = (text) => () => {
      form.elements.base.value = answer.base;
      form.conflict = null;
      offer(form, []);
      if (value(form) !== text()) put(form, text());
      save(form, true);
    };
    say(form, answer.by ? `${told.conflict} (${answer.by})` : told.conflict, "wrong");
    offer(form, [
      ...(answer.merged ? [{ label: told.both, text: answer.merged, act: choose(() => answer.merged) }] : []),
      { label: told.theirs, text: answer.theirs, pieces: answer.changes, of: form.elements.text, act: choose(() => answer.theirs) },
      { label: told.mine, text: "", act: choose(() => value(form)) },
    ]);
  }

  // Saving -----------------------------------------------------------------------------------------------------------

  async function save(form, confirm = false) {
    clearTimeout(form.timer);
    if (form.conflict) {
      if (confirm) form.querySelector("[data-desk-matches] button").focus();
      return;
    }
    if (form.running) { form.again = form.again || { confirm: false }; form.again.confirm ||= confirm; return form.running; }
    if (!isOpen(form) && !confirm) return;
    form.running = send(form).finally(() => {
      form.running = null;
      const again = form.again;
      form.again = null;
      // Whoever waits for this save waits for what was typed during it, too.
      return again && save(form, again.confirm);
    });
    return form.running;
  }

  async function send(form) {
    const sent = value(form), body = new FormData(form);
    body.set("text", sent);
    // What was sent and never answered may have arrived: what stands there then is no other's.
    form.sent.forEach((each) => body.append("sent", each));
    form.sent = [...form.sent.filter((each) => each !== sent), sent].slice(-MOST_SENT);
    if (isOpen(form)) kept.put(form);
    say(form, told.saving);
    let response, answer;
    try {
      response = await fetch(form.action, { ...JSON_PLEASE, method: "POST", body });
      if (response.status >= 500) throw new Error(response.status);
    } catch {
      form.late = true;
      say(form, told.waiting, "waiting");
      form.wait = Math.min((form.wait || AGAIN / 2) * 2, LONGEST);
      form.timer = setTimeout(() => save(form, true), form.wait);
      return;
    }
    form.wait = 0;
    try { answer = await response.json(); } catch {
      form.late = true;
      say(form, told.signedOut, "waiting");
      return;
    }
    form.late = false;
    form.sent = [];
    form.refused = !response.ok;
    if (response.ok) {
      form.elements.base.value = answer.text;
      form.saved = sent;
      if (isOpen(form)) kept.put(form); else kept.drop(kept.name(form));
      stands(form, answer);
      say(form, answer.problem || told.saved, answer.problem ? "wrong" : "saved");
      preview.isOld();
    } else if (answer.code === "text_changed") conflict(form, answer);
    else say(form, answer.message, "wrong");
  }

  function typed(form) {
    kept.put(form);
    clearTimeout(form.timer);
    if (!form.conflict) form.timer = setTimeout(() => save(form), PAUSE);
    fit(form.elements.text);
    tags(form);
  }

  // All that is typed is sent, or has waited long enough; it is kept in the browser then.
  const settled = () => Promise.race([
    Promise.all(forms.map((form) => save(form, Boolean(form.late)))),
    new Promise((done) => { setTimeout(done, PATIENCE); }),
  ]);

  function fit(field) {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 4}px`;
  }

  // Help -------------------------------------------------------------------------------------------------------------

  async function matches(form) {
    if (form.asked || !form.dataset.matches) return;
    form.asked = true;
    try {
      const response = await fetch(form.dataset.matches, JSON_PLEASE);
      const { items } = await response.json();
      if (form.conflict) return;
      const other = items.filter((each) => each.target !== value(form));
      offer(form, other.map((each) => ({ label: `${each.percent}%`, text: each.target, pieces: each.percent < 100 ? each.changes : null })));
      const status = form.querySelector("[data-desk-status]");
      if (!items.length && !form.elements.text.value && !status.textContent) say(form, told.none);
    } catch { form.asked = false; }
  }

  const buttons = (form) => [...form.querySelectorAll("[data-opens]")];
  const tags = (form) => buttons(form).forEach((each) => each.classList.toggle("is-there", form.elements.text.value.includes(each.dataset.opens)));

  function wrap(form, button) {
    const field = form.elements.text, { opens, closes } = button.dataset;
    const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
    const before = shown(form, opens) + chosen, after = closes && shown(form, closes), begin = field.selectionStart;
    field.focus();
    if (!document.execCommand("insertText", false, before + after)) { field.setRangeText(before + after); typed(form); }
    const end = begin + before.length + (chosen ? after.length : 0);
    field.setSelectionRange(end, end);
  }

  function wrapNext(form) {
    const next = buttons(form).find((each) => !each.classList.contains("is-there"));
    if (next) wrap(form, next);
  }

  // The preview stands beside the text where there is room for it, as it was scrolled; elsewhere the link opens a window.
  const preview = {
    link: bar.querySelector("[data-desk-preview]"),
    aside: document.querySelector(".desk-aside"),
    fits: () => matchMedia("(min-width: 64em)").matches,
    show() {
      const frame = preview.aside.firstElementChild, from = frame.contentWindow ? frame.contentWindow.scrollY : 0;
      preview.aside.hidden = false;
      frame.onload = () => frame.contentWindow.scrollTo(0, from);
      frame.src = preview.link.href;
      forms.forEach((form) => fit(form.elements.text));
    },
    isOld() {
      if (!preview.aside || preview.aside.hidden) return;
      clearTimeout(preview.timer);
      preview.timer = setTimeout(preview.show, PAUSE);
    },
  };
  if (preview.link) preview.link.addEventListener("click", (event) => {
    if (!preview.fits()) return;
    event.preventDefault();
    settled().then(preview.show);
  });

  const goTo = (form) => { form.elements.text.focus(); sectionOf(form).scrollIntoView({ block: "center" }); };
  const go = (form, step) => {
    const next = forms[forms.indexOf(form) + step];
    if (next) goTo(next);
  };
  // After the last paragraph: to the first one that isn't whole, else to what comes next. Not before the answer says how the last stands.
  const goOn = (form, saving) => {
    if (form !== forms.at(-1)) { go(form, 1); return; }
    saving.then(() => {
      if (document.activeElement !== form.elements.text || failed(form)) return;
      const open = firstOpen();
      if (open) { if (open !== form) goTo(open); return; }
      const next = document.querySelector("[data-desk-next] :is(button, a)");
      if (next) { next.focus(); next.scrollIntoView({ block: "center" }); }
    });
  };

  // Comments: said without leaving the page; what can't be sent stays in its field, and in the browser.
  const keptComment = (section) => `desk-comment:${told.person}:${told.translation}:${section.dataset.deskKey}`;
  const noted = ({ target }) => {
    const name = keptComment(sectionOf(target));
    if (!target.value.trim()) { kept.drop(name); return; }
    try { localStorage.setItem(name, JSON.stringify(target.value)); } catch { /* full or forbidden */ }
  };
  const unsaid = (place) => {
    const field = place.querySelector("textarea"), left = field && kept.get(keptComment(sectionOf(place)));
    if (typeof left === "string" && !field.value) { field.value = left; place.open = true; }
  };
  async function remark(event) {
    const form = event.target, section = sectionOf(form), place = section.querySelector("[data-desk-comments]"), said = form.elements.text;
    event.preventDefault();
    if (place.busy) return;
    place.busy = true;
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const now = response.ok && page.querySelector(`[data-desk-key="${section.dataset.deskKey}"] [data-desk-comments]`);
      if (!now) throw new Error(response.status);
      if (said) kept.drop(keptComment(section));
      place.innerHTML = now.innerHTML;
      unsaid(place);
      place.querySelector("summary").focus();
    } catch {
      const status = form.querySelector("[data-desk-status]") || section.querySelector("[data-desk-status]");
      status.textContent = told.waiting;
      status.dataset.kind = "waiting";
    } finally { place.busy = false; }
  }

  const keys = (form) => (event) => {
    const digit = event.altKey && !event.ctrlKey ? /^(?:Digit|Numpad)([01239])$/.exec(event.code) : null;
    const acts = {
      0: () => wrapNext(form),
      9: () => preview.link && preview.link.click(),
    };
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { const saving = save(form, true); if (!form.conflict) goOn(form, saving); }
    else if (event.key === "Enter" && event.altKey) {
      const place = sectionOf(form).querySelector("[data-desk-comments]");
      if (!place) return;
      place.open = true;
      place.querySelector("textarea").focus();
    }
    else if (event.altKey && event.key === "ArrowDown") go(form, 1);
    else if (event.altKey && event.key === "ArrowUp") go(form, -1);
    else if (digit && acts[digit[1]]) acts[digit[1]]();
    else if (digit) {
      const take = form.querySelectorAll("[data-desk-matches] button")[Number(digit[1]) - 1];
      if (!take) return;
      take.click();
    } else return;
    event.preventDefault();
  };

  forms.forEach((form) => {
    const field = form.elements.text, section = sectionOf(form), left = kept.get(kept.name(form));
    // What the server has: something else was typed while this was loaded, or filled in anew by the browser.
    const early = field.value !== field.defaultValue;
    form.saved = field.defaultValue;
    form.sent = (left && left.sent) || [];
    field.value = shown(form, field.value);
    fit(field);
    field.addEventListener("input", () => typed(form));
    field.addEventListener("blur", () => { isolate(form); save(form); });
    field.addEventListener("focus", () => matches(form));
    field.addEventListener("keydown", keys(form));
    form.addEventListener("submit", (event) => { event.preventDefault(); save(form, true); });
    const row = form.querySelector("[data-desk-tags]"), reuse = section.querySelector("[data-desk-reuse]");
    if (row) { row.hidden = false; tags(form); }
    buttons(form).forEach((each) => each.addEventListener("click", () => wrap(form, each)));
    if (reuse) {
      reuse.hidden = false;
      reuse.addEventListener("click", () => put(form, section.querySelector("[data-desk-earlier]").textContent));
    }
    // What the server never got, from before the line was down or the window closed.
    if (early && isOpen(form)) {
      if (left && ![form.saved, value(form)].includes(left.text)) {
        offer(form, [{ label: told.take, text: left.text }]);
        form.asked = true;
      }
      typed(form);
    } else if (left && left.text !== form.saved) {
      field.value = shown(form, left.text);
      form.elements.base.value = left.base;
      fit(field);
      save(form, true);
    } else if (left) kept.drop(kept.name(form));
  });

  // What was typed in a paragraph that has gone since is shown until somebody has no need of it.
  const gone = document.querySelector("[data-desk-gone]");
  kept.left().forEach((name) => {
    const left = kept.get(name);
    if (!left || !left.text) { kept.drop(name); return; }
    const row = gone.querySelector("template").content.firstElementChild.cloneNode(true), field = row.querySelector("textarea");
    row.querySelector("bdi").textContent = left.place;
    field.value = left.text;
    field.addEventListener("focus", () => field.select());
    row.querySelector("button").addEventListener("click", () => {
      kept.drop(name);
      row.remove();
      const next = gone.querySelector("textarea");
      gone.hidden = !next;
      (next || bar.querySelector("a")).focus();
    });
    gone.append(row);
    gone.hidden = false;
    fit(field);
  });

  document.querySelectorAll("[data-desk-comments]").forEach((place) => {
    unsaid(place);
    place.addEventListener("input", noted);
    place.addEventListener("submit", remark);
    place.addEventListener("keydown", (event) => {
      const field = place.closest(".desk-paragraph").querySelector("[data-desk-paragraph] textarea");
      if (event.key === "Escape" && field) field.focus();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) { event.preventDefault(); event.target.form.requestSubmit(); }
    });
  });

  // Whatever leads elsewhere waits for what was typed, and isn't done while some of that isn't saved: one is led there instead.
  document.querySelectorAll(".desk-bar form, [data-desk-leads]").forEach((form) => form.addEventListener("submit", (event) => {
    if (form.ready) return;
    event.preventDefault();
    // Not before this event is over: a form that is being submitted isn't submitted again.
    setTimeout(() => settled().then(() => {
      const unsaved = forms.filter((each) => failed(each) || isOpen(each));
      if (unsaved.length) {
        count(unsaved.length);
        goTo(unsaved[0]);
        return;
      }
      form.ready = true;
      form.requestSubmit(event.submitter);
      form.ready = false;
    }));
  }));
  // Lines break elsewhere where there is more room for them, or less.
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width !== width) forms.forEach((form) => fit(form.elements.text));
    ({ width } = contentRect);
  }).observe(document.querySelector(".desk-paragraphs"));
  window.addEventListener("online", () => forms.filter((form) => form.late).forEach((form) => save(form, true)));
  window.addEventListener("beforeunload", (event) => {
    if (forms.some(isOpen)) event.preventDefault();
  });
})();
