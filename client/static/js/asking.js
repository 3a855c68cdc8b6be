/**
 * Ask for the page's state: one question at a time, not too often, and again when no answer comes.
 *
 * Questions are numbered and the answer brings the number back: an answer to an older question is not taken.
 */

export const PAUSE = 500; // milliseconds from one question to the next, however many changes want one
export const PATIENCE = 10_000;

export class Asking {
  #send;
  #number = 0;
  #wanted = false;
  #patience = null; // a timer while an answer is awaited
  #pause = null; // a timer while it is too early for the next question

  constructor(send) {
    this.#send = send;
  }

  /** Ask now, or else as soon as the question before is answered and its pause is over. */
  want() {
    this.#wanted = true;
    this.#askIfFree();
  }

  /** Take in an answer; return whether it is the awaited one. */
  answered(number) {
    if (this.#patience === null || number !== this.#number) return false;
    this.#patience = this.#end(this.#patience);
    this.#askIfFree();
    return true;
  }

  /** Forget all questions, for the connection is gone. */
  stop() {
    this.#wanted = false;
    this.#patience = this.#end(this.#patience);
    this.#pause = this.#end(this.#pause);
  }

  #askIfFree() {
    if (!this.#wanted || this.#patience !== null || this.#pause !== null) return;
    this.#wanted = false;
    this.#number += 1;
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#askIfFree();
    }, PAUSE);
    this.#patience = setTimeout(() => {
      this.#patience = null;
      this.want();
    }, PATIENCE);
    this.#send(this.#number);
  }

  #end(timer) {
    clearTimeout(timer);
    return null;
  }
}
