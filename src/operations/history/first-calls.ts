import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { recordedProof, type FirstCallProof } from "../../domain/changes/first-call.ts";
import { agentKey } from "../../domain/numbers/change.ts";
import type { Context } from "../shared/context.ts";

/** What is on record about the first calls after changes, by the id of the change. */
export type FirstCalls = ReadonlyMap<string | undefined, FirstCallProof>;

/** Who answered the first calls after a change. Patchbay has looked only if the change gave the number an agent. */
export async function firstCallOf(ctx: Context, record: ChangeRecord | undefined): Promise<FirstCallProof> {
  const { changeId, wanted } = record?.requested ?? {};
  const isWatched = record?.outcome?.outcome === "applied" && typeof wanted?.[agentKey] === "string";
  if (changeId === undefined || !isWatched) return {};
  return recordedProof(await ctx.workspace.audit.entries({ changeId, limit: 100 }));
}

/** The same for the changes of a page, with a search for each. */
export async function firstCallsOf(ctx: Context, records: readonly ChangeRecord[]): Promise<FirstCalls> {
  const proofs = new Map<string | undefined, FirstCallProof>();
  for (const record of records) proofs.set(record.requested.changeId, await firstCallOf(ctx, record));
  return proofs;
}
