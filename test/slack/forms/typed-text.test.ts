import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emojiByName } from "../../../src/domain/text/emoji-names.ts";
import { composedText } from "../../../src/sandbox/slack/person/composed-text.ts";
import { readLine } from "../../../src/slack/listener/command-line.ts";
import { typedText } from "../../../src/slack/forms/typed-text.ts";
import { anyText } from "../../support/any-text.ts";

const seed = {
  users: [{ id: "U0OMAR001", name: "Omar" }],
  channels: [{ id: "C0INCID01", name: "incidents" }],
  userGroups: [{ id: "S0ONCALL1", name: "On call", handle: "oncall", users: [] }],
};

describe("what a person typed", () => {
  // D2
  it.each([
    ["R&amp;D &lt;lab&gt;", "R&D <lab>"],
    ["&amp;amp; &amp;lt;", "&amp; &lt;"],
    ["<http://acme.com|acme.com> hotline", "acme.com hotline"],
    ["<https://acme.com/a?b=1&amp;c=2>", "https://acme.com/a?b=1&c=2"],
    ["<mailto:a@acme.com|a@acme.com>", "a@acme.com"],
    ["<mailto:a@acme.com>", "a@acme.com"],
    ["<tel:+14155550147|+1 415-555-0147>", "+1 415-555-0147"],
    ["<tel:+14155550147|Call us>", "+14155550147"],
    ["<tel:+14155550147>", "+14155550147"],
    ["asked by <@U0OMAR001|omar> and <@W0OTHER01>", "asked by @omar and @W0OTHER01"],
    ["see <#C0INCID01|incidents> and <#C0OTHER01>", "see #incidents and #C0OTHER01"],
    ["<!here> <!channel|channel> <!subteam^S0ONCALL1|@oncall> <!subteam^S1>", "@here @channel @oncall @S1"],
    ["<!date^1772442000^{date}|March 2>", "March 2"],
    ["<!date^1772442000^{date}>", "Mon, 02 Mar 2026 09:00:00 GMT"],
    ["a < b, a > b, <no link>", "a < b, a > b, <no link>"],
  ])("is read from what Slack sends: %j is %j", (sent, typed) => {
    expect(typedText(sent)).toBe(typed);
  });

  // D3
  it.each([
    [":rotating_light: Hotline", "🚨 Hotline"],
    [":wave::skin-tone-3:", "👋🏼"],
    [":female-technologist::skin-tone-5: Support", "👩🏾‍💻 Support"],
    [":point_up::skin-tone-2:", "☝🏻"],
    [":people_holding_hands::skin-tone-2-6:", "🧑🏻‍🤝‍🧑🏿"],
    [":flag-scotland: :flag-de:", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇩🇪"],
    [":our_own_logo: at 10:30:45", ":our_own_logo: at 10:30:45"],
  ])("has emoji where Slack sends their names: %j is %j", (sent, typed) => {
    expect(typedText(sent)).toBe(typed);
  });

  const words = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
      fc.constantFrom(
        ...emojiByName.values(),
        "👋🏼",
        "👩🏾‍💻",
        "&",
        "&amp;",
        "<",
        ">",
        "<@U1>",
        "–",
        "پشتیبانی‌ها",
      ),
      fc.constantFrom(
        "@Omar",
        "#incidents",
        "@oncall",
        "acme.com",
        "https://a.io/?b=1&c",
        "to",
        "because",
        "for 30m",
      ),
    ),
    { maxLength: 8 },
  );
  /** A mention is shown by its name, and a typed emoji name as that emoji. */
  const typedWords = words
    .map((parts) => parts.join(" "))
    .filter((text) => !/["\u201C-\u201F\u00AB\u00BB\u2033]|:[a-z0-9_+'-]+:/u.test(text));

  // D4
  it("arrives as typed if it is in quotes, whatever it is", () => {
    fc.assert(
      fc.property(typedWords, fc.constantFrom('""', "“”", "„“", "«»"), (text, [open = "", close = ""]) => {
        const sent = composedText(`0100 to ${open}${text}${close} because it loops`, seed, emojiByName);
        expect(sent.replace(/<[^<>]*>/gu, "")).not.toMatch(/[<>]/u);
        const { to, because } = readLine(typedText(sent));
        expect(to).toBe(text.replaceAll("@Omar", "@omar"));
        expect(because).toBe("it loops");
      }),
      { numRuns: 500 },
    );
  });

  it("is parsed without an error, whatever it is", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 300 }), (sent) => {
        expect(typeof typedText(sent)).toBe("string");
      }),
    );
  });
});
