/**
 * The page's connection. df_websockets' script does the rest: its `call` and `connect` work through
 * `DFSignals.connection` and `DFSignals.buffer`; an empty `wsurl` keeps its own connector, which retries every 3 s for
 * ever, from starting.
 */

import { Deliveries } from "./deliveries.js";
import { Held } from "./held.js";
import { Line } from "./line.js";

const HEARTBEAT = "--heartbeat--"; // the answer says what we may have missed

const { DFSignals } = window;
DFSignals.wsurl = "";

/**
 * Keep a socket open to an address. `page` is told: opened(), usable(), closed(), silent(on),
 * ended(state), and say(name of a sentence); it is asked for gaps(), how many there were since the last time.
 */
export class Connection {
  #page;
  #deliveries = new Deliveries(DFSignals.registry);
  #held;
  #line;

  constructor(address, page) {
    this.#page = page;
    this.#held = DFSignals.buffer = new Held(() => page.say("lost"), { there: DFSignals.buffer });
    this.#line = new Line(address, {
      opened: () => this.#opened(),
      received: (data) => this.#received(data),
      alive: () => this.#sayAlive(),
      silent: (on) => this.#silent(on),
      closed: () => this.#closed(),
      ended: (state) => this.#ended(state),
      say: (sentence) => page.say(sentence),
    });
  }

  open() {
    this.#line.open();
  }

  /** Say that the page works: the next failure is a first one. */
  proven() {
    this.#line.proven();
  }

  #opened() {
    DFSignals.connection = this.#line.socket; // for the page's own questions, which are asked again
    this.#page.opened();
    DFSignals.connection = null; // a server that turns the window away opens the socket first, to say why
  }

  /** Let calls go to the socket, those first that were held back until now: the server has let the window in. */
  #usable() {
    const socket = (DFSignals.connection = this.#line.socket);
    this.#held.release((text) => socket.send(text));
    this.#page.usable();
  }

  #received(data) {
    if (!DFSignals.connection) this.#usable();
    if (data !== HEARTBEAT) this.#deliveries.take(data);
  }

  #sayAlive() {
    const gaps = this.#page.gaps(); // for the server's metrics: nobody else sees what is lost on the way
    this.#line.send(gaps ? `${HEARTBEAT} ${gaps}` : HEARTBEAT);
  }

  /** Hold calls back while it is silent: the socket may be dead, and what is sent into it lost. */
  #silent(on) {
    if (on) DFSignals.connection = null;
    else this.#usable();
    this.#page.silent(on);
  }

  #closed() {
    DFSignals.connection = null;
    this.#page.closed();
  }

  #ended(state) {
    this.#held.forget();
    this.#page.ended(state);
  }
}
