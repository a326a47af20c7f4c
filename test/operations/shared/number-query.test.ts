import { setImmediate as turn } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeName, plainText } from "../../../src/domain/text/normalize-name.ts";
import { numbersInText, parseNumberQuery } from "../../../src/operations/shared/number-query.ts";
import { formatE164 } from "../../../src/operations/shared/format-number.ts";
import { anyText } from "../../support/any-text.ts";

describe("the text that names a number", () => {
  it.each([
    ["+1 (415) 555-0147", "14155550147", true],
    ["+1.415.555.0147", "14155550147", true],
    ["+44 (0)20 7946 0958", "442079460958", true],
    ["<tel:+14155550147|+1 415-555-0147>", "14155550147", true],
    ["tel:+14155550147", "14155550147", true],
    ["\u202A+1\u202F415\u2011555\u20130147\u202C", "14155550147", true],
    ["(415) 555-0147", "4155550147", false],
    ["“0147”", "0147", false],
    ["415 555 0147 #5", "4155550147", false],
    ["415 555 0147 (ext. 5)", "4155550147", false],
    ["+1 415 555 0147,,5#", "14155550147", true],
    ["0147,0148", "", false],
    ["#0147", "0147", false],
    ["\u0664\u0661\u0665 \u0665\u0665\u0665 \u0660\u0661\u0664\u0667", "4155550147", false],
    ["+\u06F1 \u06F4\u06F1\u06F5 555 0147", "14155550147", true],
    ["\u0966\u0967\u096A\u096D", "0147", false],
    ["147", "", false],
    ["+12", "", true],
    ["Line 0147", "", false],
    ["-", "", false],
  ])("%j has the digits %j", (typed, digits, whole) => {
    expect(parseNumberQuery(typed)).toMatchObject({ digits, whole });
  });

  it("parses a US number in any notation", () => {
    const gap = fc.constantFrom("", " ", "-", ".", "\u00A0", "\u2011", " - ");
    fc.assert(
      fc.property(
        fc.stringMatching(/^[2-9]\d{2}[2-9]\d{6}$/u),
        gap,
        gap,
        fc.boolean(),
        (digits, one, two, area) => {
          const [a, b, c] = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
          const typed = `+1${one}${area ? `(${a})` : a}${two}${b}${two}${c}`;
          expect(parseNumberQuery(typed)).toMatchObject({ digits: `1${digits}`, whole: true });
        },
      ),
    );
  });

  it("never invents digits and never throws", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 60 }), (typed) => {
        const { digits, text } = parseNumberQuery(typed);
        expect(digits === "" || digits.length >= 4).toBe(true);
        expect(text.replace(/\D/gu, "")).toContain(digits.slice(-4));
      }),
    );
  });
});

describe("plain text", () => {
  it("converts what phones type to what keyboards type", () => {
    expect(plainText(" “Bob’s”\u00A0line — R&amp;D &lt;x&gt; ")).toBe(`"Bob's" line - R&D <x>`);
  });

  it("has no blanks at its ends and no repeated blanks", () => {
    fc.assert(
      fc.property(anyText(), (typed) => {
        expect(plainText(typed)).not.toMatch(/^\s|\s$|\s\s/u);
      }),
    );
  });
});

describe("names", () => {
  it.each([
    ["Bob’s “late” line", `bob's "late" line`],
    ["  R&D   <lab> ", "r&amp;d &lt;lab&gt;"],
    ["Cafe\u0301", "CAFÉ"],
    ["“Quoted”", "Quoted"],
    ["Night\u2013shift", "night-shift"],
  ])("%j is the same as %j", (name, typed) => {
    expect(normalizeName(name)).toBe(normalizeName(typed));
  });

  it("differ by a letter", () => {
    expect(normalizeName("Line 1")).not.toBe(normalizeName("Line 2"));
  });
});

describe("numbers in a message", () => {
  it.each([
    ["The line (415) 555-0147 is down", ["+14155550147"]],
    ["<tel:+14155550147|+1 415-555-0147> and +44 20 7946 0958", ["+14155550147", "+442079460958"]],
    ["415-555-0147, again: +1 415 555 0147", ["+14155550147"]],
    ["415 555 0147\n212 555 0163", ["+14155550147", "+12125550163"]],
    ["+14155550147\n+12125550163", ["+14155550147", "+12125550163"]],
    ["no number in 2026-03-02 or order 12345", []],
    ["", []],
  ])("of %j are %j", async (text, numbers) => {
    expect(await numbersInText(text)).toEqual(numbers);
  });

  // A4
  it("are the same wherever they stand in a long line, which is read a batch at a time", async () => {
    const numbers = ["+14155550147", "+442079460958", "+4930901820"];
    const written = ["(415) 555-0147", "+44 20 7946 0958", "+49 (0) 30 901820"];
    for (let at = 380; at <= 520; at += 7) {
      const line = `${"callers hear nothing, ".repeat(30).slice(0, at)} ${written.join(" and ")} ${"since ".repeat(200)}`;
      expect(await numbersInText(line)).toEqual(numbers);
    }
    for (const part of ["1234567890", "abc4155550147 ", "2:50 ", "(", "<tel:"]) {
      const state = { read: false };
      const reading = numbersInText(part.repeat(8_000 / part.length)).finally(() => (state.read = true));
      let turns = 0;
      for (; !state.read; turns += 1) await turn();
      expect(await reading).toEqual([]);
      // A run of digits that is longer than any number is passed over at once.
      expect(turns).toBeGreaterThanOrEqual(part === "1234567890" ? 1 : 10);
    }
  });
});

describe("a number as people write it", () => {
  it("is grouped, and stays as it is if it cannot be parsed", () => {
    expect(formatE164("+14155550147")).toBe("+1 415 555 0147");
    expect(formatE164("unknown")).toBe("unknown");
  });
});
