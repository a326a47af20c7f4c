import { z } from "zod";
import type { Approval } from "../../domain/changes/approval.ts";
import { givenApprovals } from "../../domain/changes/approvers.ts";

/** A request for approval, besides what it is about. */
export const approvalResource = z.object({
  id: z.string(),
  expiresAt: z.iso.datetime(),
  /** How many people have to approve it, and how many have. */
  wanted: z.number().int(),
  given: z.number().int(),
});

export function approvalResourceOf(approval: Approval): z.infer<typeof approvalResource> {
  const { id, expiresAt, wanted } = approval;
  return { id, expiresAt, wanted, given: givenApprovals(approval).length };
}
