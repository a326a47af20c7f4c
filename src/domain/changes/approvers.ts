import { accountOf, formatActor, isSamePerson, personOf, type Actor } from "../shared/actor.ts";
import { isAskedBy, type Approval, type GivenApproval } from "./approval.ts";

/** Who approved a request: a person, or a shell for itself, never the one who asked. */
export interface Approver {
  readonly by: Actor;
  /** Their name in entries. */
  readonly name: string;
  readonly onCall: string | undefined;
}

/** The approvals that somebody gave, in their order. */
export function givenApprovals({ state, first, decision }: Approval): readonly GivenApproval[] {
  const isApproved = state === "approved" || state === "over";
  return [...(first ? [first] : []), ...(isApproved && decision ? [decision] : [])];
}

/**
 * The people who approved a request, in their order. Each counts once, however they act, and so does a shell, even if it
 * acts for several people. The one who asked and background work do not count.
 */
export function approversOf(approval: Approval): readonly Approver[] {
  const counted: Actor[] = [];
  return givenApprovals(approval).flatMap(({ by, onCall }) => {
    if (by.kind === "system" || isAskedBy(approval, by) || counted.some((one) => isSameApprover(one, by)))
      return [];
    counted.push(by);
    return [{ by, name: personOf(by) ?? formatActor(by), onCall }];
  });
}

/** Those people, if they are as many as the request wants. */
export function enoughApprovers(approval: Approval): readonly Approver[] | undefined {
  const approvers = approversOf(approval);
  return approvers.length >= approval.wanted ? approvers : undefined;
}

/** Whether one person may have acted both times: in Slack, or through one shell or token, also in two names. */
export function isSameApprover(one: Actor, other: Actor): boolean {
  const account = accountOf(one);
  return isSamePerson(one, other) || (account !== undefined && account === accountOf(other));
}

/** How many of the two that it wants have approved a request that is not decided: `1 of 2 approvals`; undefined if one is enough. */
export function countText(approval: Pick<Approval, "wanted" | "first">): string | undefined {
  return approval.wanted === 1 ? undefined : `${approval.first ? 1 : 0} of ${approval.wanted} approvals`;
}
