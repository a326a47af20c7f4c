import { expect, it } from "vitest";
import { matchesGlob } from "../../../src/domain/alerts/glob.ts";

it.each([
  ["cartesia*", "Cartesia TTS errors", true],
  ["*tts*", "Cartesia TTS errors", true],
  ["*errors", "Cartesia TTS errors", true],
  ["cartesia", "Cartesia TTS errors", false],
  ["cartesia", "CARTESIA", true],
  ["c*s*s", "Cartesia TTS errors", true],
  ["ab*ab", "ab", false],
  ["ab*ab", "abab", true],
  ["a*b*bc", "abc", false],
  ["*", "", true],
  ["**", "anything", true],
  ["a.c", "abc", false],
  ["severity=critical", "severity=critical", true],
  ["“quoted”*", '"Quoted" text', true],
])("matches %j with %j: %s", (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});

// One that tried again from every place would not end within the test's time limit.
it("takes one pass over a long text, whatever the pattern", () => {
  expect(matchesGlob("*a".repeat(50), "a".repeat(49).padEnd(10_000, "b"))).toBe(false);
});
