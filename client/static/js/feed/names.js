/** What authors are called. Those whom the page does not know are asked for, all that come together at once. */

const TOGETHER = 250; // milliseconds
const MOST = 100; // of one question

export class Names {
  #names;
  #address;
  #changed;
  #unknown = new Set();
  #asking = null;

  /** `address` answers names by keys, or is empty for those who may not ask; `changed` is called when some have come. */
  constructor(names, address, changed) {
    this.#names = new Map(Object.entries(names).map(([pk, name]) => [Number(pk), name]));
    this.#address = address;
    this.#changed = changed;
  }

  /** Return the name of an author, or nothing as long as it is not known. */
  of(pk) {
    const name = this.#names.get(pk);
    if (name === undefined && this.#address) {
      this.#unknown.add(pk);
      if (this.#asking === null) this.#asking = setTimeout(() => this.#ask(), TOGETHER);
    }
    return name;
  }

  async #ask() {
    const asked = [...this.#unknown].slice(0, MOST);
    this.#unknown.clear();
    const answer = await fetch(`${this.#address}?${asked.map((pk) => `pk=${pk}`).join("&")}`).catch(() => null);
    this.#asking = null;
    if (!answer?.ok || answer.redirected) return;
    const names = await answer.json();
    asked.forEach((pk) => this.#names.set(pk, names[pk] ?? "")); // whoever is gone is not asked for again
    this.#changed();
  }
}
