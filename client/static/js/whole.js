/** What a part of a page holds when every push and every answer is its whole state: the newest counts. */

export class Whole {
  #newest;
  #draw;

  /** `draw(state)` draws. */
  constructor({ n }, draw) {
    this.#newest = n;
    this.#draw = draw;
  }

  push(state) {
    this.state(state);
  }

  state(state) {
    if (state.n < this.#newest) return; // it was overtaken on the way
    this.#newest = state.n;
    this.#draw(state);
  }

  rebase(n) {
    this.#newest = Math.min(this.#newest, n);
  }

  /** A push makes good all that were missed before it. */
  get whole() {
    return true;
  }
}
