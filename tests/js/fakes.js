/** A browser's window as far as a live page needs one, and a socket in the hands of the test. */

export class FakeSocket {
  static OPEN = 1;
  static all = [];

  constructor(address) {
    this.address = String(address);
    this.readyState = 0;
    this.sent = [];
    FakeSocket.all.push(this);
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.abandoned = true;
  }

  opens() {
    this.readyState = FakeSocket.OPEN;
    this.onopen();
  }

  /** Open, and answer the first sign of life: the window was let in. */
  admits() {
    this.opens();
    this.says("--heartbeat--");
  }

  says(message) {
    this.onmessage({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  closes(code) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

/** The newest socket. */
export const socket = () => FakeSocket.all.at(-1);

/** The signals that the page has sent by its newest socket, signs of life left out. */
export const calls = () => socket().sent.filter((text) => text.startsWith("{")).map((text) => JSON.parse(text));

/** As df_websockets' script: `call` without an id tells the page's own receivers too, and sends or keeps. */
export function signals() {
  const DFSignals = { connection: null, buffer: [], registry: {}, wsurl: null };
  DFSignals.connect = (signal, receive) => (DFSignals.registry[signal] ??= []).push(receive);
  DFSignals.call = (signal, opts) => {
    for (const receive of DFSignals.registry[signal] ?? []) receive(opts, undefined);
    const text = JSON.stringify({ signal, opts });
    if (DFSignals.connection) DFSignals.connection.send(text);
    else DFSignals.buffer.push(text);
  };
  return DFSignals;
}

/** Make the window; return its signals, its listeners, its document, and how often it was loaded again. */
export function browser() {
  const listeners = {};
  const listen = (name, listener) => (listeners[name] = listener);
  const stored = new Map();
  const document = { addEventListener: listen, visibilityState: "visible" };
  const made = { DFSignals: signals(), listeners, document, reloads: 0 };
  Object.assign(globalThis, {
    window: { DFSignals: made.DFSignals },
    WebSocket: FakeSocket,
    location: { href: "https://client.example/directory/", protocol: "https:", reload: () => (made.reloads += 1) },
    addEventListener: listen,
    document,
    sessionStorage: {
      getItem: (name) => stored.get(name) ?? null,
      setItem: (name, value) => stored.set(name, String(value)),
      removeItem: (name) => stored.delete(name),
    },
  });
  return made;
}

/** Let time pass in small steps: mocked timers that are set while others ring count from the end of a step. */
export function pass(context, milliseconds) {
  const step = 10;
  for (let passed = 0; passed < milliseconds; passed += step) {
    context.mock.timers.tick(Math.min(step, milliseconds - passed));
  }
}
