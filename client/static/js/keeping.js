/** Fields that follow what is saved elsewhere, unless the user is writing something else into them. */

import { put } from "./put.js";

export const fieldsOf = (form) => [...form.elements].filter(({ name, type }) => name && type !== "hidden");

export class Keeping {
  #fields;
  #kept = new Map(); // what is saved, by field

  constructor(fields) {
    this.#fields = fields;
    for (const field of fields) this.#kept.set(field, field.value);
  }

  /** Show what is saved, by names of fields. */
  show(values) {
    for (const field of this.#fields) {
      const value = values[field.name].replaceAll("\r\n", "\n"); // as a field returns it
      const untouched = field.value === this.#kept.get(field);
      this.#kept.set(field, value);
      if (untouched) put(field, value);
    }
  }

  /** Put back into a field what is saved, so that it follows again. */
  putBack(field) {
    field.value = this.#kept.get(field);
  }
}
