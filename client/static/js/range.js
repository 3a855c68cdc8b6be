/** Which changes may alter what rows a page of the directory shows, and in what order. */

const ORDER = ["username"];
const SEARCHED = ["username", "first_name", "last_name", "email"];

/** Say whether a change may bring a row onto a page, take one away or move it. */
export function mayMove({ op, changed }, searching) {
  const fields = searching ? SEARCHED : ORDER;
  return op === "delete" || changed.some((name) => fields.includes(name));
}
