/** The long job of the page: its bar, its phase in words, its buttons, and the picture that comes of it. */

import { isUnderWay, phaseNow } from "./phase.js";
import { write } from "./text.js";

const LOOK = 1_000; // milliseconds; a worker that died says nothing

const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

export class Progress {
  #root;
  #picture;
  #state;
  #told = performance.now();
  #on = false;

  constructor(root, picture, state) {
    this.#root = root;
    this.#picture = picture;
    this.#state = state;
    setInterval(() => this.#draw(), LOOK);
    this.#draw();
  }

  show(state) {
    this.#state = state;
    this.#told = performance.now();
    this.#draw();
  }

  /** Let the buttons be used, or not. */
  connected(on) {
    this.#on = on;
    this.#draw();
  }

  #draw() {
    const { phase, done, src } = this.#state;
    const shown = phaseNow(this.#state, performance.now() - this.#told);
    this.#part("[role=progressbar]").setAttribute("aria-valuenow", done);
    this.#part("progress").value = done;
    write(this.#part("#percent"), percent.format(done / 100));
    write(this.#part("#phase"), this.#root.dataset[shown]);
    this.#part("#begin").disabled = !this.#on || isUnderWay(shown);
    this.#part("#cancel").disabled = !this.#on || !isUnderWay(phase);
    this.#root.dataset.phase = shown;
    if (src && this.#picture.getAttribute("src") !== src) this.#picture.src = src;
    this.#picture.hidden = !src;
  }

  #part(selector) {
    return this.#root.querySelector(selector);
  }
}
