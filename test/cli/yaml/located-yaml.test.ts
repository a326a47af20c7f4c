import { expect, it } from "vitest";
import { parseYaml } from "../../../src/cli/yaml/located-yaml.ts";

const many = 100_000;
const tooDeep = "This is nested too deeply for a plan.";
const parsed = (text: string) => parseYaml(text, "plan");

// Without a limit, some of these take minutes, and others end the process.
it.each([
  ["lists", "[".repeat(many)],
  ["closed lists", `${"[".repeat(many)}${"]".repeat(many)}`],
  ["mappings", "{".repeat(many)],
  ["mappings with keys", "{a: ".repeat(many)],
  ["block lists", "- ".repeat(many)],
  ["keys", "? ".repeat(many)],
  ["lists over many lines", `plan: a\ntiers:\n${"  [\n".repeat(many)}`],
  ["block mappings", Array.from({ length: 1_000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("")],
])("refuses %s that are nested too deeply, and says where", (_, text) => {
  const [fault, ...more] = parsed(text).faults ?? [];
  expect([fault?.message, more]).toEqual([tooDeep, []]);
  const { line = 0, column = 0 } = fault ?? {};
  expect(line + column).toBeGreaterThan(50);
  expect(line + column).toBeLessThan(300);
});

it("takes what is nested as deeply as a plan can be", () => {
  expect(parsed(`${"[".repeat(40)}${"]".repeat(40)}`).faults).toBeUndefined();
});

it("names doubled keys in the order of the file, also among very many", () => {
  const keys = Array.from({ length: 3_000 }, (_, index) => `key ${index}: 1\n`).join("");
  expect(parsed(`${keys}key 7: {a: 1, a: 2}\n1: x\n"1": x\n`).faults).toEqual([
    { line: 3_001, column: 1, message: "This key is there twice." },
    { line: 3_001, column: 15, message: "This key is there twice." },
  ]);
});
