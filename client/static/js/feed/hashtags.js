/** The followed hashtags: on the page, in its address, and at the server. Without any every post is followed. */

import { folded } from "./folding.js";
import { sentence } from "./socket.js";

export class Hashtags {
  #feed;
  #socket;
  #form;
  #input;
  #names;
  #most;
  #may = false;
  #turn = Promise.resolve(); // one after the other, or two might both find room for the last

  /** `names` are followed from the beginning, and `most` at the most. */
  constructor(feed, socket, names, most) {
    this.#feed = feed;
    this.#socket = socket;
    this.#names = names.map(folded);
    this.#most = most;
    this.#form = document.getElementById("follow");
    this.#input = this.#form.elements.namedItem("hashtag");
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const written = this.#input.value;
      this.#turn = this.#turn.then(() => this.#follow(written));
    });
    this.#draw();
  }

  /** The hashtags, as `list` takes them. */
  get asked() {
    return this.#names.length ? { hashtags: this.#names } : {};
  }

  /** Let hashtags be followed, or not. */
  enable(may) {
    this.#may = may;
    for (const button of this.#form.querySelectorAll("button")) button.disabled = !may;
  }

  /** Follow them over a connection that is new; return whether all are followed. */
  async resume() {
    for (const hashtag of this.#names) {
      if (!(await this.#done("subscribe_to_hashtag", 201, { hashtag }))) return false;
    }
    return this.#names.length > 0 || this.#done("subscribe_to_posts", 201);
  }

  async #done(action, status, said) {
    return (await this.#socket.insist(action, said)).status === status;
  }

  async #follow(written) {
    const name = folded(written);
    if (this.#names.length >= this.#most && !this.#names.includes(name)) {
      this.#say(this.#form.dataset.most.replace("%s", this.#most), true);
      return;
    }
    const reply = await this.#socket.ask("subscribe_to_hashtag", { hashtag: name });
    if (reply.status !== 201) {
      this.#say(sentence(reply.errors) || this.#feed.lost, true);
      return;
    }
    this.#say("");
    if (this.#input.value === written) this.#input.value = ""; // else the next one is being written
    if (!this.#names.includes(name)) this.#names = [...this.#names, name];
    const isFirst = this.#names.length === 1;
    this.#changed(async () => !isFirst || (await this.#done("unsubscribe_from_posts", 204)));
  }

  #leave(name) {
    this.#names = this.#names.filter((each) => each !== name);
    this.#input.focus();
    this.#say("");
    const isLast = this.#names.length === 0;
    this.#changed(
      async () =>
        (!isLast || (await this.#done("subscribe_to_posts", 201))) &&
        (await this.#done("unsubscribe_from_hashtag", 204, { hashtag: name })),
    );
  }

  /** Show the change, and tell the server of it; what cannot be told now comes about on a new connection. */
  #changed(tell) {
    const address = new URL(location.href);
    address.searchParams.delete("hashtag");
    this.#names.forEach((name) => address.searchParams.append("hashtag", name));
    history.replaceState(null, "", address);
    this.#draw();
    this.#socket.surely(async () => (await tell()) && (await this.#feed.list()));
  }

  #draw() {
    const parts = this.#names.map((name) => {
      const [item, button] = [document.createElement("li"), document.createElement("button")];
      button.type = "button";
      button.disabled = !this.#may;
      button.textContent = `#${name} ×`;
      button.setAttribute("aria-label", this.#form.dataset.unfollow.replace("%s", name));
      button.addEventListener("click", () => this.#leave(name));
      item.append(button);
      return item;
    });
    document.getElementById("followed").replaceChildren(...parts);
  }

  #say(text, wrong = false) {
    document.getElementById("follow-note").textContent = text;
    if (wrong) this.#input.setAttribute("aria-invalid", "true");
    else this.#input.removeAttribute("aria-invalid");
  }
}
