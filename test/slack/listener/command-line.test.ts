import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLine, readVerb } from "../../../src/slack/listener/command-line.ts";
import { anyText } from "../../support/any-text.ts";

describe("the verb", () => {
  it.each([
    ["", "", ""],
    ["  LIST  ", "list", ""],
    ["Reassign 0100 to X", "reassign", "0100 to X"],
    ["show\u00A0“Main line”", "show", "“Main line”"],
    ["\u202Ashow 0100", "show", "0100"],
  ])("of %j is %j, and the rest %j", (text, verb, rest) => {
    expect(readVerb(text)).toEqual({ verb, rest });
  });
});

describe("a line", () => {
  it.each([
    ["", undefined, undefined, undefined],
    ["0100", "0100", undefined, undefined],
    ["0100 to Night Bot", "0100", "Night Bot", undefined],
    ["0100 to Night Bot because it talks to itself", "0100", "Night Bot", "it talks to itself"],
    ["0100 because it lies", "0100", undefined, "it lies"],
    ["to Night Bot", undefined, "Night Bot", undefined],
    ["because it lies", undefined, undefined, "it lies"],
    ["Main line TO Night Bot BECAUSE it lies", "Main line", "Night Bot", "it lies"],
    ["Go to market to Night Bot", "Go to market", "Night Bot", undefined],
    ['"Go to market" to "Way to go" because "because"', "Go to market", "Way to go", "because"],
    ['"Because of you" to X', "Because of you", "X", undefined],
    ["“Go to market” to ‘Night’ Bot", "Go to market", "‘Night’ Bot", undefined],
    ['0100 to ""', "0100", "", undefined],
    ["0100 to", "0100", "", undefined],
    ["tomato Toronto", "tomato Toronto", undefined, undefined],
    ['0100 to "پشتیبانی‌ها"', "0100", "پشتیبانی‌ها", undefined],
    ["0100 to „Berlin – Zürich“ because a – b", "0100", "Berlin – Zürich", "a – b"],
    ["0100 to « Ligne  de nuit »", "0100", " Ligne  de nuit ", undefined],
    ["0100 to “He said “go to bed” to me”", "0100", "He said “go to bed” to me", undefined],
    ['Bob "the boss" to X', 'Bob "the boss"', "X", undefined],
    ['5" pipe to X', '5" pipe', "X", undefined],
    ["Line for sales to Desk for trains", "Line for sales", "Desk for trains", undefined],
    ['"Desk for 30m" to "Open until 18:00"', "Desk for 30m", "Open until 18:00", undefined],
    ["0100 to X because it loops for 30m until 18:00", "0100", "X", "it loops for 30m until 18:00"],
  ])("%j is a number, an agent and a reason", (text, number, to, because) => {
    expect(readLine(text)).toEqual({ number, to, because });
  });

  it.each([
    ["0100 to Night Bot for 30m because it loops", "0100", "Night Bot", ["for 30m"], "it loops"],
    ["0100 for 1h 30m to Night Bot", "0100", "Night Bot", ["for 1h 30m"], undefined],
    ["0100 until tomorrow 9:00", "0100", undefined, ["until tomorrow 9:00"], undefined],
    ["for 30m", undefined, undefined, ["for 30m"], undefined],
    ["0100 for half an hour", "0100", undefined, ["for half an hour"], undefined],
    ["0100 to X for 30m until 18:00", "0100", "X", ["for 30m", "until 18:00"], undefined],
    ["0100 UNTIL 18:00 TO X", "0100", "X", ["UNTIL 18:00"], undefined],
  ])("%j has an end of its own", (text, number, to, ends, because) => {
    expect(readLine(text)).toEqual({ number, to, ends, because });
  });

  it("keeps `to` in the number for a verb that takes none", () => {
    expect(readLine("Go to market because it loops to me", false)).toEqual({
      number: "Go to market",
      to: undefined,
      because: "it loops to me",
    });
  });

  const words = fc
    .array(fc.stringMatching(/^[A-Za-z0-9.,&()-]{1,8}$/u), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(" "))
    .filter((text) => !/(?:^|\s)(?:to|because|for|until)(?:\s|$)/iu.test(text));

  it("returns every part of a line that was built from parts", () => {
    fc.assert(
      fc.property(words, words, words, (number, to, because) => {
        expect(readLine(`${number} to ${to} because ${because}`)).toEqual({ number, to, because });
      }),
    );
  });

  it("returns quoted parts, whatever words they contain", () => {
    const quoted = fc
      .array(fc.constantFrom("to", "because", "the", "Line", "a", "TO"), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join(" "));
    fc.assert(
      fc.property(quoted, quoted, words, (number, to, because) => {
        expect(readLine(`"${number}" to “${to}” because ${because}`)).toEqual({ number, to, because });
      }),
    );
  });

  it("never throws and never invents words", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 200 }), (text) => {
        const { verb, rest } = readVerb(text);
        const { number = "", to = "", because = "" } = readLine(rest);
        expect(number.length + to.length + because.length).toBeLessThanOrEqual(rest.length);
        expect(verb).not.toMatch(/\s/u);
      }),
    );
  });
});
