/** What a notice says. Pure. */

/** Return the sentence for an event; `words` are the page's, in the user's language. An unknown action is null. */
export function sentence(event, words) {
  const pattern = words[event.action];
  if (!["add", "change", "delete"].includes(event.action) || !pattern) {
    return null;
  }
  const object = event.count > 1 ? filled(words.several, event) : event.object;
  return filled(pattern, { ...event, object });
}

/** Return the address to open, or null: a path on this very host only. */
export function target(event) {
  return typeof event.link === "string" && /^\/(?![/\\])/.test(event.link) ? event.link : null;
}

function filled(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (blank, name) => String(values[name] ?? blank));
}
