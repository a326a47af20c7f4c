import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays, person, toldAlone } from "../../support/screen.ts";
import { blockText, buttonsOf, leftOut, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
let ada: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ logTo: quiet });
  omar = person(harness, "U0OPER001");
  ada = person(harness, "U0ADMIN01");
});
afterEach(() => {
  for (const vendor of Object.values(harness.vendors)) vendor.clearFaults();
});
afterAll(async () => {
  await harness.close();
});

/** What the operator alone is told in answer to a line: the first answer that says these words. */
async function answer(line: string, words: string) {
  const before = harness.slack.ephemerals("U0OPER001").length;
  const { status, body } = await omar.command(line, { channelId: "C0INCID01" });
  // Help may go with the ack.
  const silent = body === "" || line.startsWith("help");
  expect({ status, silent }).toEqual({ status: 200, silent: true });
  const told = await harness.slack.eventually(`an answer to “${line}” that says “${words}”`, () =>
    harness.slack
      .ephemerals("U0OPER001")
      .slice(before)
      .find((message) => blockText(message).includes(words)),
  );
  expect(leftOut(told)).toEqual([]);
  expect(told.text).not.toMatch(/[*`]/u);
  return told;
}

describe("help", () => {
  it("is shown for an empty line and lists the verbs that an operator may use", async () => {
    const words = blockText(await answer("", "shows and changes who answers"));
    for (const verb of ["list", "show", "reassign", "detach", "rename", "edit", "history"]) {
      expect(words).toContain(`\`${verb}\` `);
    }
    expect(words).not.toContain("`connect`");
    expect(words).not.toContain("`connections`");
  });

  it("lists the verbs for connections to an admin", async () => {
    await ada.command("help");
    expect(blockText(await toldAlone(harness, "U0ADMIN01", "`connections`"))).toContain("`connect`");
  });

  it("fits a phone: groups of one short line a command, three lines to copy, and buttons", async () => {
    await omar.command("");
    const help = await toldAlone(harness, "U0OPER001", "shows and changes who answers");
    const lines = blockText(help).split("\n");
    expect(lines.filter((one) => one.startsWith("`/number ")).length).toBe(3);
    expect(lines.filter((one) => /^\*\w+\*$/u.test(one))).toEqual([
      "*Look*",
      "*Change*",
      "*Undo*",
      "*Incident*",
      "*Restrict*",
    ]);
    for (const one of lines.filter((line) => /^`\w+` /u.test(line))) expect(one.length).toBeLessThan(56);
    expect(buttonsOf(help)).toEqual(["Reassign", "List", "Status"]);
    await omar.click("list:new", { in: help });
    await toldAlone(harness, "U0OPER001", "24 numbers");
    await omar.click("status:new", { in: help });
    await toldAlone(harness, "U0OPER001", "As of");
  });

  it("shows one verb with all of its examples", async () => {
    const words = blockText(await answer("help Rename", "Set the name of a number"));
    expect(words).toContain('/number rename 0100 to ""');
    expect(words).not.toContain("`detach`");
  });
});

describe("list", () => {
  it("shows many numbers as a table of three columns, and as lines in its text", async () => {
    const list = await answer("list", "24 numbers");
    const words = blockText(list);
    expect(words).toContain("*1–20 of 24 numbers*");
    expect(words).toContain("\nNumber\nAnswered by\nWhere\n");
    expect(words).toContain("\nAfter hours\nEmergency line\n+1 617 555 0181 · oneinbox demo\n");
    expect(words).toContain("\nBilling\n nobody\n+1 312 555 0178 · dialnexa demo\n");
    expect(list.text).toContain("\nAfter hours → Emergency line · +1 617 555 0181 · oneinbox demo\n");
    expect(buttonsOf(list)).toEqual(["Next"]);
    const key = `${harness.connections.cartesia?.id}/pn_B6d1Vz5H`;
    await omar.choose("show:menu", { text: "Roadside (+1 214 555 0152)", value: key }, { in: list });
    await toldAlone(harness, "U0OPER001", "*Roadside assistance* answers now.");
  });

  it("sends lines in place of a table that Slack refuses", async () => {
    for (const way of ["response_url", "chat.postEphemeral", "chat.postMessage"])
      harness.slack.fail(way, { error: "invalid_blocks" }, 1);
    await omar.command("list", { channelId: "C0INCID01" });
    const line = "\nAfter hours · Emergency line · +1 617 555 0181 · oneinbox demo\n";
    const list = await harness.slack.eventually("a list of lines", () =>
      harness.slack.ephemerals("U0OPER001").find((told) => blockText(told).includes(line)),
    );
    expect(list.blocks.map(({ type }) => type)).not.toContain("table");
    harness.slack.clearFailures();
  });

  it("shows a few numbers as lines, each with its button", async () => {
    const list = await answer("list clinic", "2 numbers");
    expect(buttonsOf(list)).toEqual(["Show", "Show"]);
    expect(list.blocks.map(({ type }) => type)).not.toContain("table");
  });

  it("shows numbers without an agent first", async () => {
    const { text } = await answer("list", "1–20 of 24");
    const lines = text.split("\n").filter((line) => line.includes(" → "));
    const withoutAgent = lines.filter((line) => line.startsWith(":warning: "));
    expect(withoutAgent.length).toBeGreaterThan(1);
    expect(lines.slice(0, withoutAgent.length)).toEqual(withoutAgent);
  });

  it("turns its pages in the message itself", async () => {
    const list = await answer("list", "1–20 of 24");
    await omar.click("list:next", { in: list });
    const turned = async (words: string) =>
      harness.slack.eventually(words, () =>
        harness.slack.ephemerals("U0OPER001").find(({ ts, text }) => ts === list.ts && text.includes(words)),
      );
    const second = await turned("21–24 of 24");
    expect(second.replaced).toBe(true);
    expect(buttonsOf(second)).toEqual(["Previous"]);
  });

  it.each([
    ["a name in any case", "list CLINIC", "*2 numbers* for “CLINIC”", "*Clinic main*"],
    ["digits", "list 617 555", "*3 numbers*", "*After hours*"],
    ["an agent", "list roadside assist", "*2 numbers*", "*Fleet desk*"],
    ["a connection", "list speechify demo", "*6 numbers*", "*Spa*"],
    ["a vendor's id", "list ap_M4x8Kp2R", "*1 number*", "*Dispatch north*"],
    ["nothing that there is", "list zzz", "*0 numbers* for “zzz”", ""],
  ])("filters by %s", async (_by, line, count, one) => {
    expect(blockText(await answer(line, count))).toContain(one);
  });

  it("says that a number is not active", async () => {
    expect(blockText(await answer("list pharmacy", "*1 number*"))).toContain("· inactive");
  });

  it("names a vendor that is down and shows the rest", async () => {
    const slow = await startHarness({ connected: ["cartesia", "oneinbox"], logTo: quiet });
    try {
      slow.vendors.oneinbox.fault({ kind: "status", status: 503 });
      await person(slow, "U0OPER001").command("list");
      const words = blockText(await toldAlone(slow, "U0OPER001", "6 numbers"));
      expect(words).toContain("*oneinbox demo* did not answer, its numbers are missing");
      expect(words).toContain("*Roadside*");
    } finally {
      await slow.close();
    }
  });
});

describe("show", () => {
  it("says who answers now, read live, and that nothing was changed so far", async () => {
    const before = harness.vendors.cartesia.requests.length;
    const card = await answer("show dispatch south", "answers now");
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
    expect(blockText(await answer("show restaurant", "answers now"))).toContain(
      ":warning: *Nobody answers now*: callers reach no agent.",
    );
    const card = await answer("show outbound caller id", "answers now");
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
    const words = blockText(await answer("show hotel front", "Last rerouted by"));
    expect(words).toMatch(/by <@U0OPER001> <!date\^\d+\^[^>]+>: “the concierge is asleep”/u);
    expect(words).not.toContain("Changed outside Patchbay");
    harness.vendors.speechify.changeNumber("phone_01K4VX8D3N7T2QHMZ6R9YB00P1", { agent_id: null });
    const later = blockText(await answer("show hotel front", "Changed outside Patchbay since"));
    expect(later).toContain("*Nobody answers now*: callers reach no agent.");
  });

  it("says that a number is gone at its vendor", async () => {
    await answer("show spa", "answers now");
    harness.vendors.speechify.removeNumber("phone_01K4VX8D3N7T2QHMZ6R9YB00P3");
    const words = blockText(await answer("show spa", "Speechify has no number with this id."));
    expect(words).toContain("Check it with `/number list`.");
    expect(words).not.toContain("Nothing was changed.");
  });

  it("asks for a number when none is named", async () => {
    expect(blockText(await answer("show", "Say which number"))).toContain("Correct it");
  });
});

describe("history", () => {
  const numberId = "pn_F9g2Js8L";
  const at = () => ({ connectionId: harness.connections.cartesia?.id ?? "", numberId, e164: "+17135550169" });

  it("says that nothing has happened to a number", async () => {
    expect(buttonsOf(await answer("history Fleet desk", "No changes yet."))).toEqual(["Show"]);
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
    const page = await answer("history claims", "turn 10");
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
    expect(blockText(await answer("history", "History of all numbers"))).toContain("+1 713 555 0169");
  });
});
