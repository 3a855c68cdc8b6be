/** The numbers of one topic's pushes: says when one is missing, or when the count went back. */

export const MOST_EARLY = 1_000; // numbers remembered beyond a gap; more are forgotten, and a state makes it good

export class Numbers {
  #last; // everything up to here has come
  #highest; // there is something up to here
  #early = new Set();

  /** Begin after the number of the page's own state. */
  constructor(n) {
    this.#last = this.#highest = n;
  }

  /** Take in the number of a push; return "next", "gap" (earlier ones are missing) or "back" (seen, or begun anew). */
  push(n) {
    if (n <= this.#last || this.#early.has(n)) return "back";
    this.#early.add(n);
    this.told(n);
    while (this.#early.delete(this.#last + 1)) this.#last += 1;
    if (this.#early.size > MOST_EARLY) this.#early.clear();
    return this.complete ? "next" : "gap";
  }

  /** Take in that there is a push of this number, somewhere: whether it came is another question. */
  told(n) {
    this.#highest = Math.max(this.#highest, n);
  }

  /** Take in the number of a state: it holds whatever pushes up to there have told. */
  state(n) {
    this.#last = Math.max(this.#last, n);
    this.told(n);
    for (const early of this.#early) if (early <= this.#last) this.#early.delete(early);
    while (this.#early.delete(this.#last + 1)) this.#last += 1;
  }

  /** Go on from a number that went back. */
  rebase(n) {
    this.#last = this.#highest = Math.min(this.#last, n);
    this.#early.clear();
  }

  /** The number up to which everything has come. */
  get last() {
    return this.#last;
  }

  /** The highest number known. */
  get highest() {
    return this.#highest;
  }

  /** Whether nothing is missing below the highest number known. */
  get complete() {
    return this.#last === this.#highest;
  }
}
