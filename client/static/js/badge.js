/** Say how the page is connected; the words stand in the page, in the user's language. */

const badge = document.getElementById("badge");

/** Show "connecting", "live", "waiting" or "signed-out". */
export function showConnection(state) {
  badge.dataset.state = state;
  badge.textContent = badge.getAttribute(`data-${state}`);
  const signedOut = state === "signed-out";
  document.getElementById("signed-out").hidden = !signedOut;
  document.querySelector("main").inert = signedOut;
}
