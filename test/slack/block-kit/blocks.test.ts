import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  button,
  cut,
  escape,
  header,
  limits,
  message,
  plainText,
  section,
  slackDate,
} from "../../../src/slack/block-kit/blocks.ts";
import { option } from "../../../src/slack/forms/inputs.ts";
import { stripMrkdwn } from "../../../src/slack/block-kit/format.ts";
import { numberLabel, numberTitle } from "../../../src/slack/block-kit/number-title.ts";

const anyText = fc.string({ unit: "grapheme", maxLength: 400 });
const marked = fc
  .array(
    fc.constantFrom(
      "*",
      "_",
      "~",
      "`",
      "<",
      ">",
      "&",
      "!channel",
      "a",
      "1",
      " ",
      "\n",
      "\u202E",
      "|",
      "&amp;",
    ),
  )
  .map((parts) => parts.join(""));
const length = (text: string): number => Array.from(text).length;

describe("escaping", () => {
  it("leaves nothing that Slack reads as a mention, a link or an entity", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, marked), (text) => {
        const safe = escape(text);
        expect(safe).not.toMatch(/[<>]/u);
        expect(safe).not.toMatch(/&(?!amp;|lt;|gt;)/u);
        expect(safe).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });

  it("leaves no formatting mark at the edge of a word without word joiners", () => {
    fc.assert(
      fc.property(marked, (text) => {
        const rest = escape(text).replace(/\u2060[*_~`]\u2060/gu, "");
        expect(rest).not.toMatch(/`|(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])/u);
      }),
    );
  });

  it("keeps the text: Slack shows what was typed", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{L}\p{N} .,&<>*_~`'"-]{0,60}$/u), (text) => {
        const shown = escape(text).replaceAll("\u2060", "");
        expect(shown.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")).toBe(text);
      }),
    );
  });

  it("keeps ids unchanged", () => {
    expect(escape("chg_9aB_phn_f7w2")).toBe("chg_9aB_phn_f7w2");
  });
});

// A14
describe("shows everything in text from outside", () => {
  const hidden = "Night\u202E\u2028\u00AD\u2060\u{E0041}\u3164 desk";

  it.each([
    ["mrkdwn", escape(hidden)],
    ["a button", button("a", hidden, "v").text.text],
    ["a header", header(hidden).text.text],
    ["an option", option(hidden, "v", hidden)?.text.text],
    ["an option's description", option("x", "v", hidden)?.description?.text],
    ["a label", numberLabel({ name: hidden, e164: "+14155550100" }).replace(" (+1 415 555 0100)", "")],
  ])("in %s", (_where, shown) => {
    expect(shown).toBe("Night  desk");
  });

  it("shows the digits of a number with an invisible name", () => {
    expect(numberTitle({ name: "\u3164", e164: "+14155550100" })).toBe("*+1 415 555 0100*");
    expect(numberLabel({ name: " ", e164: "+14155550100" })).toBe("+1 415 555 0100");
  });
});

describe("cutting", () => {
  it("returns at most the given number of characters, and never half of one", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 300 }), (text, most) => {
        const short = cut(text, most);
        expect(length(short)).toBeLessThanOrEqual(most);
        expect(short).not.toMatch(/\p{Surrogate}/u);
        expect(length(text) <= most ? short === text : short.endsWith("…")).toBe(true);
      }),
    );
  });

  it("keeps texts, buttons, sections and messages within Slack's limits", () => {
    const long = "🙂".repeat(5000);
    expect(length(plainText(long).text)).toBe(limits.buttonText);
    expect(length(button("a", long, "v").text.text)).toBe(limits.buttonText);
    expect(length(section(long).text?.text ?? "")).toBe(limits.sectionText);
    const sent = message(
      Array.from({ length: 60 }, () => section("x")),
      long,
    );
    expect(length(sent.text)).toBe(limits.messageText);
    expect(sent.blocks).toHaveLength(limits.messageBlocks);
  });
});

describe("the text of a message", () => {
  it("loses its formatting and keeps its ids", () => {
    expect(stripMrkdwn("*Main line* was _not_ done: `chg_4xY9` `agent_7hN4pZc2` *5 numbers* a1_b2")).toBe(
      "Main line was not done: chg_4xY9 agent_7hN4pZc2 5 numbers a1_b2",
    );
  });

  it("never gains a mention by losing formatting", () => {
    fc.assert(
      fc.property(marked, (text) => {
        expect(stripMrkdwn(`*${escape(text)}*`)).not.toMatch(/[<>]/u);
      }),
    );
  });

  it("gives dates in each reader's time zone, with UTC as a fallback", () => {
    expect(slackDate("2026-03-02T09:00:00.000Z")).toBe(
      "<!date^1772442000^{date_short_pretty} {time_secs}|2026-03-02 09:00 UTC>",
    );
  });
});

describe("a number's title and label", () => {
  it("contain the name and the digits, and escape an invalid number", () => {
    expect(numberTitle({ name: "A & B", e164: "+14155550100" })).toBe("*A &amp; B* (+1 415 555 0100)");
    expect(numberTitle({ name: null, e164: "<!here>" })).toBe("*&lt;!here&gt;*");
    expect(numberTitle({})).toBe("*number*");
  });

  it("always show the digits, even with a very long name", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        expect(plainText(numberLabel({ name, e164: "+442079460958" })).text).toContain("+44 20 7946 0958");
      }),
    );
  });
});
