import type { SharedFile } from "../../types.ts";

/** The files shared with a message, each with its text, like Slack's preview of a text file. */
export function SharedFiles({ files }: { readonly files: readonly SharedFile[] }) {
  return (
    <div class="files">
      {files.map(({ title, filename, content }) => (
        <figure key={filename} class="file">
          <figcaption>
            <strong>{title || filename}</strong> <small>{filename}</small>
          </figcaption>
          <pre tabIndex={0} aria-label={`Text of ${filename}`}>
            {content}
          </pre>
        </figure>
      ))}
    </div>
  );
}
