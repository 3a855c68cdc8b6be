/** A live page = the state it was loaded with + changes; the state is asked for again on every connection. */

import { Asking } from "./asking.js";
import { showConnection } from "./badge.js";
import { Book } from "./book.js";
import { Connection } from "./live.js";
import { Numbers } from "./numbers.js";

const STRAGGLERS = 250; // milliseconds that a missing push may still take

const { DFSignals } = window;

/**
 * Keep a page live. `question` is what `users.snapshot` is asked with; `draw` draws: `changes(changes, verdicts)`, and
 * `state(state, removed)` with the state's rows as the newest that is known of them; `enable(on)` is told when the
 * page can reach the server.
 */
export class Page {
  #topic;
  #draw;
  #numbers;
  #book = new Book();
  #asking;
  #connection;
  #stragglers = null;

  constructor({ state, question, draw }) {
    this.#topic = state.topic;
    this.#draw = draw;
    this.#numbers = new Numbers(state.n);
    this.#book.state(state.rows, state.n);
    this.#asking = new Asking((ask) => DFSignals.call("users.snapshot", { ...question, ask }));
    this.#connection = new Connection(document.body.dataset.live, this);
    DFSignals.connect("users.changed", (push) => this.#changed(push));
    DFSignals.connect("users.snapshot", (answer, id) => this.#answered(answer, id));
    this.#connection.open();
  }

  /** How many rows are known, drawn or not. */
  get known() {
    return this.#book.size;
  }

  /** Ask for the state again, soon. */
  refresh() {
    this.#asking.want();
  }

  trying() {
    showConnection("connecting");
  }

  opened() {
    this.#asking.begin();
  }

  closed() {
    this.#asking.stop();
    this.#book.rebase(0); // the state of the next connection is newer, even if Redis has forgotten some numbers
    clearTimeout(this.#stragglers);
    this.#stragglers = null;
    this.#draw.enable(false);
    showConnection("waiting");
  }

  signedOut() {
    showConnection("signed-out");
  }

  #changed({ topic, n, changes }) {
    if (topic !== this.#topic) return;
    const verdicts = changes.map((change) => this.#book.change(change, n));
    this.#note(this.#numbers.push(n), n);
    this.#draw.changes(changes, verdicts);
  }

  #answered(answer, id) {
    if (id === undefined || !this.#asking.answered(answer.ask)) return; // without an id it is our own question
    if (answer.topic !== this.#topic) return location.reload(); // what this user may see has changed
    this.#numbers.state(answer.n);
    const { rows, removed } = this.#book.state(answer.rows, answer.n);
    this.#draw.state({ ...answer, rows }, removed);
    this.#connection.proven();
    this.#draw.enable(true);
    showConnection("live");
  }

  #note(order, n) {
    switch (order) {
      case "next":
        break;
      case "back": // late, or counted anew: only a state can tell
        this.#book.rebase(n);
        this.#numbers.rebase(n);
        this.#asking.want();
        break;
      case "gap":
        this.#stragglers ??= setTimeout(() => this.#miss(), STRAGGLERS);
        break;
      default:
        throw new Error(`unknown order ${order}`);
    }
  }

  #miss() {
    this.#stragglers = null;
    if (!this.#numbers.complete) this.#asking.want();
  }
}
