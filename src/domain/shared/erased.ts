/** What stands in the place of a text that an erased person typed. */
export const erasedReason = "(erased)";

const prefix = "erased person ";

/** What stands in the place of the Slack user id of an erased person: the same for all entries of that person. */
export function erasedUserId(id: string): string {
  return `${prefix}${id.slice(-8)}`;
}

/** Whether a user id stands for an erased person. */
export function isErased(userId: string): boolean {
  return userId.startsWith(prefix);
}
