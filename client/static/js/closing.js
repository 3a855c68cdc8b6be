/** What the close of a socket means for the page. */

const SIGNED_OUT = 4401;
const NOT_ALLOWED = 4403;
const REFRESH = 4408;

/** "signed-out": stop; "refresh": load the page again; "retry": connect again later. */
export function afterClose(code) {
  switch (code) {
    case SIGNED_OUT:
    case NOT_ALLOWED:
      return "signed-out";
    case REFRESH:
      return "refresh";
    default: // whatever else ends a connection, the network and the server included
      return "retry";
  }
}
