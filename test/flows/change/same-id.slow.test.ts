import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../../src/vendors/index.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import { loadNumberCard } from "../../../src/operations/numbers/get-number.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { cli, teamId } from "../../support/fixtures.ts";
import { formState, press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { person } from "../../support/screen.ts";
import { problemOf } from "../../vendors/opened.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: vendorIds });
  omar = person(harness, "U0OPER001");
});
beforeEach(() => {
  for (const id of vendorIds) {
    harness.vendors[id].clearFaults();
    harness.vendors[id].fault({ kind: "fold-ids" });
  }
});
afterAll(async () => {
  await harness.close();
});

const patches = (vendor: VendorId) =>
  harness.vendors[vendor].requests.filter(({ method }) => method === "PATCH");

function first(vendor: VendorId) {
  const [account] = harness.vendors[vendor].accounts();
  const number = account?.numbers[0];
  const other = account?.agents.find(({ id }) => id !== number?.agentId);
  if (!number || !other) throw new Error("the account is empty");
  return { id: number.id, agentId: number.agentId, otherAgent: other.id };
}

/** Other ways to write an id that a vendor takes for the same. */
const spellings = (id: string): readonly string[] =>
  [
    id.toUpperCase(),
    ` ${id} `,
    `${id}/`,
    id.replace(/.$/u, (last) => `%${last.charCodeAt(0).toString(16)}`),
  ].filter((other) => other !== id);

// A1
describe.each(vendorIds)("a %s number whose id is spelled differently from the vendor's", (vendor) => {
  it("is not changed, whatever the spelling", async () => {
    const { id, agentId, otherAgent } = first(vendor);
    const before = patches(vendor).length;
    for (const numberId of spellings(id)) {
      const key = { connectionId: harness.connections[vendor]?.id ?? "", numberId };
      const ctx = harness.infra.contextFor(teamId, cli);
      const request = {
        key,
        change: { kind: "reassign", agentId: otherAgent },
        seen: { agent: agentId },
      } as const;
      expect((await problemOf(changeNumber(ctx, request))).code).toBe("not_found");
      const read = await problemOf(loadNumberCard(ctx, key));
      expect([read.code, read.details.nearest]).toEqual(["not_found", [id]]);
    }
    expect(patches(vendor)).toHaveLength(before);
  });

  it("does not get an agent whose id is spelled differently", async () => {
    const { id, agentId, otherAgent } = first(vendor);
    const before = patches(vendor).length;
    for (const spelling of spellings(otherAgent)) {
      const ctx = harness.infra.contextFor(teamId, cli);
      const key = { connectionId: harness.connections[vendor]?.id ?? "", numberId: id };
      const change = { kind: "reassign", agentId: spelling } as const;
      const problem = await problemOf(changeNumber(ctx, { key, change, seen: { agent: agentId } }));
      expect([problem.code, problem.details]).toEqual([
        "not_found",
        { field: "agent", nearest: [otherAgent] },
      ]);
    }
    expect(patches(vendor)).toHaveLength(before);
  });
});

// A1
it("refuses a submitted form with a frozen number's id in another case, on record", async () => {
  const { id, agentId, otherAgent } = first("oneinbox");
  const connectionId = harness.connections.oneinbox?.id ?? "";
  await omar.command("freeze Clinic main because we look into it", { channelId: "C0INCID01" });
  await onRecord(harness, { kind: "freeze.set" });
  const numberId = id.toUpperCase();
  const metadata = formState("reassign", { connectionId, numberId, seen: { agent: agentId } });
  const values = { number: `${connectionId}/${numberId}`, agent: otherAgent };
  await sendInteraction(
    harness,
    submission({ userId: "U0OPER001", teamId }, { callbackId: "reassign", metadata, values }),
  );
  const entry = await onRecord(harness, { kind: "change.refused", code: "not_found", userId: "U0OPER001" });
  expect(entry.number).toMatchObject({ connectionId, numberId });
  expect(patches("oneinbox")).toEqual([]);
});

// A1
it("refuses an edit that names an agent with its id in another case", async () => {
  const { id } = first("oneinbox");
  const ctx = harness.infra.contextFor(teamId, cli);
  const key = { connectionId: harness.connections.oneinbox?.id ?? "", numberId: id };
  const fallback = first("oneinbox").otherAgent.toUpperCase();
  const change = { kind: "edit", fields: { fallback } } as const;
  const problem = await problemOf(changeNumber(ctx, { key, change, seen: { "field.fallback": null } }));
  expect([problem.code, problem.details.field]).toEqual(["not_found", "fallback"]);
  expect(patches("oneinbox")).toEqual([]);
});

// A1
it("does not accept a response about another number as proof of a change", async () => {
  const { id, agentId, otherAgent } = first("cartesia");
  const other = harness.vendors.cartesia.accounts()[0]?.numbers[1];
  const body = { ...other?.shown, agent: { id: otherAgent } };
  harness.vendors.cartesia.fault({ kind: "status", status: 200, body }, { on: "write", times: 1 });
  const key = { connectionId: harness.connections.cartesia?.id ?? "", numberId: id };
  const change = { kind: "reassign", agentId: otherAgent } as const;
  const ctx = harness.infra.contextFor(teamId, cli);
  const { outcome } = await changeNumber(ctx, { key, change, seen: { agent: agentId } });
  expect(outcome).toBe("unknown");
});

// A1
it("checks freezes by the exact id of a forged button", async () => {
  const { id } = first("oneinbox");
  const scope = `${harness.connections.oneinbox?.id ?? ""}/${id.toUpperCase()}`;
  await sendInteraction(harness, press({ userId: "U0ADMIN01", teamId }, "unfreeze", scope));
  await onRecord(harness, { kind: "action.refused", code: "not_found", userId: "U0ADMIN01" });
  expect(await harness.infra.store.workspace(teamId).freezes.list()).toHaveLength(1);
});
