import { otherPeople } from "../../domain/access/protection.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { Verdict } from "../../domain/runs/run-step.ts";
import { runTitle } from "../../domain/runs/run.ts";
import type { Holder } from "../../domain/runs/runs.ts";
import { mayOperate } from "../access/permissions.ts";
import { frozen, previewPolicy } from "../access/policy.ts";
import type { Context } from "../shared/context.ts";

/** What is no obstacle for a run. */
export interface ObstacleOptions {
  /** The run whose changes are taken back: its numbers are its own. */
  readonly returns?: string | undefined;
  /** Whether the change of a protected number is approved, or can be with the run. */
  isApprovable?(key: NumberKey): boolean;
}

/** Returns what prevents a person from changing a number that could be changed. */
export type FindObstacle = (key: NumberKey) => Verdict | undefined;

/**
 * Predicts what the change pipeline will decide about freezes, protections and denied connections. The pipeline decides
 * again.
 */
export async function obstacleFinder(
  ctx: Context,
  { returns, isApprovable = () => false }: ObstacleOptions = {},
): Promise<FindObstacle> {
  const policy = await previewPolicy(ctx);
  const holders = new Map(
    (await ctx.workspace.runs.holders())
      .filter(({ id }) => id !== returns)
      .map((holder) => [numberName(holder.key), holder] as const),
  );
  const permissions = await ctx.authorizer.permissions(ctx.actor);
  const held = (by: "freeze" | "protection" | "rights" | "run", why: string): Verdict => ({
    kind: "held",
    by,
    why,
  });
  return (key) => {
    if (!mayOperate(permissions, key.connectionId))
      return held(
        "rights",
        permissions.unavailableReason ?? "You may not change the numbers of this connection.",
      );
    if (!policy) return held("freeze", "Patchbay cannot read whether this number is frozen or protected.");
    const { freeze, isProtected, approvals } = policy(key);
    if (freeze) return held("freeze", frozen(freeze).message);
    if (isProtected && !isApprovable(key))
      return held(
        "protection",
        `This number is protected: ${otherPeople(approvals)} must approve the revert.`,
      );
    const holder = holders.get(numberName(key));
    if (holder) return held("run", `It belongs to ${runTitle(holder)} now${fromHolder(holder)}`);
    return undefined;
  };
}

const numberName = ({ connectionId, numberId }: NumberKey): string =>
  JSON.stringify([connectionId, numberId]);

function fromHolder({ kind, terms }: Holder): string {
  const { plan } = terms;
  if (kind === "revert" || plan === undefined) return ".";
  return `: /number failover ${plan.slug} back takes it back.`;
}
