/** Formatted JSON. A value that was too long arrives as a truncated text. */
export function JsonText({ value }: { readonly value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <pre class="json" tabIndex={0}>
      {value === null || value === undefined ? "(nothing)" : text}
    </pre>
  );
}
