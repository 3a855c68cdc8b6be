/**
 * What the user does while there is no connection: sent when it is back within seconds, else dropped with a sentence.
 * What has been sent once is never sent again.
 *
 * It takes the place of the list `DFSignals.buffer`, in which df_websockets' `call` puts what it cannot send.
 */

export const HELD = 10_000; // milliseconds; whoever clicked longer ago has another wish by now
export const MOST_HELD = 20; // fewer than the server takes at once

export class Held {
  #calls = []; // {text, until}, the oldest first
  #timer = null;
  #expired;
  #now;

  /** `expired` is called when calls were dropped; `there` are calls from before this script ran. */
  constructor(expired, { there = [], now = Date.now } = {}) {
    this.#expired = expired;
    this.#now = now;
    for (const text of there) this.push(text);
  }

  push(text) {
    this.#calls.push({ text, until: this.#now() + HELD });
    if (this.#calls.length > MOST_HELD) this.#drop(1);
    this.#timer ??= setTimeout(() => this.#expire(), HELD);
  }

  /** Hand over what is not too old yet, and forget it. */
  release(send) {
    this.#expire(); // timers of a hidden tab, or of a machine that slept, are late
    const calls = this.#calls.splice(0);
    this.#rest();
    for (const { text } of calls) send(text);
  }

  /** Forget all, and say nothing. */
  forget() {
    this.#calls = [];
    this.#rest();
  }

  #expire() {
    const old = this.#calls.filter(({ until }) => until <= this.#now()).length;
    if (old) this.#drop(old);
    this.#rest();
  }

  #drop(count) {
    this.#calls.splice(0, count);
    this.#expired();
  }

  #rest() {
    clearTimeout(this.#timer);
    const [oldest] = this.#calls;
    this.#timer = oldest ? setTimeout(() => this.#expire(), oldest.until - this.#now()) : null;
  }
}
