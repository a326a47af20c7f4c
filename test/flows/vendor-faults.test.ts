import { describe, expect, it } from "vitest";
import { startHouse, type House } from "../../src/demo/house.ts";
import { vendorIds, type VendorId } from "../../src/domain/vendor.ts";
import type { Fault, FaultWhen } from "../../src/sandbox/vendors/index.ts";
import { formSays, person } from "../support/screen.ts";
import { blockText, leftOut, opens, patchesSince, quiet } from "../support/words.ts";

const uuid = (last: number): string => `5f0c6b1e-3a52-4d7e-9c41-${String(last).padStart(12, "0")}`;
const acts: Record<VendorId, { line: string; id: string; wanted: string }> = {
  dialnexa: { line: "0147 to night desk", id: "phn_c4n8rt2vy6jd", wanted: "agt_b3t6vz1rd8hc" },
  oneinbox: { line: "clinic main to appointments", id: uuid(101), wanted: uuid(2) },
  speechify: {
    line: "spa to reservations",
    id: "phone_01K4VX8D3N7T2QHMZ6R9YB00P3",
    wanted: "agent_01K4VX8D3N7T2QHMZ6R9YB00A2",
  },
  cartesia: { line: "roadside to dispatch", id: "pn_B6d1Vz5H", wanted: "agent_7hN4pZc2" },
};

/** Opens the form, lets something go wrong, submits it, and holds everything that can be seen against the truth. */
async function reassign(
  vendor: VendorId,
  goWrong: (house: House) => void | Promise<void>,
  words: string,
  early: (house: House) => void = () => undefined,
) {
  const house = await startHouse({
    connected: [vendor],
    logTo: quiet,
    environment: { VENDOR_TIMEOUT_MS: "400" },
  });
  try {
    const omar = person(house, "U0OPER001");
    const sandbox = house.vendors[vendor];
    const { line, id, wanted } = acts[vendor];
    early(house);
    await opens(house, omar, async () => omar.command(`reassign ${line}`, { channelId: "C0VOICE01" }), "After:");
    const from = sandbox.requests.length;
    await goWrong(house);
    const { errors, trouble } = await omar.submit();
    expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
    const form = await formSays(house, omar, words);
    const patches = patchesSince(sandbox, from).length;
    const said = blockText(form);
    // The first entry after the form: a later look may write another.
    const entry = (await house.audit()).find(({ outcome, change }) => change !== undefined && outcome !== undefined);
    const applied = sandbox.number(id) !== undefined && sandbox.effective(id).agentId === wanted;
    const truth = applied ? "applied" : "refused";
    expect([truth, "unknown"]).toContain(entry?.outcome);
    if (patches === 0) {
      expect(entry?.kind).toBe("change.refused");
      expect(said).toMatch(/Nothing was changed\.[^]*Id `[^`]+`/u);
      expect(house.slack.messages("C0VOICE01")).toEqual([]);
    } else {
      expect(entry?.kind).toBe("change.outcome");
      expect(said).toMatch(/Change `chg_[^`]+` · <!date/u);
      const told = await house.slack.eventually("the message", () => house.slack.messages("C0VOICE01")[0]);
      expect(leftOut(told)).toEqual([]);
    }
    expect(house.slack.calls.filter(({ ok }) => !ok)).toEqual([]);
    return { patches, said, outcome: entry?.outcome, code: entry?.problem?.code, status: entry?.vendorStatus };
  } finally {
    await house.close();
  }
}

/** The sandbox of a vendor does something wrong to requests of a kind from now on. */
const fault =
  (vendor: VendorId, wrong: Fault, on: FaultWhen["on"] = "write") =>
  (house: House): void =>
    house.vendors[vendor].fault(wrong, { on });

const wrongWrites: readonly [what: string, fault: Fault, outcome: string, words: readonly string[]][] = [
  ["rejects the key", { kind: "status", status: 401 }, "refused", ["rejected the API key", "`/number connections`"]],
  ["wants us to wait", { kind: "rate-limit", seconds: 7 }, "refused", ["asked too often", "Wait 7 s"]],
  ["wants us to wait and not how long", { kind: "rate-limit", retryAfter: "none" }, "refused", ["Wait a moment"]],
  ["refuses", { kind: "status", status: 400 }, "refused", ["refused the request (400)", "was not changed"]],
  ["says yes and does nothing", { kind: "ignore" }, "refused", ["accepted the change and did not make it"]],
  ["applies and never answers", { kind: "apply-then-hang" }, "applied", ["Took effect: read back", "On the way"]],
  ["applies and answers 500", { kind: "apply-then-500" }, "applied", ["Took effect: read back"]],
  ["applies and answers 400", { kind: "apply-then-500", status: 400 }, "applied", ["Took effect: read back"]],
  ["applies and hangs up", { kind: "drop-after" }, "applied", ["Took effect: read back"]],
  ["applies and answers with a web page", { kind: "html" }, "applied", ["Took effect: read back"]],
  ["applies and answers by half", { kind: "half-json" }, "applied", ["Took effect: read back"]],
  ["applies and answers nothing", { kind: "empty-body" }, "applied", ["Took effect: read back"]],
  ["applies and answers 10 MB", { kind: "huge-body" }, "applied", ["Took effect: read back"]],
  ["never answers", { kind: "hang" }, "unknown", ["Nobody can tell yet", "does not show the change so far"]],
  ["hangs up", { kind: "drop-before" }, "unknown", ["Nobody can tell yet", "Do not send the change again"]],
  ["answers 500", { kind: "status", status: 500 }, "unknown", ["Nobody can tell yet", "Read again just now"]],
];
const headings: Record<string, string> = {
  applied: "was reassigned",
  refused: "was *not* reassigned",
  unknown: "Unknown whether",
};

describe.concurrent.each(vendorIds)("when %s, asked for an update,", (vendor) => {
  it.each(wrongWrites)("%s, it is asked once and the truth is told", async (_what, wrong, outcome, words) => {
    const seen = await reassign(vendor, fault(vendor, wrong), headings[outcome] ?? "");
    expect(seen).toMatchObject({ patches: 1, outcome });
    for (const part of words) expect(seen.said).toContain(part);
  });

  it("never answers and cannot be read afterwards, it says that nobody can tell", async () => {
    const seen = await reassign(
      vendor,
      ({ vendors }) => {
        vendors[vendor].fault({ kind: "hang" }, { on: "write" });
        const sent = () => vendors[vendor].requests.some(({ method }) => method === "PATCH");
        vendors[vendor].fault({ kind: "status", status: 503 }, { on: ({ method }) => method === "GET" && sent() });
      },
      "Unknown whether",
    );
    expect(seen).toMatchObject({ patches: 1, outcome: "unknown", code: "outcome_unknown" });
    expect(seen.said).toContain("could not be read afterwards");
  });
});

const wrongReads: readonly [what: string, fault: Fault, code: string, words: string][] = [
  ["rejects the key", { kind: "status", status: 401 }, "credentials_rejected", "rejected the API key"],
  ["wants us to wait", { kind: "rate-limit", seconds: 9 }, "rate_limited", "Wait 9 s"],
  ["has a fault", { kind: "status", status: 503 }, "vendor_unavailable", "a fault of its own (503)"],
  ["hangs up", { kind: "drop-before" }, "vendor_unavailable", "broke the connection off"],
  ["never answers", { kind: "hang" }, "vendor_unavailable", "did not answer in time"],
  ["shows a web page", { kind: "html" }, "vendor_response_unreadable", "could not be read"],
  ["answers by half", { kind: "half-json" }, "vendor_response_unreadable", "could not be read"],
  ["answers nothing", { kind: "empty-body" }, "vendor_response_unreadable", "could not be read"],
  ["answers 10 MB", { kind: "huge-body" }, "vendor_response_unreadable", "could not be read"],
  ["leaves a field out", { kind: "missing-field" }, "vendor_response_unreadable", "is missing or not as documented"],
  ["leads elsewhere", { kind: "redirect", to: "http://127.0.0.1:1/" }, "vendor_response_unreadable", "a redirect"],
];

describe.concurrent.each(vendorIds)("when %s, asked who answers,", (vendor) => {
  it.each(wrongReads)("%s, nothing is sent and it is said", async (_what, wrong, code, words) => {
    const seen = await reassign(vendor, fault(vendor, wrong, "read"), words);
    expect(seen).toMatchObject({ patches: 0, outcome: "refused", code });
  });

  it("is down, nothing is sent and it is said", async () => {
    const seen = await reassign(vendor, async ({ vendors }) => vendors[vendor].close(), "could not be reached");
    expect(seen).toMatchObject({ patches: 0, code: "vendor_unavailable" });
  });

  it("no longer has the agent, nothing is sent and it is said", async () => {
    const seen = await reassign(
      vendor,
      ({ vendors }) => vendors[vendor].deleteAgent(acts[vendor].wanted),
      vendor === "cartesia" ? "cannot answer a number: it is deleted" : "has no agent",
    );
    expect(seen).toMatchObject({ patches: 0 });
  });

  it("no longer has the number, nothing is sent and it is said", async () => {
    const seen = await reassign(
      vendor,
      ({ vendors }) => vendors[vendor].removeNumber(acts[vendor].id),
      "has no number",
    );
    expect(seen).toMatchObject({ patches: 0, outcome: "refused", code: "not_found" });
  });
});

describe.concurrent("an account of the newer generation", () => {
  it.each(["dialnexa", "speechify"] as const)("at %s is told that it no longer offers the update", async (vendor) => {
    const newer = fault(vendor, { kind: "newer-generation" }, "any");
    const seen = await reassign(vendor, () => undefined, "no longer offers the update", newer);
    expect(seen).toMatchObject({ outcome: "refused", code: "unsupported" });
    expect(seen.said).toContain("dashboard");
  });
});

it.concurrent.each(vendorIds)("shows no page of a list of %s that never ends", async (vendor) => {
  const house = await startHouse({ connected: [vendor], logTo: quiet });
  try {
    const sandbox = house.vendors[vendor];
    sandbox.fault({ kind: "repeat-page" });
    const omar = person(house, "U0OPER001");
    await omar.command("list");
    const list = await house.slack.eventually("the list", () => house.slack.ephemerals("U0OPER001")[0]);
    expect(blockText(list)).toContain(`*${vendor} demo* did not answer, its numbers are missing`);
    expect(blockText(list)).toContain("repeats itself");
    expect(sandbox.requests.length).toBeLessThan(12);
  } finally {
    await house.close();
  }
});

it.concurrent("moves the override at OneInbox, which is who answers", async () => {
  const house = await startHouse({ connected: ["oneinbox"], logTo: quiet });
  try {
    const omar = person(house, "U0OPER001");
    await opens(house, omar, async () => omar.command("reassign after hours to appointments"), "After:");
    await omar.submit();
    await formSays(house, omar, "was reassigned");
    expect(patchesSince(house.vendors.oneinbox, 0).map(({ body }) => body)).toEqual([
      { agent_id: uuid(2), inbound_routing: { agent_id: uuid(2) } },
    ]);
    expect(house.vendors.oneinbox.effective(uuid(103)).agentId).toBe(uuid(2));
    await opens(house, omar, async () => omar.command("detach after hours"), "*nobody*");
    await omar.submit();
    const refused = blockText(await formSays(house, omar, "was *not* detached"));
    expect(refused).toContain("Reassign the number to an agent that is safe for callers");
    expect(refused).toContain("Read again just now: *Appointments* answers.");
  } finally {
    await house.close();
  }
});
