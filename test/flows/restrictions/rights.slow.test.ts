import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { UserSeed, WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";
import { dispatch, incidents, reassignLine, teamId } from "../../support/fixtures.ts";
import { formState, sendInteraction, submission, type Sender } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const roadside = { numberId: "pn_B6d1Vz5H", seen: { agent: "agent_5kR9wXd8" } };
const refused = { outcome: "refused" };
const untouched = { patches: 0, agent: roadside.seen.agent };
let harness: Harness;

/** How much time the app believes has passed beyond what did, and how far ahead its clock is. */
let passedMs = 0;

let aheadMs = 0;
let mia: UserSeed;
beforeEach(async () => {
  passedMs = 0;
  aheadMs = 0;
  mia = { id: "U0MOVER01", name: "mia" };
  const more: UserSeed[] = [
    mia,
    { id: "U0ULTRA01", name: "ula", isUltraRestricted: true },
    { id: "U0GONE001", name: "dan", deleted: true },
    { id: "U0ROBOT01", name: "bob", isBot: true },
    { id: "U0OWNER01", name: "olga", isOwner: true },
  ];
  const workspace: WorkspaceSeed = { ...demoWorkspace, users: [...demoWorkspace.users, ...more] };
  harness = await startHarness({
    workspaces: [workspace],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + aheadMs),
    monotonicMs: () => performance.now() + passedMs,
  });
});
afterEach(async () => {
  await harness.close();
});

describe("an operator", () => {
  const omar = "U0OPER001";

  it.each(["connect", "connections"])("may not %s", async (verb) => {
    await person(harness, omar).command(verb, { channelId: incidents });
    if (verb === "connect")
      await formSays(harness, person(harness, omar), "You may not manage connections here");
    else await toldAlone(harness, omar, "You may not manage connections here");
    expect(await refusalOf(omar, "action.refused")).toMatchObject(refused);
  });

  it.each(["test", "disconnect", "replace_key"])("may not press %s", async (action) => {
    await person(harness, "U0ADMIN01").command("connections", { channelId: incidents });
    const message = await toldAlone(harness, "U0ADMIN01", "6 numbers");
    const before = vendorRequests();
    await person(harness, omar).click(action, { in: message });
    expect(await refusalOf(omar, "action.refused")).toMatchObject(refused);
    if (action === "replace_key") await formSays(harness, person(harness, omar), "You may not");
    else await toldAlone(harness, omar, "You may not");
    expect(vendorRequests()).toBe(before);
    expect(await harness.infra.store.workspace(teamId).connections.list()).toHaveLength(1);
  });

  it("may not replace a key with a forged form", async () => {
    const metadata = { from: {}, connectionId: connectionId(), vendor: "cartesia" };
    const values = { api_key: "sk_car_somebody_elses_key" };
    await sendInteraction(
      harness,
      submission({ userId: omar, teamId }, { callbackId: "connect", metadata, values }),
    );
    await toldDirectly(harness, omar, "You may not replace keys here");
    expect(await refusalOf(omar, "action.refused")).toMatchObject(refused);
    const [kept] = await harness.infra.store.workspace(teamId).connections.list();
    expect(kept?.fingerprint).toBe(harness.connections.cartesia?.fingerprint);
  });
});

it.each([
  ["an admin", "U0ADMIN01"],
  ["an owner", "U0OWNER01"],
])("%s may connect, and see the connections", async (_who, userId) => {
  await person(harness, userId).command("connect", { channelId: incidents });
  await formSays(harness, person(harness, userId), "Choose a vendor");
  await person(harness, userId).command("connections", { channelId: incidents });
  expect(textOf(await toldAlone(harness, userId, "6 numbers"))).toContain("Replace key");
});

it("shows in help only what the caller may do", async () => {
  for (const userId of ["U0OPER001", "U0ADMIN01"])
    await person(harness, userId).command("help", { channelId: incidents });
  const words = textOf(await toldAlone(harness, "U0OPER001", "shows and changes who answers"));
  expect(words).toContain("`reassign`");
  expect(words).not.toContain("`connect`");
  expect(textOf(await toldAlone(harness, "U0ADMIN01", "shows and changes who answers"))).toContain(
    "`connect`",
  );
});

it("refuses a change when Slack cannot say who somebody is", async () => {
  harness.slack.fail("users.info", { error: "fatal_error" });
  await person(harness, mia.id).command(reassignLine, { channelId: incidents });
  await formSays(harness, person(harness, mia.id), "Slack could not say who you are");
  await sendInteraction(harness, reassignBy({ userId: mia.id, teamId }));
  await toldDirectly(harness, mia.id, "Slack could not say who you are");
  expect(await refusalOf(mia.id, "change.refused")).toMatchObject(refused);
  expect(atVendor()).toEqual(untouched);
});

it("checks permissions when a form is submitted, not when it was opened", async () => {
  const form = person(harness, mia.id);
  await form.command(reassignLine, { channelId: incidents });
  await formSays(harness, form, "After:");
  mia.isRestricted = true;
  aMinuteLater();
  await form.submit();
  await formSays(harness, form, "You may not change numbers here");
  expect(await refusalOf(mia.id, "change.refused")).toMatchObject(refused);
  expect(atVendor()).toEqual(untouched);
});

// C1
it("asks Slack again after a minute though the clock was an hour ahead before", async () => {
  aheadMs = 3_600_000;
  const form = person(harness, mia.id);
  await form.command(reassignLine, { channelId: incidents });
  await formSays(harness, form, "After:");
  mia.isRestricted = true;
  aheadMs = 0;
  aMinuteLater();
  await form.submit();
  await formSays(harness, form, "You may not change numbers here");
  expect(atVendor()).toEqual(untouched);
});

it("refuses a submitted form when Slack no longer says who somebody is", async () => {
  const form = person(harness, mia.id);
  await form.command(reassignLine, { channelId: incidents });
  await formSays(harness, form, "After:");
  harness.slack.fail("users.info", { status: 500 });
  aMinuteLater();
  await form.submit();
  await formSays(harness, form, "Slack could not say who you are");
  expect(await refusalOf(mia.id, "change.refused")).toMatchObject(refused);
  expect(atVendor()).toEqual(untouched);
});

function reassignBy(from: Sender) {
  const number = { ...roadside, connectionId: connectionId() };
  const values = { number: `${number.connectionId}/${number.numberId}`, agent: dispatch };
  return submission(from, { callbackId: "reassign", metadata: formState("reassign", number), values });
}

function connectionId(): string {
  return harness.connections.cartesia?.id ?? "";
}

function vendorRequests(): number {
  return harness.vendors.cartesia.requests.length;
}

/** Who answers the number at the vendor, and how often somebody wanted to change that. */
function atVendor() {
  const patches = harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH");
  return { patches: patches.length, agent: harness.vendors.cartesia.effective(roadside.numberId).agentId };
}

/** The refusal of somebody on record, for want of rights. */
async function refusalOf(userId: string, kind: "action.refused" | "change.refused") {
  return onRecord(harness, { kind, userId, code: "not_allowed" });
}

function aMinuteLater(): void {
  passedMs += 61_000;
}
