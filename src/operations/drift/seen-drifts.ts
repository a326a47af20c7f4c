import type { SeenDrift } from "../../domain/drift.ts";
import type { Context } from "../shared/context.ts";
import { presentNames } from "../shared/present-names.ts";

/** What was found at vendors that nobody had told Patchbay of, oldest first, with numbers called as they are now. */
export async function seenDrifts(ctx: Context, most: number): Promise<readonly SeenDrift[]> {
  const found = await ctx.workspace.drifts.list({ most });
  const called = await presentNames(
    ctx,
    found.map(({ drift }) => drift.key),
    "lists",
  );
  return found.map(({ drift, seenAt }) => {
    const { name = drift.name, e164 = drift.e164 } = called(drift.key) ?? {};
    return { seenAt, drift: { ...drift, name, e164 } };
  });
}
