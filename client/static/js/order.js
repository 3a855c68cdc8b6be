/** Which rows to move, and where, so that one of them need not be moved. Pure: names in, moves out. */

/**
 * Return moves, [name, the name before which to put it or null for the end], to be made one after the other, that put
 * `shown` into the order of `wanted`; what is not wanted comes last. The row `fixed` is never moved, for an element
 * that moves loses the focus.
 */
export function moves(shown, wanted, fixed = null) {
  const listed = new Set(wanted);
  const target = [...wanted, ...shown.filter((name) => !listed.has(name))];
  const kept = keepable(shown, target, fixed);
  const made = [];
  for (let place = target.length - 1, next = null; place >= 0; place -= 1) {
    if (!kept.has(target[place])) made.push([target[place], next]);
    next = target[place];
  }
  return made;
}

/** Return names that stand in the right order already: as many as can be, `fixed` among them. */
function keepable(shown, target, fixed) {
  const place = new Map(target.map((name, index) => [name, index]));
  const at = place.get(fixed);
  const position = shown.indexOf(fixed);
  const fits = (name, index) => at === undefined || (index < position ? place.get(name) < at : place.get(name) >= at);
  return new Set(longestRising(shown.filter(fits), (name) => place.get(name)));
}

/** Return a longest part of a list whose values rise. */
function longestRising(list, value) {
  const ends = []; // ends[i]: the lowest end of a rising part of i + 1 entries
  for (const name of list) {
    let at = ends.findIndex((end) => value(end.name) >= value(name));
    if (at < 0) at = ends.length;
    ends[at] = { name, before: ends[at - 1] };
  }
  const found = [];
  for (let end = ends.at(-1); end; end = end.before) found.unshift(end.name);
  return found;
}
