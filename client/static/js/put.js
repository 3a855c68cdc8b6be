/** Show a value in a field. If the user had all of it selected, or was about to fill it, what he types replaces it. */
export function put(field, value) {
  if (field.value === value) return; // for the caret's sake
  const all = field.selectionStart === 0 && field.selectionEnd === field.value.length;
  field.value = value;
  if (all && document.activeElement === field) field.select();
}
