import { afterEach, beforeEach, expect, it } from "vitest";
import { startApprovals, type ApprovalHarness } from "./approval-harness.ts";
import { nobody, reassignLine, roadside } from "../../support/fixtures.ts";
import { settle } from "../../support/restrictions.ts";
import { formSays, textOf } from "../../support/screen.ts";

let at: ApprovalHarness;
beforeEach(async () => {
  at = await startApprovals();
});
afterEach(async () => at.harness.close());

const approvedBy = async (approver: {
  readonly slackAdmins?: boolean;
  readonly members?: boolean;
  readonly people?: string[];
}): Promise<void> => {
  const everybody = { ...nobody, members: true };
  await settle(at.harness, {
    roles: {
      admin: { ...nobody, slackAdmins: true },
      operator: everybody,
      viewer: everybody,
      approver: { ...nobody, ...approver },
    },
  });
};

// E3
it("says before submitting that nobody else can approve it, and who could", async () => {
  await approvedBy({ people: ["U0OPER001"] });
  await at.omar.command(reassignLine);
  const form = textOf(await formSays(at.harness, at.omar, "After:"));
  expect(form).toContain("Nobody else can approve it now");
  expect(form).toContain("Approvers: <@U0OPER001>");
});

// E3
it("says so in an undo form too, even if the other named person may not", async () => {
  await approvedBy({ people: ["U0OPER001", "U0GUEST01"] });
  const { audit } = at.harness.infra.store.workspace("T0PATCH01");
  const changeId = at.harness.infra.newId("chg");
  const change = {
    actor: { kind: "cli", osUser: "test" },
    requestId: changeId,
    changeId,
    change: "rename",
    number: { connectionId: at.harness.connections.cartesia?.id ?? "", numberId: roadside },
    before: { name: "Old name" },
    wanted: { name: "Roadside" },
  } as const;
  await audit.append({ ...change, kind: "change.requested" });
  await audit.append({ ...change, kind: "change.outcome", outcome: "applied" });
  await at.omar.command(`undo ${changeId}`);
  expect(textOf(await formSays(at.harness, at.omar, "After:"))).toContain("Nobody else can approve it now");
});

// E3
it("does not say so if somebody else can, if everyone can, or if Slack does not say", async () => {
  await at.omar.command(reassignLine);
  expect(textOf(await formSays(at.harness, at.omar, "After:"))).not.toContain("Nobody else");
  await at.omar.close();
  await approvedBy({ members: true });
  await at.omar.command(reassignLine);
  expect(textOf(await formSays(at.harness, at.omar, "After:"))).not.toContain("Nobody else");
  await at.omar.close();
  await approvedBy({ slackAdmins: true });
  at.harness.slack.fail("users.list", { error: "fatal_error" });
  await at.omar.command(reassignLine);
  expect(textOf(await formSays(at.harness, at.omar, "After:"))).not.toContain("Nobody else");
});
