/** The rows of a table on the page, each known by its `data-uid`; focus and selection stay where they are. */

import { drawFields, highlight } from "./fields.js";
import { moves } from "./order.js";

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

  /** Put rows into an order, moving as few as possible, and not the one that has the focus. */
  arrange(uids) {
    const shown = [...this.#body.rows].map((row) => row.dataset.uid);
    const focused = document.activeElement?.closest("[data-uid]")?.dataset.uid;
    const made = moves(shown, uids, focused);
    if (made.length) keepingSelection(() => made.forEach(([uid, next]) => this.#move(uid, next)));
  }

  #move(uid, next) {
    this.#body.insertBefore(this.#rows.get(uid), this.#rows.get(next) ?? null);
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

/** Do what moves rows; what was selected in one of them is selected in it where it stands then. */
function keepingSelection(act) {
  const selection = getSelection();
  const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } = selection;
  act();
  const moved = selection.anchorNode !== anchorNode || selection.focusNode !== focusNode;
  if (!isCollapsed && moved && anchorNode.isConnected && focusNode.isConnected) {
    selection.setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset);
  }
}
