import { isActive, type Freeze } from "../../domain/numbers/freeze.ts";
import type { Context } from "../shared/context.ts";
import { freezeMoment } from "../access/policy.ts";
import { titledNow, type AskFor, type TitledNow } from "../shared/present-names.ts";
import { requireRoleAudited } from "../access/permissions.ts";

/** The active freezes, oldest first, with current names. Throws not_allowed. */
export async function listFreezes(
  ctx: Context,
  ask: AskFor = "numbers",
): Promise<readonly TitledNow<Freeze>[]> {
  await requireRoleAudited(ctx, "viewer", "see freezes");
  return activeFreezes(ctx, ask);
}

/** `listFreezes` for a caller that has checked permissions. */
export async function activeFreezes(ctx: Context, ask: AskFor): Promise<readonly TitledNow<Freeze>[]> {
  return titledNow(ctx, await unexpiredFreezes(ctx), ask);
}

export async function unexpiredFreezes(ctx: Context): Promise<readonly Freeze[]> {
  const moment = freezeMoment(ctx);
  return (await ctx.workspace.freezes.list()).filter((freeze) => isActive(freeze, moment));
}
