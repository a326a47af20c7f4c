import { z } from "zod";
import type { SandboxMessage, SandboxView, SlackPerson } from "../../../src/sandbox/slack/index.ts";

const row = z.object({
  block_id: z.string().optional(),
  elements: z.array(
    z.object({
      type: z.string(),
      options: z.array(z.object({ text: z.object({ text: z.string() }), value: z.string() })).optional(),
    }),
  ),
});

/** An entry of an overflow menu, with the block that it is in. */
interface MenuEntry {
  readonly label: string;
  readonly value: string;
  readonly blockId: string | undefined;
}

/** The entries of all overflow menus of a message, form or tab. */
export function menuEntries({ blocks }: Pick<SandboxMessage, "blocks">): MenuEntry[] {
  return blocks.flatMap((block) => {
    const { data } = row.safeParse(block);
    return (data?.elements ?? []).flatMap(({ type, options = [] }) =>
      type === "overflow"
        ? options.map(({ text, value }) => ({ label: text.text, value, blockId: data?.block_id }))
        : [],
    );
  });
}

/** Chooses an entry of an overflow menu of a message by its label, the first one where several have it. */
export async function chooseMore(who: SlackPerson, label: string, message: SandboxMessage): Promise<void> {
  await chooseIn(who, label, message, message);
}

/** The same in a form or on the App Home. */
export async function chooseMoreIn(
  who: SlackPerson,
  label: string,
  shown: SandboxView | undefined,
  surface: "view" | "home",
): Promise<void> {
  await chooseIn(who, label, shown ?? { blocks: [] }, surface);
}

async function chooseIn(
  who: SlackPerson,
  label: string,
  shown: Pick<SandboxMessage, "blocks">,
  surface: SandboxMessage | "view" | "home",
): Promise<void> {
  const entry = menuEntries(shown).find((each) => each.label === label);
  if (!entry) throw new Error(`no entry ${label} in ${JSON.stringify(shown.blocks)}`);
  const { value, blockId } = entry;
  await who.choose(
    "more",
    { text: label, value },
    { in: surface, ...(blockId === undefined ? {} : { blockId }) },
  );
}
