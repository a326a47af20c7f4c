import type { Out } from "./cli-context.ts";

/**
 * Output for people. On a terminal, text from outside cannot move the cursor, or hide or reverse other text. Output to
 * a file or a pipe is unchanged. Messages on standard error are always for people.
 */
export function safeOut(out: Out): Out {
  return {
    ...out,
    out: (text) => out.out(out.isTTY ? escapeControls(text) : text),
    err: (text) => out.err(escapeControls(text)),
    ...(out.progress
      ? { progress: (line) => out.progress?.(line === undefined ? undefined : escapeControls(line)) }
      : {}),
  };
}

// Keeps line breaks, tabs and the joiners that scripts and emoji need.
const controls = /\r(?!\n)|[^\P{Cc}\r\n\t]|[^\P{Cf}\u200C\u200D]|[\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Escapes every control or formatting character like JSON: `\u001b`. */
function escapeControls(text: string): string {
  return text.replace(controls, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
