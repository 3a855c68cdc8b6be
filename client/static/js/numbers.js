/** The numbers of one topic's pushes: says when one is missing, or when the count went back. */

export class Numbers {
  #last;
  #early = new Set();

  /** Begin after the number of the page's own state. */
  constructor(n) {
    this.#last = n;
  }

  /** Take in the number of a push; return "next", "gap" (earlier ones are missing) or "back" (seen, or begun anew). */
  push(n) {
    if (n <= this.#last || this.#early.has(n)) return "back";
    this.#early.add(n);
    this.#advance();
    return this.complete ? "next" : "gap";
  }

  /** Take in the number of a state: it holds whatever pushes up to there have told. */
  state(n) {
    this.#last = Math.max(this.#last, n);
    for (const early of this.#early) if (early <= this.#last) this.#early.delete(early);
    this.#advance();
  }

  /** Go on from a number that went back. */
  rebase(n) {
    this.#last = Math.min(this.#last, n);
    this.#early.clear();
  }

  /** Whether nothing is missing below the highest number seen. */
  get complete() {
    return this.#early.size === 0;
  }

  #advance() {
    while (this.#early.delete(this.#last + 1)) this.#last += 1;
  }
}
