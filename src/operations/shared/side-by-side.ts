/** The results of work that runs side by side. Throws the failure of the first one in this order that failed. */
export async function sideBySide<const Running extends readonly Promise<unknown>[]>(
  ...running: Running
): Promise<{ -readonly [Place in keyof Running]: Awaited<Running[Place]> }> {
  for (const end of await Promise.allSettled(running)) if (end.status === "rejected") throw end.reason;
  return Promise.all(running);
}
