/** Write text so that what is selected in it stays selected as far as it stays. */

/** Return what differs between two texts: `remove` characters at `start` give way to `insert`. */
export function difference(before, after) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  return { start, remove: before.length - start - same, insert: after.slice(start, after.length - same) };
}

/** Make a text the content of an element, as `textContent` does, but without a new node where one will do. */
export function write(element, text) {
  const node = element.firstChild;
  if (node === null || node !== element.lastChild || node.nodeType !== Node.TEXT_NODE) {
    element.textContent = text;
    return;
  }
  const { start, remove, insert } = difference(node.data, text);
  if (remove || insert) node.replaceData(start, remove, insert);
}
