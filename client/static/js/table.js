/** The rows of a table on the page, each known by its `data-uid`. */

import { drawFields, highlight } from "./fields.js";

export class Table {
  #body;
  #template;
  #rows = new Map();

  constructor(body, template) {
    this.#body = body;
    this.#template = template;
    for (const row of body.rows) this.#rows.set(row.dataset.uid, row);
  }

  get size() {
    return this.#rows.size;
  }

  has(uid) {
    return this.#rows.has(uid);
  }

  /** Draw a row: one that is there changes, another appears at the end. */
  draw(uid, user) {
    const there = this.#rows.get(uid);
    if (there) drawFields(there, user);
    else this.#append(uid, user);
  }

  remove(uid) {
    this.#rows.get(uid)?.remove();
    this.#rows.delete(uid);
  }

  /** Put rows into an order, moving only those that stand elsewhere. */
  arrange(uids) {
    let place = this.#body.firstElementChild;
    for (const uid of uids) {
      const row = this.#rows.get(uid);
      if (row === place) place = place.nextElementSibling;
      else this.#body.insertBefore(row, place);
    }
  }

  #append(uid, user) {
    const row = this.#template.content.firstElementChild.cloneNode(true);
    row.dataset.uid = uid;
    drawFields(row, user);
    this.#rows.set(uid, row);
    this.#body.append(row);
    highlight(row);
  }
}
