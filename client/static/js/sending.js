/**
 * What df_websockets' script sends, a form or a field that changes: it is busy until the answer is there, and says what
 * became of it.
 */

const SLOW = 10_000; // milliseconds without an answer

export class Sending {
  #form;
  #note;
  #busy;
  #field;
  #undo;
  #slow = null;

  /**
   * The form names its signal, `data-sends`, and has a `.note` with a text for each outcome. Of options `field` is one
   * that is sent alone, as soon as it changes; `undo` is called when what was sent may not have arrived.
   */
  constructor(form, { field = null, undo = () => {} } = {}) {
    this.#form = form;
    this.#note = form.querySelector(".note");
    this.#field = field;
    this.#undo = undo;
    this.#busy = field ?? form.querySelector("[type=submit]");
    if (field) field.addEventListener("change", () => this.#begin());
    else this.#listen();
  }

  /** Say how it went. Of a field `value` is what is answered: an answer to an earlier choice leaves it busy. */
  answered(well, value = this.#field?.value) {
    const overtaken = this.#slow !== null && value !== this.#field?.value;
    if (!overtaken) this.#end(well ? "saved" : "wrong");
  }

  refused(signal) {
    if (signal === this.#form.dataset.sends) this.lost();
  }

  /** Say that what was sent may not have arrived. */
  lost() {
    if (this.#slow === null) return;
    this.#end("lost");
    this.#undo();
  }

  #listen() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault(); // df_websockets' script sends it, and may be later than an early click
      this.#begin();
    });
    this.#form.addEventListener("reset", (event) => {
      event.preventDefault(); // the server puts back what is saved
      this.#end("");
    });
  }

  #begin() {
    this.#end("");
    this.#busy.setAttribute("aria-busy", "true");
    this.#slow = setTimeout(() => this.lost(), SLOW);
  }

  #end(outcome) {
    clearTimeout(this.#slow);
    this.#slow = null;
    this.#busy.removeAttribute("aria-busy");
    this.#note.textContent = outcome && this.#note.dataset[outcome];
    this.#note.classList.toggle("wrong", outcome === "wrong" || outcome === "lost");
  }
}
