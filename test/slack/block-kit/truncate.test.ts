import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  actions,
  button,
  context,
  cut,
  truncateMrkdwn,
  fitBlocks,
  message,
  section,
  sections,
} from "../../../src/slack/block-kit/blocks.ts";
import { brokenIn } from "../../support/words.ts";

const piece = fc.constantFrom(
  "a",
  " ",
  "\n",
  "&amp;",
  "&lt;",
  "&gt;",
  "<@U0OPER001>",
  "<!date^1772442000^{date_short_pretty} {time_secs}|2026-03-02T09:00:00.000Z>",
  "*bold*",
  "`chg_1`",
  "👩‍💻",
  "🇩🇪",
  "é",
  "👍🏽",
  ":rotating_light:",
  "پشتیبانی‌ها",
);
const text = fc.array(piece, { minLength: 1, maxLength: 60 }).map((pieces) => pieces.join(""));
const length = (one: string): number => Array.from(one).length;

// D9
describe("a truncated text", () => {
  it("has at most the given number of characters, and no element is cut in two", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 10, max: 300 }), (whole, most) => {
        const short = truncateMrkdwn(whole, most);
        expect(length(short)).toBeLessThanOrEqual(most);
        expect(brokenIn(short, whole)).toEqual([]);
        if (length(whole) <= most) expect(short).toBe(whole);
        else expect(short.endsWith("…")).toBe(true);
      }),
    );
  });

  it("ends after a whole character in plain text", () => {
    expect(cut("ab👩‍💻cd", 4)).toBe("ab…");
    expect(cut("ab👩‍💻cd", 6)).toBe("ab👩‍💻…");
    expect(cut("🇩🇪🇫🇷", 4)).toBe("🇩🇪🇫🇷");
    expect(cut("🇩🇪🇫🇷🇪🇸", 4)).toBe("🇩🇪…");
    expect(cut("e\u0301e\u0301e\u0301", 4)).toBe("e\u0301…");
    expect(length(cut(`z${"\u0301".repeat(500)}`, 40))).toBe(40);
  });

  it("closes formatting that it would leave open", () => {
    expect(truncateMrkdwn(`*${"long".repeat(10)}*`, 20)).toBe("*longlonglonglong*…");
    expect(truncateMrkdwn(`id \`${"0123456789".repeat(4)}\``, 20)).toBe("id `0123456789012`…");
  });
});

// D9
describe("more blocks than Slack accepts", () => {
  const rows = Array.from({ length: 70 }, (_, at) => section(`row ${at}`));
  const buttons = actions([button("show", "Show", "x")]);

  it("are replaced by a line with their number, and the buttons stay", () => {
    const { blocks } = message([...rows, context("footer"), buttons], "rows");
    expect(blocks).toHaveLength(50);
    expect(blocks.at(-1)).toEqual(buttons);
    expect(JSON.stringify(blocks.at(-2))).toContain("And 23 more that Slack has no room for here.");
  });

  it("stay unchanged if they fit", () => {
    expect(fitBlocks(rows, 100)).toEqual(rows);
  });

  it("never arise from lines, which fill as many sections as they need", () => {
    const lines = Array.from({ length: 9 }, (_, at) => `${at}${"x".repeat(999)}`);
    const made = sections(lines);
    expect(made).toHaveLength(5);
    expect(made.map((block) => block.text?.text).join("\n")).toBe(lines.join("\n"));
  });
});
