/** The time zone's name if it is valid, otherwise UTC. */
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
