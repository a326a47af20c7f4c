import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { workspace } from "../cli-harness.ts";
import { good, harnessWith, importPlan } from "./plan-file-harness.ts";

describe("a plan file", () => {
  it.each([
    ["text that is not YAML", "plan: [a\ntitle: b", /plan\.yaml:2:1: .+\n/u],
    ["a text at the wrong place", "just words", /plan\.yaml:1:1: Write the keys of a plan/u],
    ["nothing", "", /plan\.yaml:1:1: The file is empty/u],
    ["only comments", "# cartesia-down\n\n", /plan\.yaml:1:1: The file is empty/u],
    ["a list in place of a plan", "- plan: a\n", /plan\.yaml:1:1: Write the keys of a plan/u],
    ["a number in place of a plan", "42\n", /plan\.yaml:1:1: Write the keys of a plan/u],
    [
      "a runbook that is not https",
      good.replace("when: ", "runbook: http://wiki.example.com/r\nwhen: "),
      /plan\.yaml:3:\d+: runbook: Write an address that begins with https:/u,
    ],
    ["several plans", `${good}---\n${good}`, /plan\.yaml:19:1: A file has one plan/u],
    ["a doubled key", `${good}title: Again\n`, /plan\.yaml:19:1: This key is there twice/u],
    ["tabs", "plan: a\ntiers:\n\t- name: b\n", /plan\.yaml:3:1: Indent with spaces/u],
    ["an unknown tag", `${good}x: !env SECRET\n`, /plan\.yaml:19:4: Unresolved tag: !env\./u],
    [
      "deep nesting",
      `plan: ${"[".repeat(100_000)}`,
      /plan\.yaml:1:69: This is nested too deeply for a plan/u,
    ],
    [
      "a map in place of tiers",
      good.replace(/tiers:[^]+/u, "tiers: {a: 1}\n"),
      /:10:8: tiers: List the tiers/u,
    ],
    [
      "words in place of a tier",
      good.replace(/tiers:[^]+/u, "tiers: [a]\n"),
      /:10:9: Write the keys of a tier/u,
    ],
    [
      "words in place of a number",
      good.replace(/\{number: pn_1.+\}/u, "pn_1"),
      /:14:9: Write the keys of a number/u,
    ],
    [
      "a list in place of the stop rule",
      good.replace(/\{in_a.+\}/u, "[2]"),
      /:7:7: stop: Write the keys of the stop/u,
    ],
    [
      "words in place of selectors",
      good.replace(/\n {2}- \{conn.+/u, " agent_a"),
      /:8:12: selectors: List the sel/u,
    ],
    [
      "a list of fields",
      good.replace("{fallback: null}", "[fallback]"),
      /:17:\d+: set: Write the fields and their/u,
    ],
    ["a detach that is false", good.replace("detach: true", "detach: false"), /detach: It can only be true/u],
    ["an owner that is a number", good.replace("S0VOICEOPS", "5"), /:4:8: owner: It must be a text/u],
    ["a count over 1,000", good.replace("in_a_row: 2", "in_a_row: 2000"), /in_a_row: It is at most 1,000/u],
    [
      "a proof that is not supported",
      `${good}proof: probe\n`,
      /:19:8: proof: It is read_back or first_call\. Patchbay places no test calls/u,
    ],
    [
      "a last tier that waits for nothing",
      good.replace("name: rest", "name: rest\n    proof: first_call"),
      /:16:12: Nothing follows the last tier, so it waits for no call/u,
    ],
    [
      "a plan of one tier that waits for nothing",
      `${good.replace(/  - name: canary[^]+?(?=  - name: rest)/u, "")}proof: first_call\n`,
      /:15:8: Nothing follows the only tier, so it waits for no call/u,
    ],
    ["an unknown key", `${good}color: red\n`, /plan\.yaml:19:8: A plan has no “color” here/u],
    ["a missing key", good.replace(/^title: .+\n/mu, ""), /plan\.yaml:1:1: “title” is missing/u],
    ["a bad slug", good.replace("cartesia-down", "Cartesia down"), /:1:7: plan: It is at most 40/u],
    [
      "a duration that is too long",
      good.replace("90m", "73h"),
      /:5:14: default_for: It is between 15m and 72h/u,
    ],
    ["a percentage over 100", good.replace("20%", "120%"), /:7:32: of_a_tier: It is between 1% and 100%/u],
    [
      "a number that YAML reads as a figure",
      good.replace('"4155550100"', "0100"),
      /:17:18: number: Write a text/u,
    ],
    [
      "an unknown connection",
      good.replace("Cartesia prod, to", "Retell, to"),
      /:14:36: .+no connection “Retell”/u,
    ],
    ["a doubled number", good.replace("pn_3", "pn_1"), /:18:18: pn_1 is already in the tier “canary”/u],
    ["a doubled tier", good.replace("name: rest", "name: canary"), /:15:11: There are two tiers “canary”/u],
    [
      "a detach that nobody meant",
      good.replace(", callers_reach_nobody: true", ""),
      /:18:9: .+callers_reach_nobody/u,
    ],
    [
      "two targets",
      good.replace("to: agent_b", "to: agent_b, set: {a: b}"),
      /:14:9: .+exactly one of to, set/u,
    ],
    [
      "no numbers",
      good.replace(/numbers:\n.+\n {2}- name: rest/u, "numbers: []\n  - name: rest"),
      /:13:14: .+at least one number/u,
    ],
    [
      "an alias that multiplies",
      `x: &a [1]\ny: [*a, *a]\n${good}`,
      /plan\.yaml:2:5: Write it out: a plan has no aliases/u,
    ],
  ])("refuses %s with its line and column, and saves nothing", async (_what, yaml, expected) => {
    const { harness, file } = await harnessWith(yaml);
    const { exitCode, err, out } = await importPlan(harness, file);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toMatch(expected);
    expect(err).toContain("plan.yaml cannot be used as it is.\nNothing was changed.");
    expect(await harness.infra().store.workspace(workspace).plans.list()).toEqual([]);
  });

  it("names all faults at once, in the order of the file", async () => {
    const { harness, file } = await harnessWith(good.replace("90m", "1m").replace("fail_back", "explode"));
    const { err } = await importPlan(harness, file);
    expect(err.match(/:(\d+):\d+:/gu)).toEqual([":5:14:", ":6:9:"]);
  });

  it("takes 1,000 numbers, and not one more", async () => {
    const numbers = (count: number): string =>
      Array.from(
        { length: count },
        (_, n) => `      - {number: pn_${n}, connection: Cartesia prod, to: agent_b}`,
      ).join("\n");
    const yaml = (count: number): string =>
      `plan: many\ntitle: Many\ntiers:\n  - name: all\n    numbers:\n${numbers(count)}\n`;
    const { harness, file } = await harnessWith(yaml(1_000));
    expect((await importPlan(harness, file)).out).toContain("1000 numbers");
    writeFileSync(file, yaml(1_001));
    expect((await importPlan(harness, file)).err).toMatch(/:1006:9: A plan has at most 1,000 numbers/u);
  });

  it("names a file that it cannot read, and says why", async () => {
    const { harness, file } = await harnessWith(good);
    const { exitCode, err } = await importPlan(harness, `${file}.none`);
    expect(exitCode).toBe(3);
    expect(err).toContain(`Patchbay cannot read ${file}.none: there is no such file.`);
    expect((await importPlan(harness, dirname(file))).err).toContain("it is a folder.");
  });
});
