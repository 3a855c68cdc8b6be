/** The page `/clock/`: each push and each answer is the last tick. Between them it only looks how old that is. */

import { initialState } from "./initial.js";
import { live, whole } from "./page.js";
import { write } from "./text.js";
import { isOvertaken, reading, stopwatch } from "./tick.js";

const LOOK = 250; // milliseconds

const [face, day, pause, note] = ["clock", "clock-day", "pause", "paused"].map((id) => document.getElementById(id));
const loading = performance.now(); // since the page was asked for: it was rendered after that
let state = initialState();
let told = stopwatch();
let before = loading;
let paused = false;

live(whole("clock", take, { changed: "clock.ticked", snapshot: "clock.now" }));
pause.addEventListener("click", toggle);
document.addEventListener("visibilitychange", draw);
setInterval(draw, LOOK); // a tick that does not come says nothing
draw();

function take(newest) {
  if (isOvertaken(newest, state)) return;
  state = newest;
  told = stopwatch();
  before = 0;
  draw();
}

function draw() {
  if (paused) return;
  const { face: time, day: date } = reading(state, before + told(), face.dataset);
  write(face, time);
  write(day, date);
}

function toggle() {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  note.textContent = paused ? note.dataset.paused : "";
  draw();
}
