/** The longest message before a request id, so that the id is not cut off. */
const longest = 140;

/** A vendor's message with the id of the request, which its support asks for. */
export function withRequestId(message: string, id: string | null | undefined): string {
  if (!id || !/^[\w.:-]{1,50}$/u.test(id)) return message;
  return `${Array.from(message).slice(0, longest).join("")} (request ${id})`;
}
