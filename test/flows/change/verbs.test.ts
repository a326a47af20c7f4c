import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../../src/vendors/index.ts";
import { incidents, operator, uuid } from "../../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: vendorIds });
});
afterAll(async () => {
  await harness.close();
});

/** Opens a prefilled form with a line, submits it, and returns the body of the PATCH that went out. */
async function carryOut(
  vendor: VendorId,
  line: string,
  ready: string,
  done: string,
  fill?: () => Promise<unknown>,
) {
  const omar = person(harness, operator);
  const before = harness.vendors[vendor].requests.length;
  await omar.command(line, { channelId: incidents });
  await formSays(harness, omar, ready);
  await fill?.();
  const { errors, trouble } = await omar.submit();
  expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
  await formSays(harness, omar, done);
  await toldInChannel(harness, incidents, done);
  const patches = harness.vendors[vendor].requests.slice(before).filter(({ method }) => method === "PATCH");
  expect(patches).toHaveLength(1);
  const [requested, outcome] = (await harness.audit()).slice(-2);
  expect(requested).toMatchObject({ kind: "change.requested" });
  expect(outcome).toMatchObject({
    kind: "change.outcome",
    outcome: "applied",
    changeId: requested?.changeId,
  });
  expect(requested?.at && requested.at <= (patches[0]?.at ?? "")).toBe(true);
  return patches[0]?.body;
}

interface Act {
  readonly act: string;
  readonly line: string;
  readonly ready: string;
  readonly done: string;
  readonly fill?: readonly [label: string, value: string];
  readonly body: unknown;
}

/** What is special to a vendor. Every vendor, also one that is not here, keeps to `test/vendors/contract.ts`. */
const acts: Partial<Record<VendorId, readonly Act[]>> = {
  dialnexa: [
    {
      act: "reassigns",
      line: "reassign 0147 to Night desk because x",
      ready: "*After:*",
      done: "Reassigned by",
      body: { agent_id: "agt_b3t6vz1rd8hc" },
    },
    {
      act: "detaches",
      line: "detach Support overflow",
      ready: "*nobody*",
      done: "Detached by",
      body: { agent_id: null },
    },
    {
      act: "renames",
      line: 'rename 0147 to "Overflow"',
      ready: "*After:*",
      done: "Renamed by",
      body: { nickname: "Overflow" },
    },
    {
      act: "clears a name",
      line: 'rename 0147 to ""',
      ready: "*After:*",
      done: "Renamed by",
      body: { nickname: null },
    },
    {
      act: "edits the label",
      line: "edit 0147",
      ready: "Label",
      done: "Edited by",
      fill: ["Label", "CC-9"],
      body: { label: "CC-9" },
    },
  ],
  oneinbox: [
    {
      act: "reassigns",
      line: "reassign Clinic main to Appointments",
      ready: "*After:*",
      done: "Reassigned by",
      body: { agent_id: uuid(2) },
    },
    {
      act: "reassigns a number with an override",
      line: 'reassign "After hours" to Appointments',
      ready: "*After:*",
      done: "Reassigned by",
      body: { inbound_routing: { agent_id: uuid(2) } },
    },
    {
      act: "detaches",
      line: "detach Clinic main",
      ready: "*nobody*",
      done: "Detached by",
      body: { agent_id: null },
    },
    {
      act: "renames",
      line: 'rename 0104 to "Clinic"',
      ready: "*After:*",
      done: "Renamed by",
      body: { friendly_name: "Clinic" },
    },
    {
      act: "clears a name",
      line: 'rename 0104 to ""',
      ready: "*After:*",
      done: "Renamed by",
      body: { friendly_name: null },
    },
    {
      act: "edits the voicemail message",
      line: 'edit "After hours"',
      ready: "Voicemail message",
      done: "Edited by",
      fill: ["Voicemail message", "Back soon."],
      body: { inbound_routing: { voicemail_message: "Back soon." } },
    },
  ],
  speechify: [
    {
      act: "reassigns",
      line: "reassign Hotel front to Reservations",
      ready: "*After:*",
      done: "Reassigned by",
      body: { agent_id: "agent_01K4VX8D3N7T2QHMZ6R9YB00A2" },
    },
    {
      act: "detaches with the flag alone",
      line: "detach Hotel front",
      ready: "*nobody*",
      done: "Detached by",
      body: { clear_agent_id: true },
    },
    {
      act: "renames",
      line: 'rename 0111 to "Front"',
      ready: "*After:*",
      done: "Renamed by",
      body: { label: "Front" },
    },
    {
      act: "clears a name",
      line: 'rename 0111 to ""',
      ready: "*After:*",
      done: "Renamed by",
      body: { label: "" },
    },
  ],
  cartesia: [
    {
      act: "reassigns",
      line: "reassign Roadside to Dispatch",
      ready: "*After:*",
      done: "Reassigned by",
      body: { agent_id: "agent_7hN4pZc2" },
    },
    {
      act: "detaches",
      line: "detach Roadside",
      ready: "*nobody*",
      done: "Detached by",
      body: { agent_id: null },
    },
    {
      act: "renames",
      line: 'rename 0152 to "Tow trucks"',
      ready: "*After:*",
      done: "Renamed by",
      body: { label: "Tow trucks" },
    },
    {
      act: "edits the provider",
      line: "edit 0152",
      ready: "Provider",
      done: "Edited by",
      fill: ["Provider", "ap_9dK2mQx7"],
      body: { provider: { id: "ap_9dK2mQx7" } },
    },
  ],
};

describe.each(vendorIds)("at %s", (vendor) => {
  it.each(acts[vendor] ?? [])(
    "$act with exactly one body, recorded before it is sent",
    async ({ line, ready, done, fill, body }) => {
      const typed = fill && (async () => person(harness, operator).fillByLabel(...fill));
      expect(await carryOut(vendor, line, ready, done, typed)).toEqual(body);
    },
  );

  it("keeps the record and the outcome of each, and nothing else, in the audit log", async () => {
    const entries = (await harness.audit()).filter(
      (entry) => entry.connection?.vendor === vendor && entry.changeId,
    );
    expect(entries.map(({ kind }) => kind)).toEqual(
      (acts[vendor] ?? []).flatMap(() => ["change.requested", "change.outcome"]),
    );
    expect(entries.every(({ actor }) => actor.kind === "user" && actor.userId === operator)).toBe(true);
  });
});
