import { z } from "zod";
import { Problem } from "../../domain/problem/problem.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import type { Expiry } from "../../domain/changes/expiry.ts";
import type { Freeze } from "../../domain/numbers/freeze.ts";
import { parseExpiry } from "../../operations/expiry/parse-expiry.ts";
import { findNumbers } from "../../operations/numbers/find-numbers.ts";
import { listFreezes } from "../../operations/restrictions/active-freezes.ts";
import { checkFreeze, liftFreeze, setFreeze } from "../../operations/restrictions/freeze.ts";
import { findByTitle, findTarget } from "../../operations/restrictions/target.ts";
import type { Context } from "../../operations/shared/context.ts";
import { controlCommand } from "../control/control-command.ts";

/** A freeze. Without a number it is about a connection, and without a connection about all numbers. */
export const freezeDocument = z.object({
  title: z.string(),
  connectionId: z.string().optional(),
  numberId: z.string().optional(),
  by: z.string(),
  reason: z.string(),
  at: z.string(),
  until: z.string().optional(),
});
export type FreezeDocument = z.infer<typeof freezeDocument>;

export const freezeListDocument = z.object({ workspace: z.string(), freezes: z.array(freezeDocument) });
export type FreezeListDocument = z.infer<typeof freezeListDocument>;

/** A freeze that was set or lifted. */
export const frozenDocument = z.object({ workspace: z.string(), freeze: freezeDocument });
export type FrozenDocument = z.infer<typeof frozenDocument>;

/** What a freeze would block. Nothing is frozen yet. */
export const freezePreviewDocument = z.object({
  workspace: z.string(),
  /** Whether it is about all numbers, which has to be confirmed. */
  isAll: z.boolean(),
  /** How many numbers there are, and whether some could not be counted. */
  numbers: z.number(),
  isComplete: z.boolean(),
});
export type FreezePreviewDocument = z.infer<typeof freezePreviewDocument>;

const newFreeze = z.object({
  what: z.string().max(300),
  reason: z.string().max(2_000).optional(),
  /** As typed: `for 2h`, `until 18:00`. */
  ends: z.array(z.string().max(100)).max(4),
});
type TypedFreeze = z.infer<typeof newFreeze>;

export const showFreezes = controlCommand({
  name: "freeze.list",
  input: z.object({}),
  output: freezeListDocument,
  run: async (ctx) => ({
    workspace: ctx.workspace.id,
    freezes: (await listFreezes(ctx)).map(freezeOf),
  }),
});

export const previewFreeze = controlCommand({
  name: "freeze.preview",
  input: newFreeze,
  output: freezePreviewDocument,
  run: async (ctx, typed) => {
    const wanted = await wantedFreeze(ctx, typed);
    await checkFreeze(ctx, wanted);
    const isAll = wanted.target.kind === "all";
    const workspace = ctx.workspace.id;
    if (!isAll) return { workspace, isAll, numbers: 0, isComplete: true };
    const { total, unanswered } = await findNumbers(ctx, "", { limit: 1 });
    return { workspace, isAll, numbers: total, isComplete: unanswered.length === 0 };
  },
});

export const freezeTarget = controlCommand({
  name: "freeze.set",
  input: newFreeze,
  output: frozenDocument,
  run: async (ctx, typed) => ({
    workspace: ctx.workspace.id,
    freeze: freezeOf(await setFreeze(ctx, await wantedFreeze(ctx, typed))),
  }),
});

export const unfreezeTarget = controlCommand({
  name: "freeze.lift",
  input: z.object({ what: z.string().max(300) }),
  output: frozenDocument,
  run: async (ctx, { what }) => {
    const freezes = await listFreezes(ctx);
    const [only, ...others] = await findByTitle(ctx, freezes, what);
    if (!only) throw new Problem("not_found", `Nothing called “${what}” is frozen.`, { field: "freeze" });
    if (others.length > 0) {
      const each = [only, ...others].map(({ title }) => title).join(", ");
      throw new Problem("invalid_input", `“${what}” fits several freezes: ${each}. Say which.`);
    }
    return { workspace: ctx.workspace.id, freeze: freezeOf(await liftFreeze(ctx, only, only.at)) };
  },
});

async function wantedFreeze(ctx: Context, { what, reason, ends: typed }: TypedFreeze) {
  if (what.trim() === "")
    throw new Problem("invalid_input", "Say what to freeze: a number, a connection, or all.");
  const ends: Expiry | undefined =
    typed.length > 0 ? parseExpiry(typed, { now: ctx.now(), timeZone: "UTC" }) : undefined;
  return { target: await findTarget(ctx, what), reason, ends };
}

function freezeOf({ title, connectionId, numberId, by, reason, at, until }: Freeze): FreezeDocument {
  return { title, connectionId, numberId, by: formatActor(by), reason, at, until };
}
