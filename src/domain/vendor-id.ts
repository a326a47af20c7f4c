/** What may be a vendor's id: one word with letters in it, and something that a name alone does not have. */
const idForm = /^(?=.*[\d_-])(?=.*\p{L})\S{1,200}$/u;

/** Whether a text may be a vendor's id, so that it is worth asking for. */
export function mayBeId(text: string): boolean {
  return idForm.test(text);
}
