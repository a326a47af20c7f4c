import type { Harness } from "../../src/demo/harness.ts";
import { person, toldAlone } from "./screen.ts";

/** Somebody freezes all numbers with a line, and confirms that. */
export async function freezeAll(
  harness: Harness,
  userId: string,
  line: string,
  { channelId, teamId }: { readonly channelId?: string; readonly teamId?: string } = {},
): Promise<void> {
  const who = person(harness, userId, teamId);
  await who.command(line, channelId === undefined ? {} : { channelId });
  await who.click("freeze_all", { in: await toldAlone(harness, userId, "Freeze all numbers") });
}
