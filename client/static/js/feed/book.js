/**
 * Which posts the page holds: those that it shows, and the new ones that wait until somebody wants to see them, so that
 * what he reads does not move away. Nothing here touches the page.
 */

export const KEPT = 50; // new posts that are kept; of more only the number
export const MOST = 500; // posts that are shown, and new ones that are counted beside those that are kept

const newestFirst = (a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || b.pk - a.pk;

export class Book {
  #shown = new Map(); // by pk
  #fresh = new Map(); // by pk
  #more = new Set(); // pks of new posts that were not kept
  #isFilled = false;
  #questions = new Set(); // of each that waits for its reply: the events that have come meanwhile

  /** Whether the server has listed posts: until then the page shows those that came with it, and the book has none. */
  get isFilled() {
    return this.#isFilled;
  }

  /** The posts that are shown, newest first. */
  get shown() {
    return [...this.#shown.values()].sort(newestFirst);
  }

  /** How many new posts wait; beyond MOST at least so many. */
  get waiting() {
    return this.#fresh.size + this.#more.size;
  }

  /** Whether more of them wait than are kept: then the list has to be asked for. */
  get overflows() {
    return this.#more.size > 0;
  }

  /** Wait for a reply; return it and the events that came before it, which may be newer than what it says. */
  async during(reply) {
    const events = [];
    this.#questions.add(events);
    try {
      return [await reply, events];
    } finally {
      this.#questions.delete(events);
    }
  }

  /** Begin anew with what the server has listed, and what has happened since it was asked. */
  fill(items, events = []) {
    this.#shown.clear();
    this.#fresh.clear();
    this.#more.clear();
    this.#isFilled = true;
    items.forEach((item) => this.#show(item));
    events.forEach((event) => this.#apply(event));
  }

  /** Show a post, such as one's own, as it is after what has happened since it was asked for. */
  show(item, events = []) {
    this.#show(item);
    events.filter(({ pk }) => pk === item.pk).forEach((event) => this.#apply(event)); // the others have been taken
  }

  /** Show the new posts that are kept; return whether the oldest had to give way. */
  turn() {
    [...this.#fresh.values()].forEach((item) => this.#show(item));
    const shown = this.shown;
    this.#shown = new Map(shown.slice(0, MOST).map((item) => [item.pk, item]));
    return shown.length > MOST;
  }

  /** Take an event. */
  take(event) {
    this.#questions.forEach((events) => events.push(event));
    this.#apply(event);
  }

  #apply({ action, pk, data }) {
    switch (action) {
      case "create":
      case "update":
        this.#put(pk, data, action === "create");
        break;
      case "delete":
        this.#shown.delete(pk);
        this.#fresh.delete(pk);
        this.#more.delete(pk);
        break;
      default:
        throw new Error(`unknown action ${action}`);
    }
  }

  #show(item) {
    this.#fresh.delete(item.pk);
    this.#more.delete(item.pk);
    this.#shown.set(item.pk, item);
  }

  #put(pk, data, isNew) {
    if (this.#shown.has(pk)) this.#shown.set(pk, data);
    else if (this.#fresh.has(pk)) this.#fresh.set(pk, data);
    else if (isNew && !this.#more.has(pk)) this.#add(pk, data);
  }

  #add(pk, data) {
    this.#fresh.set(pk, data);
    if (this.#fresh.size <= KEPT) return;
    const [oldest] = this.#fresh.keys();
    this.#fresh.delete(oldest);
    if (this.#more.size < MOST) this.#more.add(oldest);
  }
}
