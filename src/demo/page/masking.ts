const longest = 12_000;

/** Prepares requests and responses for display: masks known secrets and typed keys, and truncates long bodies. */
export function masking(secrets: () => readonly string[]): (value: unknown) => unknown {
  return (value) => {
    if (value === undefined) return null;
    let text = JSON.stringify(value, hideTyped);
    for (const secret of secrets()) if (secret !== "") text = text.replaceAll(secret, masked(secret));
    // A body that is not JSON is shown as text.
    if (text.length > longest)
      return `${text.slice(0, longest)} … and ${text.length - longest} characters more`;
    return JSON.parse(text) as unknown;
  };
}

/** The beginning of a secret: enough to distinguish two, too little to use. */
export function masked(secret: string): string {
  return `${secret.slice(0, 6)}••••••`;
}

/** A key that is being typed is not a known secret yet, but must be hidden. */
function hideTyped(name: string, value: unknown): unknown {
  const isKeyInput = name === "api_key" && typeof value === "object" && value !== null && "value" in value;
  return isKeyInput && typeof value.value === "string" ? { ...value, value: masked(value.value) } : value;
}
