import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { UserSeed, WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";
import { dispatch, incidents, reassignLine, teamId } from "../../support/fixtures.ts";
import {
  formState,
  sendCommand,
  sendInteraction,
  submission,
  type Sender,
} from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const roadside = { numberId: "pn_B6d1Vz5H", seen: { agent: "agent_5kR9wXd8" } };
const refused = { outcome: "refused" };
const untouched = { patches: 0, agent: roadside.seen.agent };
let harness: Harness;
beforeEach(async () => {
  const more: UserSeed[] = [
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
  });
});
afterEach(async () => {
  await harness.close();
});

const nobodies = [
  ["a guest", "U0GUEST01"],
  ["a single-channel guest", "U0ULTRA01"],
  ["somebody who has left", "U0GONE001"],
  ["a bot", "U0ROBOT01"],
] as const;

describe.each(nobodies)("%s", (_who, userId) => {
  it("is told so in the form, and recorded", async () => {
    const before = vendorRequests();
    await person(harness, userId).command(reassignLine, { channelId: incidents });
    await formSays(harness, person(harness, userId), "You may not change numbers here");
    expect(await refusalOf(userId, "action.refused")).toMatchObject(refused);
    expect(vendorRequests()).toBe(before);
  });

  it.each(["list", "show Roadside", "history", "connections"])("learns nothing from %s", async (verb) => {
    await person(harness, userId).command(verb, { channelId: incidents });
    expect(textOf(await toldAlone(harness, userId, "You may not"))).not.toContain("Dispatch");
    expect(await refusalOf(userId, "action.refused")).toMatchObject(refused);
  });

  it("changes nothing with a forged form", async () => {
    const { status } = await sendInteraction(harness, reassignBy({ userId, teamId }));
    expect(status).toBe(200);
    await toldDirectly(harness, userId, "You may not change numbers here");
    expect(await refusalOf(userId, "change.refused")).toMatchObject(refused);
    expect(atVendor()).toEqual(untouched);
  });

  it("is shown no verbs by help", async () => {
    await person(harness, userId).command("", { channelId: incidents });
    expect(textOf(await toldAlone(harness, userId, "it is for full members"))).not.toContain("reassign");
  });
});

describe("a person of another organization", () => {
  const eve: Sender = { userId: "U0ELSE001", teamId: "T0ELSE001", installedIn: teamId };

  it("is refused at a button of a message in a shared channel", async () => {
    const omar = person(harness, "U0OPER001");
    await omar.command(reassignLine, { channelId: incidents });
    await formSays(harness, omar, "After:");
    await omar.submit();
    const message = await toldInChannel(harness, incidents, "Reassigned by");
    const before = vendorRequests();
    for (const action of ["show", "history"]) {
      await person(harness, eve.userId).click(action, { in: message });
      await toldAlone(harness, eve.userId, "You are not a member of the workspace");
    }
    expect(await refusalOf(eve.userId, "action.refused")).toMatchObject(refused);
    expect(vendorRequests()).toBe(before);
    expect(person(harness, eve.userId).view()).toBeUndefined();
  });

  it("changes nothing with a submitted form", async () => {
    await sendInteraction(harness, reassignBy(eve));
    await toldDirectly(harness, eve.userId, "You are not a member of the workspace");
    expect(await refusalOf(eve.userId, "action.refused")).toMatchObject(refused);
    expect(atVendor()).toEqual(untouched);
  });
});

it("refuses a command from another workspace with a message", async () => {
  await sendCommand(harness, { userId: "U0OPER001", teamId: "T0OTHER01" }, "list");
  await toldDirectly(harness, "U0OPER001", "You are not a member of the workspace");
  expect(await refusalOf("U0OPER001", "action.refused")).toMatchObject(refused);
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
