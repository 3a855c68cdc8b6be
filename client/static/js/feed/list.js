/** The list of posts on the page: drawn so that what did not change stays as it is, selection and focus included. */

import { write } from "../text.js";

const when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

export class List {
  #root;
  #feed;
  #template;
  #user;
  #names;
  #nodes = new Map(); // by pk

  /** `user` is the pk of who looks, or null. */
  constructor(feed, user, names) {
    this.#feed = feed;
    this.#user = user;
    this.#names = names;
    this.#root = document.getElementById("posts");
    this.#template = document.getElementById("post");
    for (const node of this.#root.children) this.#nodes.set(Number(node.dataset.pk), node);
  }

  /** Return the node of a post. */
  node(pk) {
    return this.#nodes.get(pk);
  }

  /** Draw posts, newest first, and no others but one that is being changed: what somebody writes is not thrown away. */
  draw(items) {
    const wanted = new Set(items.map(({ pk }) => pk));
    for (const [pk, node] of this.#nodes) if (!wanted.has(pk) && !node.querySelector(".editing")) this.#remove(pk, node);
    let next = this.#root.firstElementChild;
    for (const item of items) {
      const node = this.#nodes.get(item.pk) ?? this.#add(item.pk);
      this.#fill(node, item);
      if (node === next) next = next.nextElementSibling;
      else this.#root.insertBefore(node, next);
    }
  }

  /** Let own posts be changed, or not. */
  enable(may) {
    for (const button of this.#root.querySelectorAll(".own button")) button.disabled = !may;
    for (const button of this.#template.content.querySelectorAll(".own button")) button.disabled = !may;
  }

  #add(pk) {
    const node = this.#template.content.firstElementChild.cloneNode(true);
    node.dataset.pk = pk;
    this.#nodes.set(pk, node);
    return node;
  }

  #fill(node, { author, body, created_at: at }) {
    const own = author === this.#user;
    write(node.querySelector(".author"), own ? this.#feed.dataset.you : this.#name(author));
    write(node.querySelector(".body"), body);
    const time = node.querySelector("time");
    if (time.dataset.at !== at) {
      time.dataset.at = time.dateTime = at;
      time.textContent = when.format(new Date(at));
    }
    if (!node.querySelector(".editing, .deleting")) node.querySelector(".own").hidden = !own;
  }

  #name(author) {
    return this.#names.of(author) || this.#feed.dataset.user.replace("%s", author);
  }

  /** Remove a post; whoever was in it is led to the next one. */
  #remove(pk, node) {
    this.#nodes.delete(pk);
    const had = node.contains(document.activeElement);
    const next = node.nextElementSibling ?? node.previousElementSibling;
    node.remove();
    if (had) (next?.querySelector(".own:not([hidden]) button") ?? document.getElementById("posts-name")).focus();
  }
}
