/* Makes questions handier: an order by buttons and dragging, words to drag, a picture to point at. All of it works
   through the form's own controls, which do without this file. */
(() => {
  "use strict";
  const changed = (control) => control.dispatchEvent(new Event("change", { bubbles: true }));
  const make = (tag, name, words = "") => Object.assign(document.createElement(tag), { className: name, textContent: words });

  // Numbers as the page writes them: browsers take other digits for Arabic unless they are told.
  const numbers = (element, options) => {
    const { lang } = element.closest("[lang]");
    return new Intl.NumberFormat(lang.startsWith("ar") ? `${lang}-u-nu-arab` : lang, options);
  };

  // By mouse, pen or finger: `item` follows the pointer, then `end(x, y)`; `over(x, y)` on the way.
  const drag = (handle, item, { over, end }) => {
    handle.classList.add("handle");
    handle.addEventListener("pointerdown", (down) => {
      if (down.button) return;
      down.preventDefault();
      handle.setPointerCapture(down.pointerId);
      item.classList.add("dragged");
      const move = (event) => {
        if (over) over(event.clientX, event.clientY);
        else item.style.transform = `translate(${event.clientX - down.clientX}px, ${event.clientY - down.clientY}px)`;
      };
      const stop = (event) => {
        handle.removeEventListener("pointermove", move);
        handle.removeEventListener("pointerup", stop);
        handle.removeEventListener("pointercancel", stop);
        if (event.type === "pointerup") end(event.clientX, event.clientY);
        item.classList.remove("dragged");
        item.style.transform = "";
      };
      handle.addEventListener("pointermove", move);
      handle.addEventListener("pointerup", stop);
      handle.addEventListener("pointercancel", stop);
    });
  };

  for (const field of document.querySelectorAll("[data-shape=order]")) {
    const list = field.querySelector(".ordering");
    if (!list || list.querySelector("select:disabled")) continue;
    const said = field.querySelector(".order-said");
    const digits = numbers(list);
    const selects = () => [...list.querySelectorAll("select")];
    const take = make("button", "btn quiet", field.dataset.take);
    take.type = "button";
    const settle = (row) => {
      selects().forEach((select, index) => (select.value = String(index + 1)));
      const words = row.querySelector("label").textContent;
      said.textContent = `${words} – ${field.dataset.place} ${digits.format([...list.children].indexOf(row) + 1)}`;
      if (take === document.activeElement) list.querySelector("button").focus();
      take.remove();
      changed(row.querySelector("select"));
    };
    for (const row of list.children) {
      const words = row.querySelector("label").textContent;
      const handle = make("span", "grip", "⠿");
      handle.setAttribute("aria-hidden", "true");
      row.prepend(handle);
      for (const [sign, name, other, put] of [
        ["↑", field.dataset.up, "previousElementSibling", "before"],
        ["↓", field.dataset.down, "nextElementSibling", "after"],
      ]) {
        const button = make("button", "mover", sign);
        button.type = "button";
        button.setAttribute("aria-label", `${name}: ${words}`);
        button.addEventListener("click", () => {
          row[other]?.[put](row);
          settle(row);
          button.focus();
        });
        row.append(button);
      }
      drag(handle, row, {
        over: (x, y) => {
          const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
          const [above, below] = [row.previousElementSibling, row.nextElementSibling];
          if (above && y < middle(above)) row.after(above); // what is dragged stays in place, or the pointer is lost
          else if (below && y > middle(below)) row.before(below);
        },
        end: () => settle(row),
      });
    }
    list.classList.add("by-hand");
    if (!selects().every((select) => select.value)) list.after(take);
    take.addEventListener("click", () => settle(list.firstElementChild));
  }

  // What can be chosen, to be dragged onto a row, or the rows to be dragged onto it. The selects stay for everybody.
  for (const field of document.querySelectorAll("[data-drag]")) {
    const select = field.querySelector("select:not(:disabled)");
    if (!select) continue;
    const tray = make("ul", "tray");
    tray.setAttribute("aria-hidden", "true");
    const choices = [...select.options].filter((option) => option.value).map((option) => {
      const choice = make("li", "", option.text);
      choice.dataset.value = option.value;
      return choice;
    });
    tray.append(...choices);
    field.querySelector(".parts").before(tray);
    const under = (x, y, what) => {
      const found = document.elementFromPoint(x, y)?.closest(what);
      return found && field.contains(found) ? found : null;
    };
    const place = (row, choice) => {
      const control = row?.querySelector("select");
      if (!control || !choice || control.value === choice.dataset.value) return;
      control.value = choice.dataset.value;
      changed(control);
    };
    if (field.dataset.drag === "choices") {
      for (const choice of choices) drag(choice, choice, { end: (x, y) => place(under(x, y, ".parts > li"), choice) });
    } else {
      for (const row of field.querySelectorAll(".parts > li")) {
        const handle = make("span", "grip", "⠿");
        handle.setAttribute("aria-hidden", "true");
        row.prepend(handle);
        drag(handle, row, { end: (x, y) => place(row, under(x, y, ".tray > li")) });
      }
    }
  }

  for (const box of document.querySelectorAll(".pointing[data-label]")) {
    const field = box.closest("fieldset");
    const [x, y, region] = ["x", "y", "region"].map((part) => field.querySelector(`[data-part=${part}]`));
    const mark = box.querySelector(".mark");
    const said = make("p", "sr-only");
    said.setAttribute("role", "status");
    const shown = numbers(box, { maximumFractionDigits: 0 });
    const draw = () => {
      const there = x.value !== "" && y.value !== "";
      mark.setAttribute("visibility", there ? "visible" : "hidden");
      mark.setAttribute("cx", `${x.value || 0}%`);
      mark.setAttribute("cy", `${y.value || 0}%`);
    };
    let waiting;
    const point = (left, top) => {
      const within = (value) => String(Math.round(Math.min(100, Math.max(0, value)) * 100) / 100);
      [x.value, y.value] = [within(left), within(top)];
      if (region) region.value = "";
      draw();
      said.textContent = [x, y].map((control) => `${control.labels[0].textContent}: ${shown.format(control.value)}`).join(", ");
      clearTimeout(waiting);
      waiting = setTimeout(() => changed(x), 500);
    };
    box.tabIndex = 0;
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", box.dataset.label);
    box.after(said);
    box.addEventListener("click", (event) => {
      const edge = box.querySelector("svg").getBoundingClientRect();
      point(((event.clientX - edge.left) / edge.width) * 100, ((event.clientY - edge.top) / edge.height) * 100);
    });
    box.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const step = event.shiftKey ? 5 : 1;
      const at = (control) => (control.value === "" ? 50 : Number(control.value));
      point(at(x) + way[0] * step, at(y) + way[1] * step);
    });
    for (const control of [x, y]) control.addEventListener("input", () => {
      if (region) region.value = "";
      draw();
    });
    region?.addEventListener("change", () => {
      if (region.value) x.value = y.value = "";
      draw();
    });
  }
})();
