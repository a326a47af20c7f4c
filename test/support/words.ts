import type { SandboxMessage } from "../../src/sandbox/slack/index.ts";

/** Words without marks and with single blanks, to compare what a lock screen says with what the blocks say. */
export function unmarked(words: string): string {
  return words.replace(/[*_`\u2060]/gu, "").replace(/\s+/gu, " ").trim();
}

/** The sections of a message whose words its plain text leaves out; none when both say the same. */
export function leftOut(message: SandboxMessage): string[] {
  const text = unmarked(message.text);
  return message.blocks.flatMap((block) => {
    const { text: said } = block as { text?: { text?: string } };
    return block["type"] === "section" && said?.text && !text.includes(unmarked(said.text)) ? [said.text] : [];
  });
}

/** The labels of a message's or form's buttons, in reading order. */
export function buttonsOf(shown: { blocks: Record<string, unknown>[] } | undefined): string[] {
  const found: string[] = [];
  for (const block of shown?.blocks ?? []) {
    const { elements, accessory } = block as { elements?: unknown[]; accessory?: unknown };
    for (const element of [...(elements ?? []), accessory]) {
      const { type, text } = (element ?? {}) as { type?: string; text?: { text?: string } };
      if (type === "button" && text?.text) found.push(text.text);
    }
  }
  return found;
}
