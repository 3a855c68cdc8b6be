/** To write a post. */

import { sentence } from "./socket.js";

export class Writing {
  #feed;
  #socket;
  #form;
  #input;
  #sending = false;

  constructor(form, feed, socket) {
    this.#feed = feed;
    this.#socket = socket;
    this.#form = form;
    this.#input = form.elements.namedItem("body");
    form.addEventListener("submit", (event) => this.#submitted(event));
    this.#input.addEventListener("input", () => this.#count());
    this.#count();
  }

  /** Let posts be written, or not. */
  enable(may) {
    this.#form.querySelector("button").disabled = !may;
  }

  async #submitted(event) {
    event.preventDefault();
    if (this.#sending) return; // a second click would post it twice
    this.#sending = true;
    const body = this.#input.value;
    const asked = this.#socket.ask("create", { data: { body } });
    const [reply, events] = await this.#feed.during(asked);
    this.#sending = false;
    if (reply.status !== 201) {
      this.#say(sentence(reply.errors) || this.#feed.lost, true);
      return;
    }
    if (this.#input.value === body) this.#input.value = ""; // else the next one is being written
    this.#count();
    this.#say(document.getElementById("write-note").dataset.done);
    this.#feed.wrote(reply.data, events);
  }

  /** The database counts characters, and a browser's `maxlength` halves of some. */
  #count() {
    const left = Number(this.#input.dataset.longest) - [...this.#input.value.trim()].length;
    const words = left < 0 ? this.#form.dataset.over : this.#form.dataset.left;
    document.getElementById("write-left").textContent = words.replace("%s", Math.abs(left));
  }

  #say(text, wrong = false) {
    document.getElementById("write-note").textContent = text;
    if (wrong) this.#input.setAttribute("aria-invalid", "true");
    else this.#input.removeAttribute("aria-invalid");
  }
}
