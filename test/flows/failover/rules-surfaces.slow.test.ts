import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import type { Rule } from "../../../src/domain/failover/rules.ts";
import {
  admin,
  assistance,
  cli,
  dispatch,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { formState, press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { change } from "../../support/undo.ts";
import { opens } from "../../support/words.ts";

const fleetDesk = "pn_H3k7Ry4N";
const title = "Emergency lines";

let harness: Harness;
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  harness = await startHarness({
    connected: ["cartesia"],
    timedEveryMs: 10,
    outboxEveryMs: 20,
    runsEveryMs: 20,
    now: () => new Date(Date.now() + passedMs),
    pause: async () => undefined,
    environment: { LOG_LEVEL: "silent" },
  });
});
afterEach(async () => {
  await harness.close();
});

const connectionId = (): string => harness.connections.cartesia?.id ?? "";
const rules = () => harness.infra.store.workspace(teamId).rules;
const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;
const requestId = (): string => harness.infra.newId("req");

/** Both numbers are with Roadside assistance while such a rule is kept. */
const kinds = {
  "at least N keep an agent": { demand: { kind: "keep_agent", atLeast: 2 }, broken: null },
  "at least N stay on an agent": {
    demand: { kind: "stay_on", atLeast: 2, agentId: assistance, agentName: "Roadside assistance" },
    broken: dispatch,
  },
  "at most N on an agent": {
    demand: { kind: "at_most", atMost: { numbers: 0 }, agentId: dispatch, agentName: "Dispatch" },
    broken: dispatch,
  },
} as const satisfies Readonly<Record<string, Kind>>;

/** A rule's demand, and the agent of Roadside that breaks it. */
interface Kind {
  readonly demand: Rule["demand"];
  readonly broken: string | null;
}

async function setRule({ demand }: Kind): Promise<void> {
  const scopes = [roadside, fleetDesk].map((numberId) => ({ connectionId: connectionId(), numberId }));
  const rule = { id: "rul_1", title, scopes, demand };
  const details = { rule: rule.id, title, demand: "" };
  await rules().set(rule, { kind: "rule.set", actor: cli, requestId: requestId(), details });
}

const closeGate = async (): Promise<void> =>
  rules().closeGate(
    { by: cli, reason: "it migrates", at: new Date(0).toISOString() },
    { kind: "gate.closed", actor: cli, requestId: requestId(), details: { gate: "automation" } },
  );

/** Sends the form of a change that breaks the rule, whatever any screen shows. */
async function sendForm({ broken }: Kind, breakGlass = false): Promise<void> {
  const verb = broken === null ? "detach" : "reassign";
  const number = { connectionId: connectionId(), numberId: roadside, seen: { agent: assistance } };
  const values = { number: `${connectionId()}/${roadside}`, agent: dispatch, reason: "it loops" };
  const metadata = { ...formState(verb, number), breakGlass };
  await sendInteraction(
    harness,
    submission({ userId: operator, teamId }, { callbackId: verb, metadata, values }),
  );
}

/** Somebody makes a change whose opposite breaks the rule, which is set afterwards. */
async function changeBefore(kind: Kind, more = ""): Promise<string> {
  harness.vendors.cartesia.changeNumber(roadside, {
    agent: kind.broken === null ? null : { id: kind.broken },
  });
  const line = `reassign Roadside to "Roadside assistance"${more} because it answers`;
  const id = await change(harness, person(harness, operator), line, voiceOps);
  await person(harness, operator).close();
  await setRule(kind);
  return id;
}

/** Executes a run that breaks the rule, as if the rule had been set after it was confirmed. */
async function execute({ broken }: Kind, kind: "failover" | "back" | "revert"): Promise<void> {
  const { store, newId } = harness.infra;
  const { runs } = store.workspace(teamId);
  const id = newId("run");
  const by = { userId: operator, channelId: voiceOps };
  const step = runStepOf(roadside, {
    key: { connectionId: connectionId(), numberId: roadside },
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
    requestId: requestId(),
    details: { run: id, kind },
  });
  const claim = await store.work.own({ kind: "run", workspaceId: teamId, itemId: id }, 1000);
  if (claim) await store.work.finish(claim, { dueInMs: 0 });
  await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
  await harness.slack.eventually("the result of the step", async () => {
    const [first] = (await runs.get(id)).steps;
    return first?.result?.code === "ruled_out";
  });
}

/** How a change reaches the pipeline: makes one that breaks the rule, and waits until the rule stopped it. */
const surfaces: Readonly<Record<string, (kind: Kind) => Promise<number>>> = {
  "a form": async (kind) => {
    await setRule(kind);
    await sendForm(kind);
    await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
    return 0;
  },
  "a line that is typed": async (kind) => {
    await setRule(kind);
    const omar = person(harness, operator);
    const line = kind.broken === null ? "detach Roadside" : "reassign Roadside to Dispatch";
    const type = async () => omar.command(`${line} because it loops`, { channelId: voiceOps });
    await opens(harness, omar, type, "*After:*");
    await omar.submit();
    await formSays(harness, omar, title);
    return 0;
  },
  "a form that breaks glass over a protection": async (kind) => {
    await protectNumber(harness, roadside, { breakGlass: true });
    await setRule(kind);
    await sendForm(kind, true);
    await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
    return 0;
  },
  "a request for approval": async (kind) => {
    await protectNumber(harness, roadside);
    await setRule(kind);
    await sendForm(kind);
    await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
    expect(await harness.audit()).not.toContainEqual(expect.objectContaining({ kind: "approval.requested" }));
    return 0;
  },
  "an approved change": async (kind) => {
    await protectNumber(harness, roadside);
    await sendForm(kind);
    const asked = await onRecord(harness, { kind: "approval.requested" });
    await setRule(kind);
    await sendInteraction(
      harness,
      press({ userId: admin, teamId }, "approve", asked.details?.["approval"] ?? ""),
    );
    await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
    return 0;
  },
  "an undo": async (kind) => {
    const changeId = await changeBefore(kind);
    const seen = { agent: assistance };
    const metadata = { changeId, to: "before", from: {}, title: "It", seen };
    const values = { reason: "tried" };
    await sendInteraction(
      harness,
      submission({ userId: operator, teamId }, { callbackId: "restore", metadata, values }),
    );
    await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
    return 1;
  },
  "an automatic revert": async (kind) => {
    await changeBefore(kind, " for 30m");
    passedMs = 31 * 60_000;
    await toldInChannel(harness, voiceOps, title);
    return 1;
  },
  "the button that reverts now": async (kind) => {
    await changeBefore(kind, " for 30m");
    passedMs = 26 * 60_000;
    const reminder = await toldInChannel(harness, voiceOps, "reverts automatically");
    await person(harness, operator).click("end_change", { in: reminder });
    await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
    return 1;
  },
  "the revert of an incident": async (kind) => {
    const omar = person(harness, operator);
    await omar.command("incident start INC-1 It drops", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "INC-1");
    await changeBefore(kind);
    const revert = async () => omar.command("incident revert INC-1", { channelId: voiceOps });
    expect(textOf(await opens(harness, omar, revert, "will be restored"))).toContain(`*${title}*: at`);
    await omar.submit();
    await formSays(harness, omar, `“${title}”: at`);
    await onRecord(harness, { kind: "action.refused", code: "ruled_out" });
    return 1;
  },
  "a revert that has begun": async (kind) => {
    await setRule(kind);
    await execute(kind, "revert");
    return 0;
  },
  "a failover": async (kind) => {
    await setRule(kind);
    await execute(kind, "failover");
    return 0;
  },
  "a fail-back": async (kind) => {
    await setRule(kind);
    await execute(kind, "back");
    return 0;
  },
};

describe.each(Object.entries(kinds))("a rule of the kind “%s”", (_name, kind) => {
  it.each(Object.entries(surfaces))("stops %s, and names itself", async (_surface, breakRule) => {
    const earlier = await breakRule(kind);
    expect(patches()).toBe(earlier);
    const refused = (await harness.audit()).filter(({ problem }) => problem?.code === "ruled_out");
    for (const { problem } of refused) expect(problem?.message).toContain(`“${title}”: at`);
  });

  it("allows the change while it is not broken", async () => {
    await setRule({ ...kind, demand: loosened(kind) });
    await sendForm(kind);
    await onRecord(harness, { kind: "change.outcome" });
    expect(patches()).toBe(1);
  });
});

function loosened({ demand }: Kind): Rule["demand"] {
  if (demand.kind === "at_most") return { ...demand, atMost: { numbers: 9 } };
  return "atLeast" in demand ? { ...demand, atLeast: 1 } : demand;
}

it("names all rules that stop a change at once", async () => {
  await setRule(kinds["at least N stay on an agent"]);
  const second = { ...kinds["at most N on an agent"].demand };
  await rules().set(
    { id: "rul_2", title: "Capacity", scopes: [{ connectionId: connectionId() }], demand: second },
    {
      kind: "rule.set",
      actor: cli,
      requestId: requestId(),
      details: { rule: "rul_2", title: "Capacity", demand: "" },
    },
  );
  await sendForm(kinds["at most N on an agent"]);
  const { problem } = await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
  expect(problem?.message).toMatch(
    /^2 rules do not allow this\. “Emergency lines”.+ “Capacity”: at most 0 may/u,
  );
  expect(patches()).toBe(0);
});

describe("at least one of two keeps an agent", () => {
  beforeEach(async () => setRule({ demand: { kind: "keep_agent", atLeast: 1 }, broken: null }));
  const detach = async (numberId: string): Promise<void> => {
    const number = { connectionId: connectionId(), numberId, seen: { agent: assistance } };
    const values = { number: `${connectionId()}/${numberId}`, reason: "it loops" };
    const metadata = formState("detach", number);
    await sendInteraction(
      harness,
      submission({ userId: operator, teamId }, { callbackId: "detach", metadata, values }),
    );
  };

  it("counts a number that cannot be read against a change", async () => {
    const on = ({ path }: { path: string }): boolean => path.includes(fleetDesk);
    harness.vendors.cartesia.fault({ kind: "status", status: 503 }, { on });
    await detach(roadside);
    const { problem } = await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
    expect(problem?.message).toContain("this leaves 0 (1 could not be read)");
    expect(patches()).toBe(0);
  });

  it("lets only one of two detaches at the same moment through", async () => {
    await Promise.all([detach(roadside), detach(fleetDesk)]);
    await onRecord(harness, { kind: "change.outcome" });
    await onRecord(harness, { kind: "change.refused", code: "ruled_out" });
    expect(patches()).toBe(1);
  });

  it.each(["rules", "closed_gates"])("denies every change while %s cannot be read", async (table) => {
    const database = openFile(harness.settings.databasePath);
    database.exec(`DROP TABLE ${table}`);
    database.close();
    await detach(roadside);
    await toldDirectly(harness, operator, "cannot read the rules for this number");
    expect(patches()).toBe(0);
  });
});

describe("the gate for automation, while it is closed", () => {
  it("keeps temporary changes from reverting by themselves, and lets people change numbers", async () => {
    const omar = person(harness, operator);
    await change(harness, omar, "reassign Roadside to Dispatch for 30m because it loops", voiceOps);
    await omar.close();
    await closeGate();
    passedMs = 31 * 60_000;
    await toldInChannel(harness, voiceOps, "Automation is off, so only people change numbers now");
    expect(patches()).toBe(1);
    await change(harness, omar, "reassign Roadside to Holding message because it is quiet", voiceOps);
    expect(patches()).toBe(2);
  });
});
