/** Hand each message of the socket to df_websockets' registry, once, and whatever its receivers do. */

export const REMEMBERED = 1_000;

export class Deliveries {
  #signals;
  #seen = []; // ids, the oldest first

  constructor(signals) {
    this.#signals = signals;
  }

  /** Deliver a message; one that comes by way of two topics has one id and is delivered once. */
  take({ signal, opts, signal_id: id }) {
    try {
      this.#signals.call(signal, opts, id);
    } catch (error) {
      console.error(error); // of one receiver; the next message is none of its business
    }
    this.#remember(id);
  }

  /** Keep the newest ids only: the registry, where they stand beside the names of signals, would grow for ever. */
  #remember(id) {
    this.#seen.push(id);
    if (this.#seen.length > REMEMBERED) delete this.#signals.registry[this.#seen.shift()];
  }
}
