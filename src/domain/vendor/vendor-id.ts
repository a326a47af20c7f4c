/** One word with at least one letter and at least one digit, dash or underscore. */
const idForm = /^(?=.*[\d_-])(?=.*\p{L})\S{1,200}$/u;

/** Whether a text could be a vendor's id, so that it is worth a request. */
export function mayBeId(text: string): boolean {
  return idForm.test(text);
}
