import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { readMrkdwn, type Piece } from "../../../src/demo/page/client/kit/mrkdwn.ts";
import type { SandboxMessage, SandboxView } from "../../../src/sandbox/slack/index.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const digits = "+1 214 555 0152";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    workspaces: [demoWorkspace],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
});
afterEach(async () => {
  await harness.close();
});

/** What people read of a screen in which Slack has read the marks. */
function read(shown: SandboxMessage | SandboxView): string {
  return textOf(shown)
    .split("\n")
    .map((line) => readMrkdwn(line).map(wordsOf).join(""))
    .join("\n")
    .replaceAll("\u2060", "");
}

function wordsOf(piece: Piece): string {
  if (piece.kind === "quote") return `(quoted)${piece.pieces.map(wordsOf).join("")}`;
  if ("pieces" in piece) return `[${piece.pieces.map(wordsOf).join("")}]`;
  return "text" in piece ? piece.text : "";
}

// E16
describe("a name is shown as it is", () => {
  it.each([
    "*Front desk",
    "_Front desk",
    "~Front desk",
    "`Front desk",
    ">Front desk",
    "*Front* `desk`",
    "Front _desk_",
  ])("%s", async (name) => {
    harness.vendors.cartesia.changeNumber("pn_B6d1Vz5H", { label: name });
    const omar = person(harness, "U0OPER001");
    await omar.command("show 0152", { channelId: voiceOps });
    // With our marks around it where Slack reads them, and without any where it would not.
    const titled = (words: string): boolean =>
      [`${name} (${digits})`, `[${name}] (${digits})`].some((title) => words.includes(title));
    expect(read(await toldAlone(harness, "U0OPER001", digits))).toSatisfy(titled);
    await omar.command("rename 0152 to Detour because it moved", { channelId: voiceOps });
    const form = await formSays(harness, omar, "the name you type above");
    const renamed = (words: string): boolean =>
      [`${name} →`, `[${name}] →`, `${name} is now`, `[${name}] is now`].some((part) => words.includes(part));
    expect(read(form)).toSatisfy(renamed);
    expect(read(form)).not.toContain("(quoted)");
    await omar.submit();
    const told = await toldInChannel(harness, voiceOps, "Renamed by");
    expect(read(told)).toSatisfy(renamed);
    expect(told.text.replaceAll("&gt;", ">")).toContain(`${name} is now Detour`);
  });
});

// E16
describe("a reason that is too long", () => {
  it.each([
    "reassign 0152 to Dispatch because",
    "rename 0152 to Detour because",
    "undo 0152 because",
    "freeze 0152 because",
    "incident start INC-7",
  ])("is said before anything is sent, with the line kept: %s", async (verb) => {
    const line = `${verb} ${"because it rains ".repeat(20)}end`;
    const omar = person(harness, "U0OPER001");
    await omar.command(line, { channelId: voiceOps });
    const told = read(await toldAlone(harness, "U0OPER001", "You typed:"));
    expect(told).toMatch(/has at most \d+ characters; this one has 3\d\d/u);
    expect(told).toContain(`You typed: /number ${line}`);
    expect(omar.view()).toBeUndefined();
    expect(harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
  });
});
