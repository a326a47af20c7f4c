import { afterEach, expect, it, vi } from "vitest";
import { claimFailBack, createFailBack } from "../../../src/operations/runs/fail-back.ts";
import { overrideRules } from "../../../src/operations/failover/rules.ts";
import { resumeRun } from "../../../src/operations/runs/steer-run.ts";
import { operator, patient, teamId, voiceOps } from "../../support/fixtures.ts";
import { startFailoverHarness, type FailoverHarness } from "../../support/failover/failover-run.ts";
import { settle } from "../../support/restrictions.ts";
import { buttonsOf } from "../../support/words.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;
const by = { userId: operator, channelId: voiceOps };
let at: FailoverHarness;
afterEach(async () => {
  await at.harness.close();
});

const runs = () => at.harness.infra.store.workspace(teamId).runs;

const verdicts = (run: Awaited<ReturnType<typeof createFailBack>>): string[] =>
  run.steps.map(({ verdict }) => verdict.kind);

/** The update of a message that shows these words. */
async function updatedTo(words: string): Promise<string> {
  return vi.waitFor(() => {
    const updates = at.harness.slack.calls.filter(({ method }) => method === "chat.update");
    const shown = updates.map(({ args }) => JSON.stringify(args)).findLast((text) => text.includes(words));
    expect(shown).toBeDefined();
    return shown ?? "";
  }, patient);
}

/** Confirms a fail-back, for the app to execute. */
async function returns(id: string): Promise<void> {
  await claimFailBack(at.contextOf(), id, by);
  const { work } = at.harness.infra.store;
  const claim = await work.own({ kind: "run", workspaceId: teamId, itemId: id }, 1000);
  if (claim) await work.finish(claim, { dueInMs: 0 });
}

it(
  "keeps what it cannot put back now, says so, and is ended as it is by whoever wants that",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 3 });
    const id = await at.begin();
    await at.becomes(id, "held");
    const stale = await createFailBack(at.contextOf(), id, by);
    at.pass(11 * 60_000);
    await expect(claimFailBack(at.contextOf(), stale.id, by)).rejects.toMatchObject({ code: "conflict" });
    const [, , unread = ""] = at.ids("cartesia");
    at.harness.vendors.cartesia.fault(
      { kind: "status", status: 422 },
      { on: ({ path }) => path.endsWith(unread) },
    );
    const back = await createFailBack(at.contextOf(), id, by);
    expect(verdicts(back).toSorted()).toEqual(["unread", "will_revert", "will_revert"]);
    await returns(back.id);
    await at.becomes(back.id, "done");
    expect((await runs().holders()).map((held) => [held.id, held.key.numberId])).toEqual([[id, unread]]);
    const told = await toldInChannel(at.harness, voiceOps, "1 number could not be put back");
    expect(textOf(told)).toContain("/number failover cartesia-down back");
    const returned = (await at.harness.audit()).find(({ kind }) => kind === "failover.returned");
    expect(returned?.details).toMatchObject({ changed: "2", left: "1" });
    // Its own message counts only what it still has.
    const still = await updatedTo("After a fail-back, 1 of its numbers is still switched.");
    expect(still).toContain("First calls: 1 without a call yet");
    at.harness.vendors.cartesia.clearFaults();
    // Somebody has put it back by hand, so no fail-back would end the failover.
    const before = at.harness.vendors.cartesia.effective(at.ids("cartesia")[0] ?? "").agentId;
    at.harness.vendors.cartesia.changeNumber(unread, { agent: { id: before ?? "" } });
    const omar = person(at.harness, operator);
    await omar.command("failover cartesia-down back", { channelId: voiceOps });
    await formSays(at.harness, omar, "If its numbers are to stay as they are, end the failover.");
    await omar.click("run:end");
    await at.becomes(id, "stopped");
    expect(await runs().holders()).toEqual([]);
    await toldInChannel(at.harness, voiceOps, "was stopped: 3 of 3 changed. Its numbers stay as they are.");
  },
);

it(
  "is refused as a whole if a rule does not allow it, and lets a person override that",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 3 });
    const before = at.harness.vendors.cartesia.effective(at.ids("cartesia")[0] ?? "").agentId ?? "";
    const id = await at.begin();
    await at.becomes(id, "held");
    const { rules } = at.harness.infra.store.workspace(teamId);
    const scopes = at.ids("cartesia").map((numberId) => ({
      connectionId: at.harness.connections.cartesia?.id ?? "",
      numberId,
    }));
    const demand = { kind: "at_most", atMost: { numbers: 2 }, agentId: before, agentName: "Before" } as const;
    const rule = { id: "rul_1", title: "Not too many", scopes, demand };
    const entry = { actor: at.contextOf().actor, requestId: "req_1" };
    const details = { rule: rule.id, title: rule.title, demand: "" };
    await rules.set(rule, { ...entry, kind: "rule.set", details });
    const omar = person(at.harness, operator);
    await omar.command("failover cartesia-down back", { channelId: voiceOps });
    await formSays(at.harness, omar, "at most 2 may be on Before, and this makes 3");
    const updates = at.patches("cartesia");
    const back = await createFailBack(at.contextOf(), id, by);
    const refused = { code: "ruled_out", details: { rules: [{ id: "rul_1", title: "Not too many" }] } };
    await expect(claimFailBack(at.contextOf(), back.id, by)).rejects.toMatchObject(refused);
    expect(at.patches("cartesia")).toBe(updates);
    await settle(at.harness, { protection: { on: false, minutes: 30, breakGlass: true } });
    await overrideRules(at.contextOf(), ["rul_1"], "the vendor is back");
    await returns(back.id);
    await at.becomes(back.id, "done");
    expect(at.switched("cartesia")).toBe(0);
    const begun = (await at.harness.audit()).find(({ details: of }) => of?.["run"] === back.id);
    expect(begun).toMatchObject({ kind: "failover.begun", details: { overrode: "rul_1" } });
  },
);

it(
  "puts back what a paused failover had switched, and nobody can continue that one then",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 5 });
    const id = await at.begin({ tiers: [{ name: "canary", askBeforeNext: true }, { name: "rest" }] });
    await at.becomes(id, "paused");
    const back = await createFailBack(at.contextOf(), id, by);
    expect(verdicts(back)).toEqual(["will_revert"]);
    await returns(back.id);
    await expect(resumeRun(at.contextOf(), id)).rejects.toMatchObject({ code: "already_requested" });
    await at.becomes(back.id, "done");
    expect(at.switched("cartesia")).toBe(0);
  },
);

it("is refused if somebody continued the failover since it was shown", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 3 });
  const id = await at.begin({ tiers: [{ name: "canary", askBeforeNext: true }, { name: "rest" }] });
  await at.becomes(id, "paused");
  const back = await createFailBack(at.contextOf(), id, by);
  await at.harness.stopApp();
  await resumeRun(at.contextOf(), id);
  await expect(claimFailBack(at.contextOf(), back.id, by)).rejects.toMatchObject({
    code: "already_requested",
  });
  expect((await runs().getState(id)).state).toBe("running");
});

it("is refused while the failover goes on, and for everything that is no failover", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 2 });
  at.harness.vendors.cartesia.fault({ kind: "delay", ms: 500 }, { on: "write" });
  const id = await at.begin();
  await vi.waitFor(() => expect(at.patches("cartesia")).toBe(1), patient);
  await expect(createFailBack(at.contextOf(), id, by)).rejects.toMatchObject({ code: "already_requested" });
  at.harness.vendors.cartesia.clearFaults();
  await runs().show({ id: "rev_1", kind: "revert", incident: "INC-1", by, steps: [] });
  await expect(createFailBack(at.contextOf(), "rev_1", by)).rejects.toMatchObject({
    code: "invalid_input",
  });
});

it("lets one of two people confirm, and tells the other who did", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 3 });
  const id = await at.begin();
  await at.becomes(id, "held");
  const mine = await createFailBack(at.contextOf(), id, by);
  const other = { ...by, userId: "U0ADMIN01" };
  const theirs = await createFailBack(at.contextOf("U0ADMIN01"), id, other);
  await expect(claimFailBack(at.contextOf("U0ADMIN01"), mine.id, other)).rejects.toMatchObject({
    code: "not_allowed",
  });
  const both = await Promise.allSettled([
    claimFailBack(at.contextOf(), mine.id, by),
    claimFailBack(at.contextOf("U0ADMIN01"), theirs.id, other),
  ]);
  const refused = both.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const begun = both.flatMap((result) => (result.status === "fulfilled" ? [result.value.by.userId] : []));
  expect(begun).toHaveLength(1);
  expect(refused).toMatchObject([{ code: "already_requested", details: { startedBy: begun[0] } }]);
});

it(
  "offers the way back again where a fail-back is stopped, which has no second stop after a tier that is back",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 3 });
    const id = await at.begin({ tiers: [{ name: "canary", askBeforeNext: true }, { name: "rest" }] });
    await at.becomes(id, "paused");
    await resumeRun(at.contextOf(), id);
    await at.becomes(id, "held");
    const first = await createFailBack(at.contextOf(), id, by);
    await returns(first.id);
    await at.becomes(first.id, "paused");
    const messages = () => at.harness.slack.messages(voiceOps);
    const buttonsAt = (ts: string) =>
      buttonsOf(messages().find((each) => each.ts === ts) ?? { blocks: [] }).join();
    const asking = await toldInChannel(at.harness, voiceOps, "Tier canary is through: check its numbers");
    const { ts: held } = await toldInChannel(at.harness, voiceOps, "Its fail-back is paused");
    expect([buttonsAt(asking.ts), buttonsAt(held)]).toEqual(["Continue,Stop", ""]);
    const omar = person(at.harness, operator);
    await omar.click("run:stop", { in: asking });
    const stopped = await toldInChannel(at.harness, voiceOps, "1 of 3 changed. 2 numbers were not put back.");
    await toldInChannel(at.harness, voiceOps, "Its fail-back was stopped.");
    expect([buttonsAt(stopped.ts), buttonsAt(held)]).toEqual(["Fail back…", "Fail back…"]);
    const stillHeld = async () => (await runs().holders()).filter((holder) => holder.id === id);
    await vi.waitFor(async () => expect(await stillHeld()).toHaveLength(2), patient);
    await omar.click("run:back", { in: stopped });
    await formSays(at.harness, omar, "2 will be put back");
    const second = await createFailBack(at.contextOf(), id, by);
    expect(verdicts(second).toSorted()).toEqual(["already_so", "will_revert", "will_revert"]);
    await returns(second.id);
    await at.becomes(second.id, "done");
    expect(at.switched("cartesia")).toBe(0);
    await expect(claimFailBack(at.contextOf(), second.id, by)).rejects.toMatchObject({
      code: "already_requested",
    });
    await vi.waitFor(() => expect([buttonsAt(stopped.ts), buttonsAt(held)]).toEqual(["", ""]), patient);
  },
);
