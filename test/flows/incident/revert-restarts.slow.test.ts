import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import type { Run } from "../../../src/domain/runs/run.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import { assistance, dispatch, operator, patient, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { opens, patchesSince, quiet } from "../../support/words.ts";

let harness: Harness;
afterEach(async () => {
  await harness.close();
});

const workspace = () => harness.infra.store.workspace("T0PATCH01");
const agentOf = (id: string) => harness.vendors.cartesia.effective(id).agentId;
const omar = () => person(harness, operator);
const by = { userId: operator, channelId: voiceOps };
const actor = { kind: "user", userId: operator, workspaceId: "T0PATCH01" } as const;

/** Puts on record that these numbers were given another agent for an incident; the vendor has them so. */
async function recordIncident(numberIds: readonly string[]): Promise<void> {
  await workspace().incidents.start(
    {
      key: "INC-1",
      title: undefined,
      channelId: voiceOps,
      startedBy: actor,
      startedAt: new Date().toISOString(),
    },
    { kind: "incident.started", actor, requestId: "req_start" },
  );
  for (const numberId of numberIds) {
    const event = eventOf(numberId, `chg_${numberId}`, assistance, dispatch);
    await workspace().audit.append({ ...event, kind: "change.requested" });
    await workspace().audit.append({ ...event, kind: "change.outcome", outcome: "applied" });
  }
}

function eventOf(numberId: string, changeId: string, from: string, to: string): Omit<AuditEvent, "kind"> {
  const { id = "" } = harness.connections.cartesia ?? {};
  return {
    actor,
    requestId: `req_${changeId}`,
    changeId,
    connection: { id, vendor: "cartesia", name: "cartesia demo" },
    number: { connectionId: id, numberId, e164: "+12145550152", name: numberId },
    change: "reassign",
    before: { agent: from },
    wanted: { agent: to },
    labels: { [assistance]: "Roadside assistance", [dispatch]: "Dispatch" },
    details: { incident: "INC-1" },
  };
}

const confirm = async (revertId: string): Promise<void> =>
  workspace().runs.begin(revertId, by, { kind: "incident.reverted", actor, requestId: "req_confirm" });

describe("a revert that a crash interrupted", () => {
  const numbers = ["pn_B6d1Vz5H", "pn_H3k7Ry4N"];
  let revert: Run;
  beforeEach(async () => {
    harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
    for (const id of numbers) harness.vendors.cartesia.changeNumber(id, { agent: { id: dispatch } });
    await recordIncident(numbers);
    await opens(
      harness,
      omar(),
      async () => omar().command("incident revert", { channelId: voiceOps }),
      "2 changes will be reverted",
    );
    await harness.stopApp();
    const shown = harness.slack.calls
      .flatMap(({ args }) => /rev_\w+/u.exec(JSON.stringify(args))?.[0] ?? [])
      .at(-1);
    revert = await workspace().runs.get(shown ?? "");
  });

  /** Starts the app and waits until it has told the end; gives how many updates it has sent, and the results. */
  async function goOn(words: string) {
    await harness.startApp();
    const told = await toldInChannel(harness, voiceOps, words);
    // It is noted as over only after it was told.
    await vi.waitFor(async () => expect(await workspace().runs.running()).toEqual([]), patient);
    const { state, steps } = await workspace().runs.get(revert.id);
    expect(state).toBe("done");
    const results = steps.map(({ result }) => result?.outcome);
    return { told: textOf(told), sent: patchesSince(harness.vendors.cartesia, 0).length, results };
  }

  it("does not start by itself if nobody has confirmed it", async () => {
    await harness.startApp();
    await omar().command("incident", { channelId: voiceOps });
    await harness.slack.eventually("the timeline", () => harness.slack.ephemerals(operator).at(-1));
    expect(patchesSince(harness.vendors.cartesia, 0)).toEqual([]);
  });

  it("is executed if it was only confirmed", async () => {
    await confirm(revert.id);
    const end = await goOn("2 of 2 changes reverted. Everything is back.");
    expect(end).toMatchObject({ sent: 2, results: ["applied", "applied"] });
    expect(numbers.map(agentOf)).toEqual([assistance, assistance]);
  });

  it("continues with the second number if the first was done and stored", async () => {
    await confirm(revert.id);
    const [first] = revert.steps;
    harness.vendors.cartesia.changeNumber(first?.key.numberId ?? "", { agent: { id: assistance } });
    await workspace().runs.noteStep(revert.id, 0, { outcome: "applied" });
    expect(await goOn("2 of 2 changes reverted.")).toMatchObject({
      sent: 1,
      results: ["applied", "applied"],
    });
  });

  it("sends nothing again for a number whose outcome is on record", async () => {
    await confirm(revert.id);
    const { key, changeId } = revert.steps[0] ?? { key: { numberId: "" }, changeId: "" };
    const event = eventOf(key.numberId, changeId, dispatch, assistance);
    await workspace().audit.append({ ...event, kind: "change.requested" });
    await workspace().audit.append({ ...event, kind: "change.outcome", outcome: "refused" });
    expect(await goOn("1 of 2 changes reverted. 1 change not reverted.")).toMatchObject({
      sent: 1,
      results: ["refused", "applied"],
    });
  });

  it("leaves a number without an outcome to the reconciler, and reports it then", async () => {
    await confirm(revert.id);
    const { key, changeId } = revert.steps[0] ?? { key: { numberId: "" }, changeId: "" };
    const event = eventOf(key.numberId, changeId, dispatch, assistance);
    await workspace().audit.append({ ...event, kind: "change.requested" });
    const end = await goOn("1 of 2 changes reverted. 1 change not reverted.");
    expect(end).toMatchObject({ sent: 1, results: ["unknown", "applied"] });
    harness.vendors.cartesia.changeNumber(key.numberId, { agent: { id: assistance } });
    await toldInChannel(harness, voiceOps, "It took effect");
    expect(patchesSince(harness.vendors.cartesia, 0)).toHaveLength(1);
  });

  it("is only reported if all steps were done", async () => {
    await confirm(revert.id);
    for (const position of [0, 1])
      await workspace().runs.noteStep(revert.id, position, { outcome: "applied" });
    expect(await goOn("2 of 2 changes reverted.")).toMatchObject({ sent: 0 });
    await harness.stopApp();
    await harness.startApp();
    const told = harness.slack
      .messages(voiceOps)
      .filter((message) => textOf(message).includes("changes reverted."));
    expect(told).toHaveLength(1);
  });

  it("does nothing more for a person who has lost permission meanwhile", async () => {
    await workspace().runs.begin(
      revert.id,
      { ...by, userId: "U0GUEST01" },
      {
        kind: "incident.reverted",
        actor,
        requestId: "req_confirm",
      },
    );
    await harness.startApp();
    await toldInChannel(harness, voiceOps, "may not change numbers now");
    const { state, status, steps } = await workspace().runs.get(revert.id);
    expect([state, status.paused?.why]).toEqual(["paused", "requester"]);
    // The person who continues it reverts them.
    expect(steps.map(({ result }) => result)).toEqual([undefined, undefined]);
    expect(patchesSince(harness.vendors.cartesia, 0)).toEqual([]);
  });
});

it("reverts a hundred numbers, a few at a time, and shows them in pages", async () => {
  const account = demoAccount("cartesia");
  const ids = Array.from({ length: 110 }, (_, index) => `pn_many${index}`);
  const numbers = ids.map((id, index) => ({
    id,
    e164: `+1214555${String(1000 + index)}`,
    name: `Line ${index}`,
    agentId: dispatch,
  }));
  harness = await startHarness({
    connected: ["cartesia"],
    accounts: (vendor) => (vendor === "cartesia" ? { ...account, numbers } : demoAccount(vendor)),
    logTo: quiet,
  });
  await recordIncident(ids);
  await opens(
    harness,
    omar(),
    async () => omar().command("incident revert", { channelId: voiceOps }),
    "110 changes will",
  );
  expect(textOf(omar().view())).toContain("Page 1 of 11");
  await omar().click("revert:page:older");
  await formSays(harness, omar(), "Page 2 of 11");
  const [from] = [harness.vendors.cartesia.requests.length];
  await omar().submit();
  const told = await toldInChannel(harness, voiceOps, "110 of 110 changes reverted. Everything is back.");
  expect(patchesSince(harness.vendors.cartesia, from ?? 0)).toHaveLength(110);
  expect(told.blocks.length).toBeLessThanOrEqual(50);
  await omar().click("revert:page:older", { in: told });
  await harness.slack.eventually("the second page", () =>
    harness.slack
      .messages(voiceOps)
      .concat(harness.slack.ephemerals(operator))
      .find((message) => textOf(message).includes("Page 2 of 11")),
  );
});
