/** The state that the server has put into the page. */

export function initialState() {
  return JSON.parse(document.getElementById("state").textContent);
}
