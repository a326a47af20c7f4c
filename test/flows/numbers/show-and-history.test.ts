import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, buttonsOf, quiet } from "../../support/words.ts";
import { answer } from "./answer.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterEach(() => {
  for (const vendor of Object.values(harness.vendors)) vendor.clearFaults();
});
afterAll(async () => {
  await harness.close();
});

describe("show", () => {
  it("says who answers now, read live, and that nothing was changed so far", async () => {
    const before = harness.vendors.cartesia.requests.length;
    const card = await answer(harness, omar, "show dispatch south", "answers now");
    const words = blockText(card);
    expect(words).toContain("*Dispatch south* (+1 512 555 0134) · cartesia demo (Cartesia)");
    expect(words).toContain("*Dispatch* answers now.");
    expect(words).toContain("Never rerouted with Patchbay.");
    expect(words).toMatch(
      /Read from Cartesia <!date\^\d{10}\^[^|]+\|\d{4}-\d\d-\d\d \d\d:\d\d UTC> · id `ap_T7c3Wn9Q`/u,
    );
    expect(buttonsOf(card)).toEqual(["Reassign", "History", "Rename", "Edit", "Detach"]);
    const reads = harness.vendors.cartesia.requests.slice(before);
    expect(reads.some(({ path }) => path === "/agents/phone-numbers/ap_T7c3Wn9Q")).toBe(true);
  });

  it("warns about a number that nobody answers, and one that no agent can be assigned to", async () => {
    expect(blockText(await answer(harness, omar, "show restaurant", "answers now"))).toContain(
      ":warning: *Nobody answers now*: callers reach no agent.",
    );
    const card = await answer(harness, omar, "show outbound caller id", "answers now");
    expect(buttonsOf(card)).toEqual(["History", "Rename"]);
    const outbound = blockText(card);
    expect(outbound).not.toContain("callers reach no agent");
    expect(outbound).toContain(
      ":no_entry: No agent can be given to this number: it is a verified caller ID, which only makes calls.",
    );
  });

  it("says who changed it and why, and whether it was changed elsewhere since", async () => {
    await omar.command("reassign Hotel front to Reservations because the concierge is asleep");
    await formSays(harness, omar, "After:");
    await omar.submit();
    await formSays(harness, omar, "Reassigned by");
    const words = blockText(await answer(harness, omar, "show hotel front", "Last rerouted by"));
    expect(words).toMatch(/by <@U0OPER001> <!date\^\d+\^[^>]+>: “the concierge is asleep”/u);
    expect(words).not.toContain("Changed outside Patchbay");
    harness.vendors.speechify.changeNumber("phone_01K4VX8D3N7T2QHMZ6R9YB00P1", { agent_id: null });
    const later = blockText(
      await answer(harness, omar, "show hotel front", "Changed outside Patchbay since"),
    );
    expect(later).toContain("*Nobody answers now*: callers reach no agent.");
  });

  it("says that a number is gone at its vendor", async () => {
    await answer(harness, omar, "show spa", "answers now");
    harness.vendors.speechify.removeNumber("phone_01K4VX8D3N7T2QHMZ6R9YB00P3");
    const words = blockText(await answer(harness, omar, "show spa", "Speechify has no number with this id."));
    expect(words).toContain("Check it with `/number list`.");
    expect(words).not.toContain("Nothing was changed.");
  });

  it("asks for a number when none is named", async () => {
    expect(blockText(await answer(harness, omar, "show", "Say which number"))).toContain("Correct it");
  });
});

describe("history", () => {
  const numberId = "pn_F9g2Js8L";

  const at = () => ({ connectionId: harness.connections.cartesia?.id ?? "", numberId, e164: "+17135550169" });

  it("says that nothing has happened to a number", async () => {
    expect(buttonsOf(await answer(harness, omar, "history Fleet desk", "No changes yet."))).toEqual(["Show"]);
  });

  it("lists changes newest first, with author, reason and outcome, and pages in place", async () => {
    const { audit } = harness.infra.store.workspace("T0PATCH01");
    const actor = { kind: "user", userId: "U0OPER001", workspaceId: "T0PATCH01" } as const;
    for (let turn = 1; turn <= 10; turn += 1) {
      const change = {
        actor,
        requestId: `history-${turn}`,
        changeId: `chg_${turn}history`,
        number: at(),
        change: "rename" as const,
        before: { name: `Name ${turn - 1}` },
        wanted: { name: `Name ${turn}` },
        reason: `turn ${turn}`,
      };
      await audit.append({ ...change, kind: "change.requested" });
      const problem = { code: "outcome_unknown", message: "No readable answer came." } as const;
      if (turn < 9) await audit.append({ ...change, kind: "change.outcome", outcome: "applied" });
      if (turn === 9) await audit.append({ ...change, kind: "change.outcome", outcome: "unknown", problem });
    }
    const page = await answer(harness, omar, "history claims", "turn 10");
    const words = blockText(page);
    expect(words.match(/turn \d+/gu)).toEqual([10, 9, 8, 7, 6, 5, 4, 3].map((turn) => `turn ${turn}`));
    expect(words).toMatch(
      /<@U0OPER001> is renaming it: \*Name 9\* → \*Name 10\*\nWhy: turn 10\nunder way · <!date/u,
    );
    expect(words).toMatch(
      /tried to rename it: .*\nNo readable answer came\.\nWhy: turn 9\nunknown · <!date[^>]+> · `chg_9history`/u,
    );
    expect(page.text).toContain("chg_9history");
    await omar.click("history:older", { in: page });
    const older = await harness.slack.eventually("the older page", () =>
      harness.slack.ephemerals("U0OPER001").find(({ ts, text }) => ts === page.ts && text.includes("older")),
    );
    expect(blockText(older).match(/turn \d+/gu)).toEqual(["turn 2", "turn 1"]);
    const offered = ["Undo", "Go back to this state"];
    expect(buttonsOf(older)).toEqual([...offered, ...offered, "Show"]);
  });

  it("of all numbers says which number each line is about", async () => {
    await omar.command("detach nothing like it");
    expect(blockText(await answer(harness, omar, "history", "History of all numbers"))).toContain(
      "+1 713 555 0169",
    );
  });
});
