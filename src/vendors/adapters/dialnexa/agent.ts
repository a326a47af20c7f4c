import { z } from "zod";
import type { Agent } from "../../../domain/numbers/phone-number.ts";
import { nameOr } from "../../parse.ts";

/** An agent as DialNexa shows it. */
export const agentSchema = z.object({
  id: z.string().min(1),
  is_deleted: z.boolean().nullish(),
  current_version: z.object({ title: z.string().nullish(), is_published: z.boolean().nullish() }).nullish(),
  versions: z.array(z.object({ is_published: z.boolean().nullish() })).nullish(),
});

export function agentFrom(seen: z.output<typeof agentSchema>): Agent {
  const { current_version: current, versions } = seen;
  const published = new Set([current, ...(versions ?? [])].map((version) => version?.is_published));
  const unpublished = published.has(false) && !published.has(true);
  const unbindable = seen.is_deleted
    ? "it is deleted"
    : unpublished
      ? "it has no published version"
      : undefined;
  return { id: seen.id, name: nameOr(seen.id, current?.title), unbindable };
}
