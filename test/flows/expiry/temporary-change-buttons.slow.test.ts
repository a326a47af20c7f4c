import { afterEach, beforeEach, expect, it } from "vitest";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { admin, minute, operator, voiceOps } from "../../support/fixtures.ts";
import { becomes, pressStale, valueOf } from "../../support/present-message.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";
import { buttonsOf } from "../../support/words.ts";

let at: TemporaryChangeHarness;
let omar: SlackPerson;
beforeEach(async () => {
  at = await startTemporaryChangeHarness();
  omar = person(at.harness, operator);
});
afterEach(async () => {
  await at.harness.close();
});

interface Told {
  readonly result: SandboxMessage;
  readonly reminder: SandboxMessage;
}

async function reminded(): Promise<Told> {
  const result = await at.reassign();
  at.pass(25 * minute);
  const reminder = await toldInChannel(at.harness, voiceOps, "reverts automatically <!date");
  expect(buttonsOf(reminder)).toEqual(["Keep", "Extend 30 min", "Revert now", "Show", "History"]);
  return { result, reminder };
}

// E13
it("removes Keep, Extend and Revert from a reminder once the change is permanent, and says who kept it", async () => {
  const { reminder } = await reminded();
  const value = valueOf(reminder, "keep_change");
  await omar.click("keep_change", { in: reminder });
  const now = await becomes(at.harness, reminder, /Kept by <@U0OPER001>.*<!date\^/u);
  expect(buttonsOf(now)).toEqual(["Show", "History"]);
  for (const actionId of ["keep_change", "extend_change", "end_change"]) {
    const before = at.harness.slack.directMessages(admin).length;
    await pressStale(at.harness, admin, actionId, value);
    const told = await at.harness.slack.eventually("an answer", () =>
      at.harness.slack.directMessages(admin).slice(before).at(-1),
    );
    expect(textOf(told)).toMatch(/Kept by <@U0OPER001>.*<!date\^/u);
    expect(textOf(told)).toContain("Nothing was changed.");
  }
});

// E13
it("updates the buttons of every message once the change is extended, and tells a late click until when", async () => {
  const { reminder } = await reminded();
  const value = valueOf(reminder, "keep_change");
  await omar.command("show Roadside", { channelId: voiceOps });
  const card = await at.harness.slack.eventually("the card", () =>
    at.harness.slack.ephemerals(operator).findLast((each) => buttonsOf(each).includes("Keep")),
  );
  await omar.click("extend_change:card", { in: card });
  const now = await becomes(at.harness, reminder, /Extended by <@U0OPER001>.*it now reverts <!date\^/u);
  expect(buttonsOf(now)).toEqual(["Show", "History", "Keep", "Extend 30 min", "Revert now"]);
  await pressStale(at.harness, admin, "keep_change", value);
  expect(textOf(await toldDirectly(at.harness, admin, "Extended by <@U0OPER001>"))).toMatch(
    /it now reverts <!date\^/u,
  );
  await person(at.harness, admin).click("keep_change", { in: now });
  const kept = await becomes(at.harness, reminder, "Kept by <@U0ADMIN01>");
  expect(buttonsOf(kept)).toEqual(["Show", "History"]);
});

// E13
it("tells the second of two simultaneous clicks who was first", async () => {
  const { reminder } = await reminded();
  const value = valueOf(reminder, "keep_change");
  await Promise.all([
    pressStale(at.harness, operator, "keep_change", value),
    pressStale(at.harness, admin, "extend_change", value),
  ]);
  const first = await at.harness.slack.eventually("a decision", async () =>
    (await at.harness.audit()).find(
      ({ kind, outcome }) => kind.startsWith("timed.") && outcome === "applied",
    ),
  );
  const winner = first.actor.kind === "user" ? first.actor.userId : "";
  const loser = winner === operator ? admin : operator;
  const told = await toldDirectly(at.harness, loser, "Nothing was changed.");
  expect(textOf(told)).toMatch(new RegExp(`(Kept|Extended) by <@${winner}>`, "u"));
});

// E13
it("removes Undo from the result once the change has reverted, and says whether that was early", async () => {
  const { result, reminder } = await reminded();
  const value = valueOf(reminder, "keep_change");
  expect(buttonsOf(result)).toEqual(["Undo", "Show", "History"]);
  await person(at.harness, admin).click("end_change", { in: reminder });
  await becomes(at.harness, reminder, /Reverted early by <@U0ADMIN01>/u);
  const now = await becomes(at.harness, result, /Reverted early by <@U0ADMIN01>.*<!date\^/u);
  expect(buttonsOf(now)).toEqual(["Show", "History"]);
  await pressStale(at.harness, operator, "extend_change", value);
  await toldDirectly(at.harness, operator, "Reverted early by <@U0ADMIN01>");
});

// E13
it("removes the buttons when the change expires", async () => {
  const { result, reminder } = await reminded();
  at.pass(6 * minute);
  const ended = await becomes(at.harness, reminder, "Reverted automatically");
  expect(buttonsOf(ended)).toEqual(["Show", "History"]);
  expect(buttonsOf(await becomes(at.harness, result, "Reverted automatically"))).toEqual(["Show", "History"]);
});

// E13
it("removes the buttons once a newer change has superseded the temporary one", async () => {
  const { result, reminder } = await reminded();
  const value = valueOf(reminder, "keep_change");
  await omar.command("reassign Roadside to Holding message", { channelId: voiceOps });
  await formSays(at.harness, omar, "*After:*");
  await omar.submit();
  const newer = await toldInChannel(at.harness, voiceOps, "→ *Holding message* (was *Dispatch*)");
  for (const message of [result, reminder])
    expect(
      buttonsOf(await becomes(at.harness, message, "Superseded by a newer change by <@U0OPER001>")),
    ).toEqual(["Show", "History"]);
  await pressStale(at.harness, admin, "keep_change", value);
  await toldDirectly(at.harness, admin, "Superseded by a newer change by <@U0OPER001>");
  expect(buttonsOf(newer)).toEqual(["Undo", "Show", "History"]);
});

// E13
it("says why a change could not be reverted", async () => {
  const { reminder } = await reminded();
  at.harness.vendors.cartesia.changeNumber("pn_B6d1Vz5H", { agent: { id: "agent_2mB6tYf1" } });
  at.pass(6 * minute);
  await onRecord(at.harness, { kind: "timed.left" });
  const now = await becomes(at.harness, reminder, "NOT reverted");
  expect(textOf(now)).toContain("The number had been changed since.");
  expect(buttonsOf(now)).toEqual(["Show", "History"]);
});
