import { z } from "zod";
import { otherPeople, type ApprovalCount } from "../../domain/access/protection.ts";
import { snapshotSchema } from "../../domain/numbers/change.ts";
import type { RunStep } from "../../domain/runs/run-step.ts";
import { previewPolicy } from "../access/policy.ts";
import type { Context } from "../shared/context.ts";
import { numberDocument, versionWordOf, wordingDocument } from "./number-document.ts";

/** A difference between the file and a number: what it is now, and what the file wants. */
export const routeChangeDocument = z.object({
  number: numberDocument,
  now: snapshotSchema,
  wanted: snapshotSchema,
  ...wordingDocument.shape,
  /** Why Patchbay would not make this change now, or what it needs. */
  obstacle: z.string().optional(),
});
export type RouteChangeDocument = z.infer<typeof routeChangeDocument>;

/** The differences, with what each needs as protections are now. */
export async function routeChangesOf(
  ctx: Context,
  steps: readonly RunStep[],
): Promise<RouteChangeDocument[]> {
  const restrictionsOf = await previewPolicy(ctx);
  return steps.map((step) => routeChangeOf(ctx, step, restrictionsOf?.(step.key).approvals));
}

function routeChangeOf(ctx: Context, step: RunStep, approvals: 0 | ApprovalCount = 1): RouteChangeDocument {
  const { key, connection: name, vendor, e164, name: title, now, first, labels, approval } = step;
  const protectedText =
    approval === undefined
      ? undefined
      : `It is protected: ${otherPeople(approvals)} must approve the change.`;
  return {
    number: {
      connection: { id: key.connectionId, name, vendor },
      id: key.numberId,
      e164,
      name: title,
    },
    now,
    wanted: first,
    labels: { ...labels },
    versionWord: versionWordOf(ctx, vendor),
    obstacle: obstacleOf(step) ?? protectedText,
  };
}

function obstacleOf({ verdict }: RunStep): string | undefined {
  switch (verdict.kind) {
    case "held":
    case "ruled_out":
    case "cannot":
    case "unread":
      return verdict.why;
    case "unknown":
      return "The outcome of its last change is not known yet.";
    case "moved":
      return "It was changed since.";
    case "will_revert":
    case "will_switch":
    case "already_so":
      return undefined;
  }
}
