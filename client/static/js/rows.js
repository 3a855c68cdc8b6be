/** What a part of a page holds when it shows rows, each with a version: which of them to draw. */

import { Book } from "./book.js";

export class Rows {
  #book = new Book();
  #draw;

  /** `draw.changes(changes, verdicts)` draws a push, `draw.state(state, removed)` a state, with its newest rows. */
  constructor(state, draw) {
    this.#draw = draw;
    this.#book.state(state.rows, state.n);
  }

  /** How many rows are known, drawn or not. */
  get known() {
    return this.#book.size;
  }

  push({ n, changes }) {
    const verdicts = changes.map((change) => this.#book.change(change, n));
    this.#draw.changes(changes, verdicts);
  }

  state(answer) {
    const { rows, removed } = this.#book.state(answer.rows, answer.n);
    this.#draw.state({ ...answer, rows }, removed);
  }

  rebase(n) {
    this.#book.rebase(n);
  }

  /** A row that a missing push tells of may be any. */
  get whole() {
    return false;
  }
}
