/* A figure enlarges in place, with its caption. Without this file the link around its picture opens the picture alone. */
(() => {
  "use strict";
  const links = document.querySelectorAll("a.enlarge");
  if (!links.length || !window.HTMLDialogElement) return;
  const words = document.currentScript.dataset;
  let dialog = null;
  let opener = null;

  const make = (name, className, parent) => {
    const found = document.createElement(name);
    found.className = className;
    parent.append(found);
    return found;
  };

  // One for all figures, made when it is first wanted. The browser keeps the focus inside and closes it on Escape.
  const build = () => {
    const made = make("dialog", "enlarged", document.body);
    const close = make("button", "btn quiet", made);
    close.type = "button";
    close.textContent = words.close;
    close.addEventListener("click", () => made.close());
    const figure = make("figure", "", made);
    make("img", "", figure);
    make("figcaption", "", figure);
    made.addEventListener("click", (event) => {
      if (event.target === made) made.close();
    });
    made.addEventListener("close", () => opener?.focus({ preventScroll: true }));
    return made;
  };

  // The caption's own words: marks of footnotes lead to places behind the dialog.
  const caption = (source) => {
    const copy = source.cloneNode(true);
    copy.querySelectorAll(".note-mark").forEach((mark) => mark.remove());
    copy.querySelectorAll("[id]").forEach((each) => each.removeAttribute("id"));
    return copy;
  };

  const open = (link) => {
    dialog ??= build();
    opener = link;
    const small = link.querySelector("img");
    const said = link.closest("figure").querySelector("figcaption");
    const figure = dialog.querySelector("figure");
    const text = link.closest("[lang]");
    figure.lang = text.lang;
    figure.dir = text.dir;
    const image = figure.querySelector("img");
    image.width = Number(small.getAttribute("width"));
    image.height = Number(small.getAttribute("height"));
    image.alt = small.alt;
    image.src = link.href;
    const below = figure.querySelector("figcaption");
    below.replaceChildren(...(said ? caption(said).childNodes : []));
    below.hidden = !below.childNodes.length;
    dialog.setAttribute("aria-label", below.textContent.trim() || small.alt);
    dialog.showModal();
  };

  links.forEach((link) => {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      // Another tab or window was asked for: the browser opens the picture there.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      open(link);
    });
  });
})();
