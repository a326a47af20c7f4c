import { expect, it } from "vitest";
import { approvalsWanted, type ApprovalCount } from "../../../src/domain/access/protection.ts";
import type { Approval } from "../../../src/domain/changes/approval.ts";
import { approversOf, countText, enoughApprovers } from "../../../src/domain/changes/approvers.ts";
import { parseActor } from "../../../src/domain/shared/actor.ts";

const at = "2026-01-01T03:00:00.000Z";

/** A request of U1 and of the shell of root, with who approved it as entries name them. */
function request(
  wanted: ApprovalCount,
  first: string | undefined,
  second?: string,
  state: Approval["state"] = "approved",
): Approval {
  return {
    id: "apr_1",
    state,
    wanted,
    expiresAt: at,
    messages: [],
    first: first === undefined ? undefined : { by: parseActor(first), at },
    decision: second === undefined ? undefined : { by: parseActor(second), at },
    asked: {
      changeId: "chg_1",
      key: { connectionId: "con_1", numberId: "num_1" },
      change: { kind: "detach" },
      seen: { agent: "agent_a" },
      userId: "U1",
      account: "cli:root",
      at,
      e164: "+14155550100",
      connection: { id: "con_1", vendor: "cartesia", name: "Prod" },
      labels: {},
    },
  };
}

it.each<[string, string, string, readonly string[]]>([
  ["two people", "U2@T1", "U3@T1", ["U2", "U3"]],
  ["one person twice", "U2@T1", "U2@T1", ["U2"]],
  ["one person, also through a shell", "U2@T1", "cli:ann for U2", ["U2"]],
  ["one shell in two names", "cli:ann for U2", "cli:ann for U3", ["U2"]],
  ["one shell for itself and for a person", "cli:ann", "cli:ann for U3", ["cli:ann"]],
  ["two shells", "cli:ann", "cli:ben", ["cli:ann", "cli:ben"]],
  ["the requester second", "U2@T1", "U1@T1", ["U2"]],
  ["the requester first", "cli:ann for U1", "U2@T1", ["U2"]],
  ["the requester's shell in another name", "U2@T1", "cli:root for U3", ["U2"]],
  ["background work", "U2@T1", "system:approvals", ["U2"]],
])("counts of approvals by %s those of different people", (_who, first, second, names) => {
  const approval = request(2, first, second);
  expect(approversOf(approval).map(({ name }) => name)).toEqual(names);
  expect(enoughApprovers(approval) !== undefined).toBe(names.length === 2);
});

it("counts a decision only if it approves, and says how many there are", () => {
  const declined = request(2, "U2@T1", "U3@T1", "declined");
  expect(approversOf(declined).map(({ name }) => name)).toEqual(["U2"]);
  expect(enoughApprovers(request(1, undefined, "U2@T1"))).toHaveLength(1);
  const texts = [request(1, undefined), request(2, undefined), request(2, "U2@T1")].map(countText);
  expect(texts).toEqual([undefined, "0 of 2 approvals", "1 of 2 approvals"]);
});

it("wants as many approvals as the protection of a number that wants the most", () => {
  const protection = (numberId: string | undefined, approvals: ApprovalCount) => ({
    connectionId: "con_1",
    numberId,
    title: "it",
    approvals,
    at,
  });
  const all = [protection("num_1", 1), protection(undefined, 2), protection("num_2", 1)];
  const wanted = (numberId: string, protections = all) =>
    approvalsWanted(protections, { connectionId: "con_1", numberId });
  expect([wanted("num_1"), wanted("num_3"), wanted("num_1", all.slice(0, 1))]).toEqual([2, 2, 1]);
  expect([wanted("num_3", []), approvalsWanted(all, { connectionId: "con_2", numberId: "num_1" })]).toEqual([
    0, 0,
  ]);
});
