import type { Out } from "./cli-context.ts";

/**
 * Output for people: on a terminal no text from outside can move the cursor, hide or turn round what is written. Into a file
 * or a pipe texts go as they are. Messages beside the output are always for people.
 */
export function safeOut(out: Out): Out {
  return {
    ...out,
    out: (text) => out.out(out.isTTY ? escapeControls(text) : text),
    err: (text) => out.err(escapeControls(text)),
  };
}

// Line breaks and tabs stay, and the joiners that scripts and emoji need.
const controls = /\r(?!\n)|[^\P{Cc}\r\n\t]|[^\P{Cf}\u200C\u200D]|[\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text in which every control or formatting character is written as `\u001b`, as JSON does. */
function escapeControls(text: string): string {
  return text.replace(controls, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
