/** To change and to delete one's own posts, in their place. */

import { sentence } from "./socket.js";

export class Own {
  #feed;
  #socket;

  constructor(feed, socket) {
    this.#feed = feed;
    this.#socket = socket;
    document.getElementById("posts").addEventListener("click", (event) => this.#clicked(event.target));
  }

  #clicked(target) {
    const node = target.closest(".post");
    if (!node) return;
    if (target.matches(".edit")) this.#edit(node);
    else if (target.matches(".delete")) this.#ask(node);
  }

  #edit(node) {
    const body = node.querySelector(".body");
    const form = this.#open(node, "editing");
    const input = form.elements.namedItem("body");
    input.value = body.textContent;
    body.hidden = true;
    input.focus();
    const close = () => {
      body.hidden = false;
      this.#close(node, form, ".edit");
    };
    onLeave(form, close);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const asked = this.#socket.ask("patch", { pk: Number(node.dataset.pk), data: { body: input.value } });
      const [reply, events] = await this.#feed.during(asked);
      if (reply.status === 200) {
        close();
        this.#feed.wrote(reply.data, events);
      } else this.#wrong(form.querySelector(".note"), input, reply);
    });
  }

  #ask(node) {
    const group = this.#open(node, "deleting");
    group.querySelector(".cancel").focus();
    onLeave(group, () => this.#close(node, group, ".delete"));
    group.querySelector(".yes").addEventListener("click", async () => {
      const pk = Number(node.dataset.pk);
      const reply = await this.#socket.ask("delete", { pk });
      if ([204, 404].includes(reply.status)) this.#feed.take({ action: "delete", pk });
      else {
        this.#close(node, group, ".delete");
        this.#feed.say(sentence(reply.errors) || this.#feed.lost);
      }
    });
  }

  #open(node, name) {
    const part = document.getElementById(name).content.firstElementChild.cloneNode(true);
    node.querySelector(".own").hidden = true;
    node.querySelector("article").append(part);
    return part;
  }

  #close(node, part, button) {
    part.remove();
    node.querySelector(".own").hidden = false;
    node.querySelector(button).focus();
    this.#feed.draw(); // perhaps it was deleted meanwhile, and stayed only for what was written in it
  }

  #wrong(note, input, reply) {
    note.textContent = sentence(reply.errors) || this.#feed.lost;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  }
}

function onLeave(part, close) {
  part.querySelector(".cancel").addEventListener("click", close);
  part.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}
