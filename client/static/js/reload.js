/** Load the page again, by itself: soon, but later and later while it does not help. */

import { delay } from "./backoff.js";

const LEAST = 1_000; // milliseconds
const COUNT = "live.reloads"; // in the tab's storage: a page that is loaded again remembers nothing else

let timer = null;

export function reloadLater() {
  if (timer !== null) return;
  const before = Number(sessionStorage.getItem(COUNT) ?? 0);
  sessionStorage.setItem(COUNT, before + 1);
  timer = setTimeout(() => location.reload(), LEAST + delay(before));
}

/** Say that the page works: the next time is a first one. */
export function reloadHelped() {
  sessionStorage.removeItem(COUNT);
}
