import { mappingFor, type Alert, type KeptAlert } from "../../domain/alerts/alert.ts";
import type { Hook, Mapping } from "../../domain/alerts/hook.ts";
import type { MatchedAlerts } from "../../domain/alerts/proposal.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { recordRefusal } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";

/** What a verified request says. */
export interface ReceivedAlerts {
  readonly hook: Hook;
  readonly digest: string | undefined;
  readonly alerts: readonly (Alert & Pick<KeptAlert, "hash">)[];
}

/**
 * Stores what a verified request of a source reports, and schedules the work of telling people. Nothing is asked of a vendor
 * or of Slack, so the source gets its answer at once. Returns false if the same request was accepted before. Throws
 * not_found if the hook is gone, and not_recorded.
 */
export async function receiveAlerts(
  ctx: Context,
  { hook, digest, alerts }: ReceivedAlerts,
): Promise<boolean> {
  const matched = matchAlerts(hook.mappings, alerts);
  const delivery = { digest, matched, hasAlerts: alerts.length > 0 };
  return ctx.workspace.proposals.receive(hook.id, delivery, ctx);
}

/**
 * Records that a source sent something that Patchbay cannot read: another version of its payload. Repeats are counted (ADR
 * 33). Throws nothing.
 */
export async function recordUnreadable(ctx: Context, { name, source }: Hook): Promise<void> {
  const words = `Patchbay cannot read a request to the hook “${name}”: ${source} may have a new version of its payload.`;
  const problem = new Problem("invalid_input", words, { field: "payload" });
  await recordRefusal(ctx, { kind: "action.refused", reason: "read an alert" }, problem);
}

function matchAlerts(
  mappings: readonly Mapping[],
  alerts: ReceivedAlerts["alerts"],
): readonly MatchedAlerts[] {
  const matched = new Map<
    string | undefined,
    { readonly mapping: Mapping | undefined; readonly alerts: KeptAlert[] }
  >();
  for (const alert of alerts) {
    const mapping = mappingFor(mappings, alert);
    const { id, key, title, state, hash } = alert;
    const own = matched.get(mapping?.id) ?? { mapping, alerts: [] };
    own.alerts.push({ id, key, title, state, hash });
    matched.set(mapping?.id, own);
  }
  return [...matched.values()];
}
