/** The form for one's own status: it can be sent while the page is live, and shows what is wrong beside the field. */

import { put } from "./put.js";

const SLOW = 10_000; // milliseconds without an answer

const { DFSignals } = window;

export class StatusForm {
  #form;
  #input;
  #button;
  #note;
  #slow = null;
  #sent = "";

  constructor(form) {
    this.#form = form;
    this.#input = form.elements.namedItem("status");
    this.#button = form.querySelector("button");
    this.#note = document.getElementById("status-note");
    form.addEventListener("submit", (event) => this.#submitted(event));
    DFSignals.connect("users.status_answered", ({ errors }) => this.#answered(errors));
    DFSignals.connect("live.refused", ({ signal }) => this.#refused(signal));
  }

  /** Let the form be sent while the page is live; what was sent over a connection that is lost may be lost too. */
  connected(state) {
    this.#button.disabled = state !== "live";
    if (state === "waiting" && this.#slow !== null) this.#say(this.#form.dataset.lost, true);
  }

  /** Show a status that was saved elsewhere, unless the user is writing another. */
  show(status) {
    const untouched = this.#input.value === this.#input.defaultValue;
    if (untouched) put(this.#input, status);
    this.#input.defaultValue = status; // which would be shown at once, if nothing had been put there before
  }

  #submitted(event) {
    event.preventDefault(); // df_websockets' script sends it, and may be later than an early click
    this.#say("");
    this.#sent = this.#input.value;
    this.#button.setAttribute("aria-busy", "true");
    this.#slow = setTimeout(() => this.#say(this.#form.dataset.lost, true), SLOW);
  }

  #answered(errors) {
    const wrong = (errors.status ?? []).map(({ message }) => message).join(" ");
    if (!wrong) this.#input.defaultValue = this.#sent; // he may be writing another by now
    this.#say(wrong || this.#form.dataset.saved, Boolean(wrong));
  }

  #refused(signal) {
    if (signal === "users.set_status" && this.#slow !== null) this.#say(this.#form.dataset.lost, true);
  }

  #say(text, wrong = false) {
    clearTimeout(this.#slow);
    this.#slow = null;
    this.#button.removeAttribute("aria-busy");
    this.#note.textContent = text;
    if (wrong) this.#input.setAttribute("aria-invalid", "true");
    else this.#input.removeAttribute("aria-invalid");
  }
}
