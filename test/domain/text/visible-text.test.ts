import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBlank, textFault, visibleLine } from "../../../src/domain/text/visible-text.ts";
import { anyText } from "../../support/any-text.ts";

// A14
describe("a text from outside is shown", () => {
  it.each([
    ["a line separator", "a\u2028b\u2029c", "a b c"],
    ["line breaks and tabs", "a\r\nb\tc\u0085d", "a b c d"],
    ["a soft hyphen", "ex\u00ADample", "example"],
    ["a word joiner and other zero widths", "a\u2060b\u200Bc\uFEFFd", "abcd"],
    ["a text turned around", "\u202Egnp.exe\u2066 \u200Fx", "gnp.exe x"],
    ["tags", "a\u{E0041}\u{E0042}\u{E007F}b", "ab"],
    ["an escape sequence", "\u001B[31mred\u009B0m", "[31mred0m"],
    ["fillers", "\u115F\u1160\u3164\uFFA0\u2800x", "x"],
    ["a variation selector alone", "a\uFE0Fb\u{E0100}c", "abc"],
    ["joiners with nothing to join", "\u200Da\u200C \u200Db\u200C\u200Cc", "a bc"],
    ["half a character", "a\uD83Db", "ab"],
  ])("without %s", (_what, text, shown) => {
    expect(visibleLine(text)).toBe(shown);
    expect(visibleLine(text, "\uFFFD").replaceAll("\uFFFD", "")).toBe(shown);
  });

  it.each([
    ["Persian", "پشتیبانی‌ها"],
    ["Hindi", "क्‍ष र्‍य"],
    ["a person with a computer", "👩‍💻 👩🏾‍💻"],
    ["a rainbow flag", "🏳️‍🌈"],
    ["a healer", "🧑‍⚕️"],
    ["a keycap", "1️⃣"],
    ["text presentation", "☎︎ ☎️"],
    ["Scotland", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
    ["a variant of an ideograph", "葛\u{E0100}"],
    ["Mongolian", "ᠠ᠋"],
    ["an Arabic number sign", "\u0600123"],
    ["no-break and wide blanks", "a\u00A0b\u3000c"],
    ["markup", "<!channel> *a* `b` & –"],
  ])("with all that it needs: %s", (_what, text) => {
    expect(visibleLine(text)).toBe(text);
  });

  it("as one line with nothing hidden, the same when it is shown again", () => {
    const odd = fc.constantFrom(
      "\u200D",
      "\u200C",
      "\uFE0F",
      "\u202E",
      "\n",
      "\u2028",
      "\u00AD",
      "a",
      "👩",
      "💻",
      "🏴",
      "\u{E0067}",
      "ی",
      "\uD83D",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(),
          fc.array(odd).map((parts) => parts.join("")),
        ),
        (text) => {
          const shown = visibleLine(text);
          expect(shown).not.toMatch(
            /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2060-\u2069\u3164\u2800\u00AD\u200B]/u,
          );
          expect(visibleLine(shown)).toBe(shown);
        },
      ),
    );
  });
});

describe("a text that somebody typed", () => {
  it.each(["", "Main", "پشتیبانی‌ها", "👩‍💻 Support", "ex\u00ADample", "  "])("is allowed: %j", (text) => {
    expect(textFault(text)).toBeUndefined();
  });

  it("is refused with a control character, which is named with its position", () => {
    expect(textFault("👩‍💻\u0000")).toBe(
      "It contains an invisible control character (U+0000, character 4). Remove it and try again.",
    );
    expect(textFault("a\nb")).toContain("a line break or tab (U+000A, character 2)");
    expect(textFault("a\nb\u2067", true)).toContain("(U+2067, character 4)");
    expect(textFault("a\nb", true)).toBeUndefined();
  });

  it("is refused without a visible character", () => {
    expect(isBlank("\u3164 \u200B")).toBe(true);
    expect(textFault("\u3164 \u200B")).toBe("It has no visible character. Type one.");
  });
});
