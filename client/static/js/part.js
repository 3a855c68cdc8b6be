/**
 * A part of a page: what one topic tells of. It is the state that it was loaded with + pushes, and asks for the state
 * again on every connection and whenever it may have missed something.
 */

import { Asking } from "./asking.js";
import { Numbers } from "./numbers.js";
import { reloadLater } from "./reload.js";

export const STRAGGLERS = 250; // milliseconds that a missing push may still take

const MOST_QUESTIONS = 2 ** 32; // of one part
let parts = 0;

const { DFSignals } = window;

export class Part {
  #topic;
  #question;
  #numbers;
  #asking;
  #stragglers = null;
  #told = () => {};

  /** "new" until the first answer on a connection, then "fresh" or, while the server owes an answer, "overdue". */
  standing = "new";
  content;
  gaps = 0; // among its pushes, that it had to ask about

  /**
   * `state` is the state that the page was loaded with, and names the topic; `changed` and `snapshot` are signals, of
   * pushes and of the question, which is asked with `question`; `content` is Rows, Whole or of their kind.
   */
  constructor({ state, changed, snapshot, question = {}, content }) {
    this.#topic = state.topic;
    this.#question = snapshot;
    this.content = content;
    this.#numbers = new Numbers(state.n);
    this.#asking = new Asking((ask) => DFSignals.call(snapshot, { ...question, ask }), {
      after: MOST_QUESTIONS * parts,
      overdue: () => this.#stand("overdue"),
      ready: () => DFSignals.connection !== null,
    });
    parts += 1; // their questions have different numbers, for several may have one signal
    DFSignals.connect(changed, (push) => this.#pushed(push));
    DFSignals.connect(snapshot, (answer, id) => this.#answered(answer, id));
  }

  /** Call `told` whenever the standing changes. */
  watch(told) {
    this.#told = told;
  }

  /** Ask for the state again, soon. */
  refresh() {
    this.#asking.want();
  }

  opened() {
    this.standing = "new";
    this.#asking.begin();
  }

  usable() {
    this.#asking.askIfFree();
  }

  closed() {
    this.#asking.stop();
    this.#rebase(0); // the state of the next connection is newer, even if Redis has forgotten some numbers
    clearTimeout(this.#stragglers);
    this.#stragglers = null;
    this.standing = "new";
  }

  /** Ask, for something was missed. */
  missed() {
    this.#asking.wantSoon();
  }

  /** Take in how far the server has counted each topic. */
  pong(numbers) {
    if (!Object.hasOwn(numbers, this.#topic)) return;
    this.#numbers.told(numbers[this.#topic]);
    this.#awaitStragglers();
  }

  /** Say whether a signal is this part's question. */
  asks(signal) {
    return signal === this.#question;
  }

  /** The server does not answer the question that it was asked. */
  refused() {
    this.#stand("overdue");
  }

  #pushed(push) {
    if (push.topic !== this.#topic) return;
    const order = this.#numbers.push(push.n);
    if (this.content.whole && order === "gap") this.#numbers.state(push.n);
    this.#awaitStragglers();
    if (!this.#draws(() => this.content.push(push)) || order === "back") this.missed();
    if (order === "back") this.#rebase(push.n); // late, or counted anew: only a state can tell
  }

  #answered(answer, id) {
    if (id === undefined || !this.#asking.answered(answer.ask)) return; // without an id it is our own question
    if (answer.topic !== this.#topic) return reloadLater(); // what this user may see has changed
    this.#numbers.state(answer.n);
    this.#awaitStragglers();
    this.#stand(this.#draws(() => this.content.state(answer)) ? "fresh" : "overdue");
  }

  /** Draw; return whether that went well: a page must not call itself live that could not draw what it was told. */
  #draws(draw) {
    try {
      draw();
      return true;
    } catch (error) {
      console.error(error);
      return false;
    }
  }

  #rebase(n) {
    this.content.rebase(n);
    this.#numbers.rebase(n);
  }

  /** Wait for what is missing now; what goes missing meanwhile is waited for after that. */
  #awaitStragglers() {
    if (this.#numbers.complete || this.#stragglers !== null) return;
    const { highest } = this.#numbers;
    this.#stragglers = setTimeout(() => this.#look(highest), STRAGGLERS);
  }

  #look(highest) {
    this.#stragglers = null;
    if (this.#asking.busy) return; // the answer may make it good: whether it has is looked at when it is there
    if (this.#numbers.last >= highest) return this.#awaitStragglers();
    this.gaps += 1;
    this.missed();
  }

  #stand(standing) {
    this.standing = standing;
    this.#told();
  }
}
