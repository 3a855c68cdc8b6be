/** Draw values into elements: the element with `data-field="x"` shows the value of x. */

import { write } from "./text.js";

const HIGHLIGHT = 2_000; // milliseconds; as long as the animation in client.css
const timers = new WeakMap(); // of the elements that are marked

/** Draw what differs, and let it show briefly that it did. */
export function drawFields(root, values) {
  for (const element of root.querySelectorAll("[data-field]")) {
    const text = textOf(element, values[element.dataset.field]);
    if (text === element.textContent) continue;
    write(element, text);
    highlight(element);
  }
}

/** Mark an element as just changed. */
export function highlight(element) {
  clearTimeout(timers.get(element));
  element.classList.remove("changed");
  void element.offsetWidth; // makes the browser begin the animation anew
  element.classList.add("changed");
  timers.set(element, setTimeout(() => element.classList.remove("changed"), HIGHLIGHT));
}

function textOf(element, value) {
  if (typeof value === "boolean") return value ? element.dataset.true : element.dataset.false;
  return String(value ?? "");
}
