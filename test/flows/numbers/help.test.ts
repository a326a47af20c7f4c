import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { person, toldAlone } from "../../support/screen.ts";
import { blockText, buttonsOf, quiet } from "../../support/words.ts";
import { answer } from "./answer.ts";

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

describe("help", () => {
  it("is shown for an empty line and lists the verbs that an operator may use", async () => {
    const words = blockText(await answer(harness, omar, "", "shows and changes who answers"));
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
    const words = blockText(await answer(harness, omar, "help Rename", "Set the name of a number"));
    expect(words).toContain('/number rename 0100 to ""');
    expect(words).not.toContain("`detach`");
  });
});
