/** The zone's name if it is one that can be reckoned with, else UTC. */
export function knownTimeZone(name: string | undefined): string {
  if (name === undefined) return "UTC";
  try {
    new Date(0).toLocaleString("en", { timeZone: name });
    return name;
  } catch (error) {
    if (error instanceof RangeError) return "UTC";
    throw error;
  }
}
