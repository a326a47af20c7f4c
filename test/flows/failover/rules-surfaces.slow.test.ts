import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Rule } from "../../../src/domain/failover/rules.ts";
import { admin, assistance, operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { change } from "../../support/undo.ts";
import { opens } from "../../support/words.ts";
import {
  kinds,
  startRules,
  title,
  type Kind,
  type RuleHarness,
} from "../../support/failover/rule-harness.ts";

let at: RuleHarness;
beforeEach(async () => {
  at = await startRules();
});
afterEach(async () => {
  await at.harness.close();
});

/** Somebody makes a change whose opposite breaks the rule, which is set afterwards. */
async function changeBefore(kind: Kind, more = ""): Promise<string> {
  at.harness.vendors.cartesia.changeNumber(roadside, {
    agent: kind.broken === null ? null : { id: kind.broken },
  });
  const line = `reassign Roadside to "Roadside assistance"${more} because it answers`;
  const id = await change(at.harness, person(at.harness, operator), line, voiceOps);
  await person(at.harness, operator).close();
  await at.setRule(kind);
  return id;
}

/** Executes a run that breaks the rule, as if the rule had been set after it was confirmed. */
async function execute({ broken }: Kind, kind: "failover" | "back" | "revert"): Promise<void> {
  const { store, newId } = at.harness.infra;
  const { runs } = store.workspace(teamId);
  const id = newId("run");
  const by = { userId: operator, channelId: voiceOps };
  const step = runStepOf(roadside, {
    key: { connectionId: at.connectionId(), numberId: roadside },
    changeId: newId("chg"),
    change: broken === null ? { kind: "detach" } : { kind: "reassign", agentId: broken },
    first: { agent: broken },
    last: { agent: assistance },
    now: { agent: assistance },
  });
  await runs.show(
    failoverOf(id, [step], { kind, by, terms: { ...failoverTerms, tiers: [{ name: "all" }] } }),
  );
  await runs.begin(id, by, {
    kind: "failover.begun",
    actor: { kind: "user", userId: operator, workspaceId: teamId },
    requestId: at.requestId(),
    details: { run: id, kind },
  });
  const claim = await store.work.own({ kind: "run", workspaceId: teamId, itemId: id }, 1000);
  if (claim) await store.work.finish(claim, { dueInMs: 0 });
  await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
  await at.harness.slack.eventually("the result of the step", async () => {
    const [first] = (await runs.get(id)).steps;
    return first?.result?.code === "ruled_out";
  });
}

/** How a change reaches the pipeline: makes one that breaks the rule, and waits until the rule stopped it. */
const surfaces: Readonly<Record<string, (kind: Kind) => Promise<number>>> = {
  "a form": async (kind) => {
    await at.setRule(kind);
    await at.sendForm(kind);
    await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
    return 0;
  },
  "a line that is typed": async (kind) => {
    await at.setRule(kind);
    const omar = person(at.harness, operator);
    const line = kind.broken === null ? "detach Roadside" : "reassign Roadside to Dispatch";
    const type = async () => omar.command(`${line} because it loops`, { channelId: voiceOps });
    await opens(at.harness, omar, type, "*After:*");
    await omar.submit();
    await formSays(at.harness, omar, title);
    return 0;
  },
  "a form that breaks glass over a protection": async (kind) => {
    await protectNumber(at.harness, roadside, { breakGlass: true });
    await at.setRule(kind);
    await at.sendForm(kind, true);
    await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
    return 0;
  },
  "a request for approval": async (kind) => {
    await protectNumber(at.harness, roadside);
    await at.setRule(kind);
    await at.sendForm(kind);
    await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
    expect(await at.harness.audit()).not.toContainEqual(
      expect.objectContaining({ kind: "approval.requested" }),
    );
    return 0;
  },
  "an approved change": async (kind) => {
    await protectNumber(at.harness, roadside);
    await at.sendForm(kind);
    const asked = await onRecord(at.harness, { kind: "approval.requested" });
    await at.setRule(kind);
    await sendInteraction(
      at.harness,
      press({ userId: admin, teamId }, "approve", asked.details?.["approval"] ?? ""),
    );
    await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
    return 0;
  },
  "an undo": async (kind) => {
    const changeId = await changeBefore(kind);
    const seen = { agent: assistance };
    const metadata = { changeId, to: "before", from: {}, title: "It", seen };
    const values = { reason: "tried" };
    await sendInteraction(
      at.harness,
      submission({ userId: operator, teamId }, { callbackId: "restore", metadata, values }),
    );
    await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
    return 1;
  },
  "an automatic revert": async (kind) => {
    await changeBefore(kind, " for 30m");
    at.pass(31 * 60_000);
    await toldInChannel(at.harness, voiceOps, title);
    return 1;
  },
  "the button that reverts now": async (kind) => {
    await changeBefore(kind, " for 30m");
    at.pass(26 * 60_000);
    const reminder = await toldInChannel(at.harness, voiceOps, "reverts automatically");
    await person(at.harness, operator).click("end_change", { in: reminder });
    await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
    return 1;
  },
  "the revert of an incident": async (kind) => {
    const omar = person(at.harness, operator);
    await omar.command("incident start INC-1 It drops", { channelId: voiceOps });
    await toldInChannel(at.harness, voiceOps, "INC-1");
    await changeBefore(kind);
    const revert = async () => omar.command("incident revert INC-1", { channelId: voiceOps });
    expect(textOf(await opens(at.harness, omar, revert, "will be restored"))).toContain(`*${title}*: at`);
    await omar.submit();
    await formSays(at.harness, omar, `“${title}”: at`);
    await onRecord(at.harness, { kind: "action.refused", code: "ruled_out" });
    return 1;
  },
  "a revert that has begun": async (kind) => {
    await at.setRule(kind);
    await execute(kind, "revert");
    return 0;
  },
  "a failover": async (kind) => {
    await at.setRule(kind);
    await execute(kind, "failover");
    return 0;
  },
  "a fail-back": async (kind) => {
    await at.setRule(kind);
    await execute(kind, "back");
    return 0;
  },
};

describe.each(Object.entries(kinds))("a rule of the kind “%s”", (_name, kind) => {
  it.each(Object.entries(surfaces))("stops %s, and names itself", async (_surface, breakRule) => {
    const earlier = await breakRule(kind);
    expect(at.patches()).toBe(earlier);
    const refused = (await at.harness.audit()).filter(({ problem }) => problem?.code === "ruled_out");
    for (const { problem } of refused) expect(problem?.message).toContain(`“${title}”: at`);
  });

  it("allows the change while it is not broken", async () => {
    await at.setRule({ ...kind, demand: loosened(kind) });
    await at.sendForm(kind);
    await onRecord(at.harness, { kind: "change.outcome" });
    expect(at.patches()).toBe(1);
  });
});

function loosened({ demand }: Kind): Rule["demand"] {
  if (demand.kind === "at_most") return { ...demand, atMost: { numbers: 9 } };
  return "atLeast" in demand ? { ...demand, atLeast: 1 } : demand;
}
