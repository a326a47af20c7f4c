const longest = 12_000;

/** Makes what goes over the wire fit to be shown: every known secret masked, every key that was typed, and no novels. */
export function masking(secrets: () => readonly string[]): (value: unknown) => unknown {
  return (value) => {
    if (value === undefined) return null;
    let text = JSON.stringify(value, hideTyped);
    for (const secret of secrets()) if (secret !== "") text = text.replaceAll(secret, masked(secret));
    // A body that was no JSON is shown as the text that it was.
    if (text.length > longest)
      return `${text.slice(0, longest)} … and ${text.length - longest} characters more`;
    return JSON.parse(text) as unknown;
  };
}

/** The beginning of a secret, so that two can be told apart, and nothing that would open anything. */
export function masked(secret: string): string {
  return `${secret.slice(0, 6)}••••••`;
}

/** What is typed into an input for a key is no known secret yet, and one all the same. */
function hideTyped(name: string, value: unknown): unknown {
  const isKeyInput = name === "api_key" && typeof value === "object" && value !== null && "value" in value;
  return isKeyInput && typeof value.value === "string" ? { ...value, value: masked(value.value) } : value;
}
