/**
 * What this page knows of each row, and which of two versions of a row wins.
 *
 * An entry is {version, n, user}: the version told last, the number of the push or state that told it, and the row, or
 * null when it is deleted. Deleted rows are remembered, so that a late change does not bring one back.
 */

export const MOST_DELETED = 5_000;

export class Book {
  #entries = new Map();
  #deleted = new Set(); // the newest last

  /** Take in one change of a push; return "draw", "remove" or "ignore". */
  change({ op, uid, version, user }, n) {
    if (!this.#wins(uid, version, n)) return "ignore";
    switch (op) {
      case "upsert":
        this.#hold(uid, { version, n, user });
        return "draw";
      case "delete":
        this.#bury(uid, { version, n, user: null });
        return "remove";
      default:
        throw new Error(`unknown op ${op}`);
    }
  }

  /**
   * Take in a whole state, with the topic's number from before its query. Return its rows in its order, each as the
   * newest that is known of it, and the uids of those to remove: rows that it lacks and that nothing of a higher
   * number has told of.
   */
  state(rows, n) {
    const listed = new Set(rows.map(({ uid }) => uid));
    for (const { uid, version, user } of rows) {
      if (this.#wins(uid, version, n)) this.#hold(uid, { version, n, user });
    }
    const removed = [...this.#entries].filter(([uid, { n: told, user }]) => user && told <= n && !listed.has(uid));
    for (const [uid] of removed) this.#entries.delete(uid);
    return { rows: this.#rows(listed), removed: removed.map(([uid]) => uid) };
  }

  /** Take no row for newer than number `n`, for the count may have gone back: of one version what comes now wins. */
  rebase(n) {
    for (const entry of this.#entries.values()) entry.n = Math.min(entry.n, n);
  }

  /** How many rows are held, deleted ones left out. */
  get size() {
    return this.#entries.size - this.#deleted.size;
  }

  #rows(uids) {
    const rows = [...uids].map((uid) => ({ uid, ...this.#entries.get(uid) }));
    return rows.filter(({ user }) => user);
  }

  #wins(uid, version, n) {
    const held = this.#entries.get(uid);
    return !held || version > held.version || (version === held.version && n >= held.n);
  }

  #hold(uid, entry) {
    this.#deleted.delete(uid);
    this.#entries.set(uid, entry);
  }

  #bury(uid, entry) {
    this.#deleted.delete(uid);
    this.#deleted.add(uid);
    this.#entries.set(uid, entry);
    if (this.#deleted.size <= MOST_DELETED) return;
    const [oldest] = this.#deleted;
    this.#deleted.delete(oldest);
    this.#entries.delete(oldest);
  }
}
