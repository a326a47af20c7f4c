/** So many items of a long list are handled before others get their turn. */
export const bite = 1_000;

/** Lets others have their turn: resolves once what waits in the event loop has been handled. */
export async function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
