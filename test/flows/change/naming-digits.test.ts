import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blockText, buttonsOf, opens } from "../../support/words.ts";
import { startDigitsHarness, type DigitsHarness } from "./digits-harness.ts";

let at: DigitsHarness;
beforeAll(async () => {
  at = await startDigitsHarness();
});
afterAll(async () => {
  await at.harness.close();
});

describe("a title that Patchbay wrote names its number when it is pasted", () => {
  // D5
  it.each([
    ["as it is", "Roadside (+1 214 555 0152)"],
    ["with marks", "*Roadside* (+1 214 555 0152)"],
    ["with its connection", "Roadside (+1 214 555 0152) · Speech"],
    ["with its connection and vendor", "Roadside (+1 214 555 0152) · Speech (Speechify)"],
    ["in another case", "ROADSIDE (+12145550152)"],
    ["its id in marks", "`phone_ROAD`"],
  ])("%s", async (_how, typed) => {
    expect(await at.shows(typed)).toContain("*Roadside* (+1 214 555 0152)");
  });

  it("that has digits in brackets in its name", async () => {
    expect(await at.shows("Line (0122)")).toContain("*Line (0122)* (+1 310 555 0177)");
    expect(await at.shows("Line (0122) (+1 310 555 0177)")).toContain("*Line (0122)* (+1 310 555 0177)");
  });

  it("but not one that says another number's digits", async () => {
    expect(await at.shows("Roadside (+44 20 7946 0958)")).toContain("No number is called");
  });

  it("in a freeze and its end", async () => {
    const title = "Roadside (+1 214 555 0152)";
    const told = (words: string) =>
      at.harness.slack.eventually(words, () =>
        at.harness.slack.messages("C0INCID01").find((message) => blockText(message).includes(words)),
      );
    await at.omar.command(`freeze ${title} because we look`, { channelId: "C0INCID01" });
    expect(await told("is frozen by")).toBeDefined();
    await at.omar.command(`unfreeze ${title}`, { channelId: "C0INCID01" });
    expect(await told("unfroze it")).toBeDefined();
  });

  it("as do an agent's name and id", async () => {
    for (const typed of ["Concierge (agent_A)", "Concierge `agent_A`", "agent `agent_A`"]) {
      const act = async () => at.omar.command(`reassign Roadside to ${typed}`);
      expect(await opens(at.harness, at.omar, act, "→ *Concierge*\n")).toBeDefined();
      await at.omar.close();
    }
    const other = async () => at.omar.command("reassign Roadside to Concierge (test)");
    expect(await opens(at.harness, at.omar, other, "*Concierge (test)*")).toBeDefined();
    await at.omar.close();
  });
});

describe("a number is named by its digits as its vendor has them", () => {
  // D6
  it("where a library would write it otherwise", async () => {
    const card = await at.shows("+5508005700800");
    expect(card).toContain("*São Paulo* (+5508005700800)");
    expect(await at.shows("+55 0800 570 0800")).toContain("*São Paulo* (+5508005700800)");
    expect(await at.shows("São Paulo (+5508005700800)")).toContain("*São Paulo* (+5508005700800)");
  });

  it("where it has no plus", async () => {
    for (const typed of ["14155550199", "+14155550199", "+1 415 555 0199", "0199"])
      expect(await at.shows(typed)).toContain("*14155550199*");
  });
});

describe("a number is named as people write it", () => {
  // D7, E10
  it.each([
    ["+49 30/901820", "*Berlin*"],
    ["+49 30 901820 ext. 5", "*Berlin*"],
    ["+49 (0)30 901820", "*Berlin*"],
    ["030/901820", "*Berlin*"],
    ["030 90 18 20 x9", "*Berlin*"],
    ["tel:+4930901820;ext=12", "*Berlin*"],
    ["0044 20 7946 0958", "*London*"],
    ["011 44 20 7946 0958", "*London*"],
    ["020 7946 0958", "*London*"],
    ["020 7946 0958 ext. 12", "*London*"],
    ["(020) 7946-0958", "*London*"],
    ["+44 (0) 20 7946 0958", "*London*"],
    ["00 1 214 555 0152", "*Roadside*"],
    ["1-214-555-0152 extension 3", "*Roadside*"],
    ["(+1) 214 555 0152", "*Roadside*"],
    ["２１４ ５５５ ０１５２", "*Roadside*"],
  ])("%s", async (typed, title) => {
    expect(await at.shows(typed)).toContain(title);
  });

  // E10
  it.each([
    ["the beginning of one", "+1 214", ["Roadside (+1 214 555 0152) · Speech"]],
    [
      "digits in its middle",
      "5550",
      [
        "14155550199 · Speech",
        "Line (0122) (+1 310 555 0177) · Speech",
        "Roadside (+1 214 555 0152) · Speech",
      ],
    ],
    ["one wrong digit", "+44 20 7946 0959", ["London (+44 20 7946 0958) · Speech"]],
    ["two that changed places", "+44 20 7946 0985", ["London (+44 20 7946 0958) · Speech"]],
  ])("%s is offered, and nothing else", async (_what, typed, offered) => {
    const none = await at.answer(`show ${typed}`);
    expect(blockText(none)).toContain("No number is called");
    expect(buttonsOf(none)).toEqual(offered);
  });

  it.each(["ext. 12", "x9", "9876", "+33 1 23 45 67 89", "0049 89 123456", "+1 415 999 0000"])(
    "nothing unrelated is offered for %s",
    async (typed) => {
      const none = await at.answer(`show ${typed}`);
      expect(blockText(none)).toMatch(/No number is called|too short/u);
      expect(buttonsOf(none)).toEqual([]);
    },
  );
});
