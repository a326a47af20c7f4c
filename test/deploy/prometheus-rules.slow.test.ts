import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { seriesOf, unknownNames } from "./queries.ts";
import { scrapeMetrics } from "./scrape.ts";
import { root, tool } from "./tool.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const folder = join(root, "deploy/prometheus");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const rules: readonly Rule[] = parse(read("patchbay.rules.yaml")).groups[0].rules;
const promtool = tool("promtool");
/** Gauges of prom-client, named like counters. Dashboards for Node read them. */
const misnamed = /^(?:# \w+ )?nodejs_active_(?:handles|requests|resources)_total .*\n/gmu;

describe("the Prometheus rules", () => {
  it("are the table in the documents", () => {
    const document = readFileSync(join(root, "docs/operations.md"), "utf8");
    const rows = rules.map(({ alert, expr, for: lasting, annotations: { summary, description } }) => {
      const when = `\`${expr}\`${lasting === undefined ? "" : ` for ${lasting}`}`.replaceAll("|", "\\|");
      return `| \`${alert}\` | ${when} | ${summary} | ${description} |\n`;
    });
    const table = /^\| alert \|.*\n\|[-|]+\n((?:\|.*\n)+)/mu.exec(document)?.[1];
    expect(table).toBe(rows.join(""));
  });

  it("have a severity each, and unique names", () => {
    const severities = rules.map(({ labels }) => labels.severity);
    expect(severities.filter((each) => !["critical", "warning", "info"].includes(each))).toEqual([]);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it("are each seen quiet and firing by the tests of promtool", () => {
    const looks: readonly { expr: string; exp_samples: readonly unknown[] }[] = parse(
      read("patchbay.rules.test.yaml"),
    ).tests.flatMap((each: { promql_expr_test: unknown }) => each.promql_expr_test);
    for (const { alert } of rules) {
      const sizes = new Set(
        looks
          .filter(({ expr }) => expr === `ALERTS{alertname="${alert}",alertstate="firing"}`)
          .map((look) => look.exp_samples.length),
      );
      expect([alert, sizes.has(0), sizes.has(1)]).toEqual([alert, true, true]);
    }
  });

  it.skipIf(promtool.missing)("fire and stay quiet as the tests of promtool say", () => {
    const args = ["test", "rules", "patchbay.rules.test.yaml"];
    const { status, stdout, stderr } = spawnSync(promtool.path, args, { cwd: folder, encoding: "utf8" });
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });
});

describe("the metrics", () => {
  let scrape: string;
  beforeAll(async () => {
    scrape = await scrapeMetrics();
  });

  it("have every series and label that a rule names", () => {
    expect(rules.flatMap(({ expr }) => unknownNames(expr, seriesOf(scrape)))).toEqual([]);
    expect(
      unknownNames('sum by (vendor) (patchbay_ready{shade="green"}) > patchbay_gone', seriesOf(scrape)),
    ).toEqual(["patchbay_gone", "patchbay_ready{shade}", "vendor"]);
  });

  it("are ready in a harness that is", () => {
    expect(scrape).toContain("patchbay_ready 1\n");
  });

  it.skipIf(promtool.missing)("are named as Prometheus recommends", () => {
    const input = scrape.replaceAll(misnamed, "");
    const options = { input, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(promtool.path, ["check", "metrics"], options);
    expect([status, stdout + stderr]).toEqual([0, ""]);
  });
});
