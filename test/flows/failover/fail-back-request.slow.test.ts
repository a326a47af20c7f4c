import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { admin, assistance, holding, hour, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { change } from "../../support/undo.ts";
import { opens } from "../../support/words.ts";
import { onRecord } from "../../support/record.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { formSays, textOf, toldInChannel } from "../../support/screen.ts";
import { becomes, fleetDesk, second, workspaceOf, type ProtectedHarness } from "./protected-harness.ts";
import {
  asksBack,
  back,
  backs,
  now,
  presses,
  previewsBack,
  requestId,
  restored,
  startUnprotected,
  untouched,
} from "./protected-request.ts";

let at: ProtectedHarness;
beforeEach(async () => {
  at = await startUnprotected();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a fail-back with a number that was protected meanwhile", () => {
  it("asks once for its approval, and begins when somebody else approves", async () => {
    expect(await previewsBack(at)).toContain("1 will be put back · 1 needs approval");
    expect(at.omar.view()?.["submit"]).toMatchObject({ text: "Ask for approval" });
    const message = await asksBack(at);
    const asked = textOf(message);
    expect(asked).toContain("asks for approval of the fail-back of *Agents are silent*");
    expect(asked).toContain("Roadside");
    expect(asked).not.toContain("No rule blocks it");
    expect(now(at)).toEqual(untouched);
    at.pass(15 * 60_000);
    await at.ada.click("approve", { in: message });
    await becomes(at, "failover.returned");
    expect(now(at)).toEqual(restored);
    const by = { approval: await requestId(at), approvedBy: admin };
    expect(await at.changeOf(roadside)).toMatchObject({ actor: { userId: operator }, details: by });
    expect((await at.changeOf(fleetDesk))?.details).not.toHaveProperty("approval");
    expect((await at.entries("failover.begun"))[1]?.details).toMatchObject({ kind: "back", ...by });
    const told = textOf(await toldInChannel(at.harness, voiceOps, "asked for has begun"));
    expect(told).toContain("The fail-back that <@U0OPER001> asked for has begun");
  });

  it("begins without it while the request is open, and takes the request back", async () => {
    await previewsBack(at);
    await asksBack(at);
    await at.omar.click("failover:without");
    await becomes(at, "failover.returned");
    expect(now(at)).toEqual([assistance, holding, 1]);
    await onRecord(at.harness, { kind: "approval.withdrawn", userId: operator });
    await presses(at, admin);
    await onRecord(at.harness, { kind: "action.refused", userId: admin, code: "already_requested" });
    expect([now(at), await backs(at)]).toEqual([[assistance, holding, 1], 1]);
  });

  it("leaves a number that was changed and put back since with the failover, for people to look again", async () => {
    await previewsBack(at);
    const message = await asksBack(at);
    await at.omar.close();
    const changeId = await change(
      at.harness,
      at.omar,
      "reassign 0186 to Dispatch because we try it",
      voiceOps,
    );
    await at.omar.close();
    await opens(
      at.harness,
      at.omar,
      async () => at.omar.command(`undo ${changeId}`, { channelId: voiceOps }),
      "Holding",
    );
    await at.omar.submit();
    await formSays(at.harness, at.omar, "confirmed by");
    await at.omar.close();
    await at.ada.click("approve", { in: message });
    expect((await becomes(at, "failover.returned")).details).toMatchObject({ changed: "1", left: "1" });
    expect([at.agentOf(fleetDesk), at.agentOf(roadside)]).toEqual([holding, assistance]);
    const holders = await workspaceOf(at).runs.holders();
    expect(holders.map(({ kind, key }) => [kind, key.numberId])).toEqual([["failover", fleetDesk]]);
    expect(await at.preview(back, "1 will be put back")).toContain("Fleet desk");
  });

  it("offers that in the preview as well", async () => {
    await previewsBack(at);
    await at.omar.click("failover:without");
    await formSays(at.harness, at.omar, "The fail-back of silent");
    await becomes(at, "failover.returned");
    expect(now(at)).toEqual([assistance, holding, 1]);
  });

  it.each([
    [
      "declined",
      async (message: SandboxMessage) => {
        await at.ada.click("decline", { in: message });
        await formSays(at.harness, at.ada, "Comment");
        await at.ada.submit();
      },
    ],
    ["withdrawn", async () => at.omar.click("withdraw")],
    ["expired", async () => Promise.resolve(at.pass(25 * hour))],
  ] as const)("is not begun once the request is %s", async (how, ends) => {
    await previewsBack(at);
    const message = await asksBack(at);
    await ends(message);
    await onRecord(at.harness, { kind: `approval.${how}` });
    await presses(at, second);
    await onRecord(at.harness, { kind: "action.refused", userId: second });
    expect([now(at), await backs(at)]).toEqual([untouched, 0]);
  });

  it("is left to its owner when its time is over", async () => {
    await at.savePlan({ defaultForMs: hour, atEnd: "fail_back" });
    await at.preview();
    await at.omar.submit();
    await becomes(at, "failover.held");
    await protectNumber(at.harness, roadside, { channelId: voiceOps });
    at.pass(hour + 60_000);
    await toldInChannel(at.harness, voiceOps, "Patchbay changed nothing: someone has to decide");
    expect([now(at), await backs(at)]).toEqual([untouched, 0]);
  });
});
