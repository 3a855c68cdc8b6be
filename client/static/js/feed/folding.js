/** Hashtags as they are compared. */

/**
 * Return a hashtag without its sign and so that two which the server takes for one are one here: by way of capitals,
 * for that of `ß` is `SS`.
 */
export function folded(text) {
  return text.trim().normalize("NFKC").replace(/^#/u, "").toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
}
