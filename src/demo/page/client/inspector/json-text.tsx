/** JSON to be read; what was too long came as a cut text and is shown as that. */
export function JsonText({ value }: { readonly value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <pre class="json" tabIndex={0}>
      {value === null || value === undefined ? "(nothing)" : text}
    </pre>
  );
}
