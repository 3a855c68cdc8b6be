/** Draw notices: text by textContent, newest last, each to be dismissed. */

import { sentence, target } from "./words.js";

const MOST = 5; // at a time; the oldest goes

/** Show an event. */
export function show(event, list, words) {
  const text = sentence(event, words);
  if (text === null) {
    return;
  }
  const toast = document.createElement("div");
  toast.className = "notice";
  toast.append(paragraph(text, "notice-what"));
  if (event.message && event.action === "change") {
    toast.append(paragraph(event.message, "notice-how"));
  }
  toast.append(...controls(event, toast, words));
  list.append(toast);
  while (list.children.length > MOST) {
    list.firstElementChild.remove();
  }
}

function paragraph(text, kind) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

function controls(event, toast, words) {
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.textContent = words.dismiss;
  dismiss.addEventListener("click", () => toast.remove());
  const address = target(event);
  if (address === null) {
    return [dismiss];
  }
  const open = document.createElement("a");
  open.href = address;
  open.textContent = words.open;
  return [open, dismiss];
}
