/** The state that the server has put into the page. */

export const initialState = JSON.parse(document.getElementById("state").textContent);
