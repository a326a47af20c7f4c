import { describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../../src/demo/harness.ts";
import { vendorIds } from "../../../../src/vendors/index.ts";
import { demoAccount, isUpdate, type Fault, type FaultWhen } from "../../../../src/sandbox/vendors/index.ts";
import { atVendor, fault, reassign } from "./faulty-responses.ts";
import { uuid } from "../../../support/fixtures.ts";
import { formSays, person } from "../../../support/screen.ts";
import { blockText, opens, patchesSince, quiet } from "../../../support/words.ts";

const hotel = "phone_01K4VX8D3N7T2QHMZ6R9YB00P1";

/** Does something once, as an update arrives. */
function meanwhile(act: () => void): NonNullable<FaultWhen["on"]> {
  let done = false;
  return (request) => {
    if (!done && isUpdate(request)) {
      done = true;
      act();
    }
    return false;
  };
}

const wrongWrites: readonly [what: string, fault: Fault, outcome: string, words: readonly string[]][] = [
  [
    "rejects the key",
    { kind: "status", status: 401 },
    "refused",
    ["rejected the API key", "`/number connections`"],
  ],
  ["wants us to wait", { kind: "rate-limit", seconds: 7 }, "refused", ["is rate-limiting us", "Wait 7 s"]],
  [
    "wants us to wait and not how long",
    { kind: "rate-limit", retryAfter: "none" },
    "refused",
    ["Wait a moment"],
  ],
  ["refuses", { kind: "status", status: 400 }, "refused", ["refused the request (400)", "was not changed"]],
  // B5
  [
    "says yes and does nothing",
    { kind: "ignore" },
    "unknown",
    ["accepted the change and does not show it yet", "Patchbay keeps looking and tells you here"],
  ],
  [
    "makes it and shows it a little later",
    { kind: "lag", reads: 2 },
    "applied",
    ["confirmed by reading it back from"],
  ],
  ["makes it and does not show it so far", { kind: "lag" }, "unknown", ["Patchbay keeps looking"]],
  [
    "applies and never answers",
    { kind: "apply-then-hang" },
    "applied",
    ["confirmed by reading it back from", "response was lost"],
  ],
  ["applies and answers 500", { kind: "apply-then-500" }, "applied", ["confirmed by reading it back from"]],
  [
    "applies and answers 400",
    { kind: "apply-then-500", status: 400 },
    "applied",
    ["confirmed by reading it back from"],
  ],
  ["applies and hangs up", { kind: "drop-after" }, "applied", ["confirmed by reading it back from"]],
  ["applies and answers with a web page", { kind: "html" }, "applied", ["confirmed by reading it back from"]],
  ["applies and answers by half", { kind: "half-json" }, "applied", ["confirmed by reading it back from"]],
  ["applies and answers nothing", { kind: "empty-body" }, "applied", ["confirmed by reading it back from"]],
  ["applies and answers 10 MB", { kind: "huge-body" }, "applied", ["confirmed by reading it back from"]],
  ["never answers", { kind: "hang" }, "unknown", ["Nobody can tell yet", "does not show the change so far"]],
  ["hangs up", { kind: "drop-before" }, "unknown", ["Nobody can tell yet", "Do not send the change again"]],
  ["answers 500", { kind: "status", status: 500 }, "unknown", ["Nobody can tell yet", "Read again just now"]],
];
const headings: Record<string, string> = {
  applied: "Reassigned by",
  refused: "Couldn't reassign",
  unknown: "Unknown whether",
};

describe.concurrent.each(vendorIds)("when %s, asked for an update,", (vendor) => {
  it.each(atVendor(wrongWrites, vendor))(
    "%s, it is called once and the truth is reported",
    async (_what, wrong, outcome, words) => {
      const timeoutMs = wrong.kind === "hang" || wrong.kind === "apply-then-hang" ? 2_000 : 15_000;
      const seen = await reassign(
        vendor,
        fault(vendor, wrong),
        headings[outcome] ?? "",
        undefined,
        timeoutMs,
      );
      expect(seen).toMatchObject({ patches: 1, outcome });
      for (const part of words) expect(seen.said).toContain(part);
    },
  );

  it("never responds and cannot be read afterwards, Patchbay says that the outcome is unknown", async () => {
    const seen = await reassign(
      vendor,
      ({ vendors }) => {
        vendors[vendor].fault({ kind: "hang" }, { on: "write" });
        const sent = () => vendors[vendor].requests.some(({ method }) => method === "PATCH");
        vendors[vendor].fault(
          { kind: "status", status: 503 },
          { on: ({ method }) => method === "GET" && sent() },
        );
      },
      "Unknown whether",
    );
    expect(seen).toMatchObject({ patches: 1, outcome: "unknown", code: "outcome_unknown" });
    expect(seen.said).toContain("could not be read afterwards");
  });
});

describe.concurrent("an account of the newer generation", () => {
  it("at DialNexa is not sent a change, and the form says why and what to do by hand", async () => {
    const harness = await startHarness({ connected: ["dialnexa"], logTo: quiet });
    try {
      harness.vendors.dialnexa.fault({ kind: "newer-generation" });
      const omar = person(harness, "U0OPER001");
      for (const line of [
        "reassign Billing",
        "detach Billing",
        'rename Billing to "Bills"',
        "edit Billing",
      ]) {
        const form = await opens(harness, omar, async () => omar.command(line), ":no_entry:");
        const movesAgent = /^(?:reassign|detach)/u.test(line);
        expect(blockText(form)).toContain(
          movesAgent ? "could not tell whether a change took effect" : "no longer offers",
        );
        expect(blockText(form)).toMatch(
          movesAgent ? /By hand: .* publish that draft\./u : /By hand: .* dashboard/u,
        );
        expect(blockText(form)).not.toContain("Revert automatically");
        await omar.close();
      }
      expect(patchesSince(harness.vendors.dialnexa, 0)).toEqual([]);
    } finally {
      await harness.close();
    }
  });

  it("at DialNexa that is found only when the change is sent is reported as no longer offering it", async () => {
    const newer = ({ vendors }: Harness): void =>
      vendors.dialnexa.fault({ kind: "newer-generation" }, { on: "write" });
    const seen = await reassign("dialnexa", newer, "no longer offers the update");
    expect(seen).toMatchObject({ outcome: "refused", code: "unsupported" });
    expect(seen.said).toContain("dashboard");
  });

  it("at Speechify is assigned an agent under that agent, and read back", async () => {
    const newer = fault("speechify", { kind: "newer-generation" }, "any");
    const seen = await reassign("speechify", () => undefined, "confirmed by reading it back from", newer);
    expect(seen).toMatchObject({ patches: 1, outcome: "applied", code: undefined, status: 200 });
  });

  it("at Speechify takes no agent off that somebody has assigned meanwhile", async () => {
    const harness = await startHarness({ connected: ["speechify"], logTo: quiet });
    try {
      const { speechify } = harness.vendors;
      const [, other] = demoAccount("speechify").agents;
      speechify.fault({ kind: "newer-generation" });
      const omar = person(harness, "U0OPER001");
      const line = "detach Hotel front because it loops";
      await opens(harness, omar, async () => omar.command(line), "After:");
      speechify.fault(
        { kind: "delay", ms: 0 },
        { on: meanwhile(() => speechify.editNumber(hotel, { agentId: other?.id })) },
      );
      await omar.submit();
      const form = await formSays(harness, omar, "no longer had the agent that you saw");
      expect(blockText(form)).toContain("Couldn't detach");
      expect(speechify.effective(hotel).agentId).toBe(other?.id);
    } finally {
      await harness.close();
    }
  });
});

it.concurrent.each(vendorIds)("shows no page of a list of %s that never ends", async (vendor) => {
  const harness = await startHarness({ connected: [vendor], logTo: quiet });
  try {
    const sandbox = harness.vendors[vendor];
    sandbox.fault({ kind: "repeat-page" });
    const omar = person(harness, "U0OPER001");
    await omar.command("list");
    const list = await harness.slack.eventually("the list", () => harness.slack.ephemerals("U0OPER001")[0]);
    expect(blockText(list)).toContain(`*${vendor} demo* did not answer, its numbers are missing`);
    expect(blockText(list)).toContain("repeats itself");
    expect(sandbox.requests.length).toBeLessThan(12);
  } finally {
    await harness.close();
  }
});

it.concurrent("changes the override at OneInbox, which is the agent that answers", async () => {
  const harness = await startHarness({ connected: ["oneinbox"], logTo: quiet });
  try {
    const omar = person(harness, "U0OPER001");
    await opens(harness, omar, async () => omar.command("reassign after hours to appointments"), "After:");
    await omar.submit();
    await formSays(harness, omar, "Reassigned by");
    expect(patchesSince(harness.vendors.oneinbox, 0).map(({ body }) => body)).toEqual([
      // B2: the number's own agent is left alone.
      { inbound_routing: { agent_id: uuid(2) } },
    ]);
    expect(harness.vendors.oneinbox.effective(uuid(103)).agentId).toBe(uuid(2));
    expect(harness.vendors.oneinbox.number(uuid(103))?.["agent_id"]).toBe(uuid(1));
    await opens(harness, omar, async () => omar.command("detach after hours"), "*nobody*");
    await omar.submit();
    const sofar = blockText(await formSays(harness, omar, "the agent still answers"));
    expect(sofar).toContain("Reassign the number to an agent that is safe for callers");
    expect(sofar).toContain("Read again just now. Agent: *Appointments*");
  } finally {
    await harness.close();
  }
});
