import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { seriesOf, unknownNames } from "./queries.ts";
import { scrapeMetrics } from "./scrape.ts";
import { root, tool } from "./tool.ts";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

const dashboard: {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { name: string }[] };
} = JSON.parse(readFileSync(join(root, "deploy/grafana/patchbay.json"), "utf8"));
const panels = dashboard.panels.filter(({ type }) => type !== "row");
const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
/** A query as Prometheus gets it from Grafana. */
const filledIn = (query: string): string =>
  query.replaceAll("$__rate_interval", "5m").replaceAll("$job", "patchbay");
const promtool = tool("promtool");

it("asks for series and labels that a real scrape has", async () => {
  const series = seriesOf(await scrapeMetrics());
  expect(queries.length).toBeGreaterThan(20);
  expect(queries.flatMap((query) => unknownNames(filledIn(query), series))).toEqual([]);
});

it.skipIf(promtool.missing)("has queries that Prometheus can parse", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-dashboard-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const rules = queries.map((query, index) => ({ record: `panel:${index}`, expr: filledIn(query) }));
  // JSON is YAML.
  writeFileSync(join(folder, "rules.yaml"), JSON.stringify({ groups: [{ name: "panels", rules }] }));
  const args = ["check", "rules", join(folder, "rules.yaml")];
  const { status, stdout, stderr } = spawnSync(promtool.path, args, { encoding: "utf8" });
  expect([status, stdout + stderr]).toEqual([0, expect.stringContaining(`${queries.length} rules found`)]);
});

it("uses only the variables that it has", () => {
  const known = new Set(["__rate_interval", ...dashboard.templating.list.map(({ name }) => name)]);
  const used = [...JSON.stringify(dashboard).matchAll(/\$\{?(\w+)/gu)].map(([, name = ""]) => name);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
  const sources = panels.flatMap(({ datasource, targets = [] }) => [
    datasource,
    ...targets.map((each) => each.datasource),
  ]);
  expect(new Set(sources.map((source) => source?.uid))).toEqual(new Set(["${datasource}"]));
});

it("shows panels with a title and an explanation, none above another", () => {
  expect(panels.filter(({ title, description }) => !title || !description).map(({ id }) => id)).toEqual([]);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(dashboard.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
});
