/**
 * The page's connection. df_websockets' script does the rest: its `call` and `connect` work through
 * `DFSignals.connection`; an empty `wsurl` keeps its own connector, which retries every 3 s for ever, from starting.
 */

import { delay } from "./backoff.js";
import { afterClose } from "./closing.js";
import { Deliveries } from "./deliveries.js";

const BEAT = 25_000; // milliseconds between our signs of life
const SILENCE = 10_000; // after one of them, a socket that says nothing is dead
const HEARTBEAT = "--heartbeat--";
const RELOAD = 1_000; // milliseconds at the least before the page is loaded again

const { DFSignals } = window;
DFSignals.wsurl = "";

/** Keep a socket open to an address; `page` is told: opened(), closed(), signedOut(), and when it is trying(). */
export class Connection {
  #address;
  #page;
  #deliveries = new Deliveries(DFSignals);
  #socket = null;
  #failures = 0;
  #retry = null;
  #beat = null;
  #silence = null;

  constructor(address, page) {
    this.#address = new URL(address, location.href);
    this.#address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.#page = page;
    addEventListener("online", () => this.#hurry());
    addEventListener("pageshow", () => this.#hurry());
  }

  open() {
    clearTimeout(this.#retry);
    this.#retry = null;
    this.#page.trying();
    this.#socket = new WebSocket(this.#address);
    this.#socket.onopen = () => this.#opened();
    this.#socket.onmessage = ({ data }) => this.#received(data);
    this.#socket.onclose = ({ code }) => this.#closed(code);
  }

  /** Say that the page works: the next failure is a first one. */
  proven() {
    this.#failures = 0;
  }

  #opened() {
    DFSignals.buffer = []; // clicks from before are stale by now
    DFSignals.connection = this.#socket;
    this.#beat = setInterval(() => this.#sayAlive(), BEAT);
    this.#page.opened();
  }

  #received(data) {
    clearTimeout(this.#silence);
    if (data !== HEARTBEAT) this.#deliveries.take(JSON.parse(data));
  }

  #sayAlive() {
    this.#socket.send(HEARTBEAT);
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#abandon(), SILENCE);
  }

  /** Give up a dead socket at once: its own `close` waits for an answer that will not come. */
  #abandon() {
    const socket = this.#socket;
    socket.onmessage = socket.onclose = null;
    socket.close();
    this.#closed(null);
  }

  #closed(code) {
    DFSignals.connection = null;
    clearInterval(this.#beat);
    clearTimeout(this.#silence);
    this.#page.closed();
    switch (afterClose(code)) {
      case "signed-out":
        this.#page.signedOut();
        break;
      case "refresh":
        this.#later(() => location.reload(), RELOAD);
        break;
      case "retry":
        this.#later(() => this.open());
        break;
      default:
        throw new Error(`unknown way on after ${code}`);
    }
  }

  #later(action, least = 0) {
    this.#retry = setTimeout(action, least + delay(this.#failures));
    this.#failures += 1;
  }

  #hurry() {
    if (this.#retry !== null) this.open();
  }
}
