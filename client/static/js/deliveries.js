/** Hand each message of the socket to its receivers in df_websockets' registry, once, whatever one of them does. */

export const REMEMBERED = 1_000;

export class Deliveries {
  #registry;
  #seen = new Set(); // ids, the oldest first

  constructor(registry) {
    this.#registry = registry;
  }

  /**
   * Deliver a frame; one that comes by way of two topics has one id and is delivered once. What is no message is
   * logged and forgotten.
   *
   * Not by `DFSignals.call`: it keeps every id for ever, one receiver that throws keeps the others from the message,
   * and a message without an id it would send back.
   */
  take(text) {
    const { signal, opts, signal_id: id } = read(text);
    if (id !== undefined && !this.#isNew(id)) return;
    for (const receive of this.#receivers(signal)) {
      try {
        receive(opts, id);
      } catch (error) {
        console.error(error);
      }
    }
  }

  #receivers(signal) {
    return Object.hasOwn(this.#registry, signal) ? [...this.#registry[signal]] : [];
  }

  #isNew(id) {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > REMEMBERED) {
      const [oldest] = this.#seen;
      this.#seen.delete(oldest);
    }
    return true;
  }
}

function read(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch (error) {
    console.error(error);
    return {};
  }
}
