import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { admin, guest, nobody, operator, teamId } from "../../support/fixtures.ts";
import { sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { settle } from "../../support/restrictions.ts";
import { askedInChannel, startProtected, type ProtectedHarness } from "./protected-harness.ts";
import { asks, begun, presses } from "./protected-request.ts";

let at: ProtectedHarness;
beforeEach(async () => {
  at = await startProtected();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a request for a failover", () => {
  it("cannot be approved by the requester, even as an approver", async () => {
    await settle(at.harness, { roles: { approver: { ...nobody, people: [operator] } } });
    await asks(at);
    await presses(at, operator);
    const refused = await onRecord(at.harness, {
      kind: "action.refused",
      userId: operator,
      code: "not_allowed",
    });
    expect(refused.details).toMatchObject({ plan: "silent" });
    expect(await begun(at)).toEqual([0, 0]);
  });

  it.each([
    ["a guest", guest, teamId],
    ["a person of another organization", "U0ELSE001", "T0ELSE001"],
  ])("cannot be decided by %s", async (_who, userId, from) => {
    await asks(at);
    await presses(at, userId, "approve", from);
    await onRecord(at.harness, { kind: "action.refused", userId, code: "not_allowed" });
    expect(await begun(at)).toEqual([0, 0]);
  });

  it("is made once, and never by a form for somebody else's preview", async () => {
    await at.preview();
    const state = at.omar.view()?.["private_metadata"];
    const forged = async (userId: string): Promise<void> => {
      const metadata: unknown = JSON.parse(String(state));
      const sender = { userId, teamId };
      await sendInteraction(at.harness, submission(sender, { callbackId: "failover", metadata, values: {} }));
    };
    await forged(admin);
    await onRecord(at.harness, { kind: "action.refused", userId: admin, code: "not_allowed" });
    await at.omar.submit();
    await askedInChannel(at);
    await forged(operator);
    await onRecord(at.harness, { kind: "action.refused", userId: operator, code: "already_requested" });
    expect(await at.entries("approval.requested")).toHaveLength(1);
    expect(await begun(at)).toEqual([0, 0]);
  });
});
