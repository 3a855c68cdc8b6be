/**
 * Ask for the page's state: one question at a time, not too often, and again when no answer comes.
 *
 * A server that comes back, that is late, or that lost what it had for many, must not be asked by all pages at once:
 * a question on a new connection, one about something missed, and one that is asked again wait for a random time.
 *
 * Questions are numbered and the answer brings the number back: an answer to an older question is not taken.
 */

export const PAUSE = 500; // milliseconds from one question to the next, however many changes want one
export const OVERDUE = 3_000; // after which a question that is not answered is told
export const PATIENCE = 10_000; // as long as the server keeps a question
export const SPREAD = 2_000; // for the first question of a connection that is not the first
export const MISSED_SPREAD = 250; // for a question about something missed
export const LONGEST = 60_000; // beyond the patience, before a question is asked again

export class Asking {
  #send;
  #overdue;
  #ready;
  #number;
  #wanted = false;
  #late = null; // a timer until the question is overdue
  #patience = null; // a timer while an answer is awaited
  #pause = null; // a timer while it is too early for the next question
  #began = false;
  #unanswered = 0; // in a row
  #random;

  /**
   * `send` asks the question of a number, which is above `after`; `overdue` is told when a question has waited for
   * long. While `ready` says no, a question waits for `askIfFree`.
   */
  constructor(send, { after = 0, overdue = () => {}, ready = () => true, random = Math.random } = {}) {
    this.#number = after;
    this.#send = send;
    this.#overdue = overdue;
    this.#ready = ready;
    this.#random = random;
  }

  /** Ask on a new connection: the page's first asks at once. */
  begin() {
    if (this.#began) this.#rest(this.#random() * SPREAD);
    this.#began = true;
    this.want();
  }

  /** Ask now, or else as soon as the question before is answered and its pause is over. */
  want() {
    this.#wanted = true;
    this.askIfFree();
  }

  /** Ask for what was missed, as `want`, but not in step with other pages. */
  wantSoon() {
    if (this.#pause === null && this.#patience === null) this.#rest(this.#random() * MISSED_SPREAD);
    this.want();
  }

  /** Ask what is wanted, if it can be asked now; call it when that may have become so. */
  askIfFree() {
    if (!this.#ready() || !this.#wanted || this.#patience !== null || this.#pause !== null) return;
    this.#wanted = false;
    this.#number += 1;
    this.#rest(PAUSE);
    this.#patience = setTimeout(() => this.#lost(), PATIENCE);
    this.#late = setTimeout(() => this.#overdue(), OVERDUE);
    this.#send(this.#number);
  }

  /** Whether a question is under way, or will be. */
  get busy() {
    return this.#wanted || this.#patience !== null;
  }

  /** Take in an answer; return whether it is the awaited one. */
  answered(number) {
    if (this.#patience === null || number !== this.#number) return false;
    this.#endQuestion();
    this.#unanswered = 0;
    this.askIfFree();
    return true;
  }

  /** Forget all questions, for the connection is gone. */
  stop() {
    this.#wanted = false;
    this.#endQuestion();
    this.#pause = this.#end(this.#pause);
  }

  #lost() {
    this.#endQuestion();
    this.#rest(this.#random() * Math.min(LONGEST, PATIENCE * 2 ** Math.min(this.#unanswered, 8)));
    this.#unanswered += 1;
    this.want();
  }

  #rest(milliseconds) {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.askIfFree();
    }, milliseconds);
  }

  #endQuestion() {
    this.#patience = this.#end(this.#patience);
    this.#late = this.#end(this.#late);
  }

  #end(timer) {
    clearTimeout(timer);
    return null;
  }
}
