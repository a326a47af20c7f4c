import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { atLeast, atMost, percentile, table, within } from "../../bench/figure.ts";
import { asRead, largeAccount } from "../../bench/parts/accounts.ts";
import { bundled, removeBundles, startChild } from "../../bench/parts/child.ts";
import { send, startLoad } from "../../bench/parts/load.ts";
import { startServer } from "../../bench/parts/server.ts";
import { signingSecret } from "../../bench/parts/workspace.ts";
import { benches, byHand } from "../../bench/benches/index.ts";
import { vendorIds, vendors } from "../../src/vendors/index.ts";
import { startVendorSandbox } from "../../src/sandbox/vendors/index.ts";
import { interning } from "../../src/vendors/cache/intern.ts";

const samples = z.object({ ours: z.array(z.number()), raw: z.array(z.number()) });
const searched = z.object({ ours: z.array(z.number()), scan: z.array(z.number()) });

// A trial of the machinery without the app, and without a word on how quick anything is.
afterAll(async () => {
  await removeBundles();
});

it("has the benches of the table", () => {
  expect(Object.keys(benches)).toEqual([
    "ack",
    "open",
    "change",
    "api",
    "typeahead",
    "list",
    "append",
    "history",
    "start",
    "stall",
    "memory",
    "pg-change",
    "workspaces",
    "scale",
    "failover",
  ]);
  expect(Object.keys(byHand)).toEqual(["soak"]);
});

it("says for each figure whether it met its target, with its baseline", () => {
  const about = { bench: "b", what: "w" };
  const figures = [
    atLeast(about, { value: 80, baseline: 100, times: 0.85, unit: "/s" }),
    atMost(about, { value: 1, baseline: 1, times: 1.2, unit: "ms" }),
    within(about, { value: 12, baseline: 1, most: 10, unit: "ms" }),
    within(about, { value: 9, most: 10, unit: "ms" }),
  ];
  expect(figures.map(({ held }) => held)).toEqual([false, true, false, true]);
  expect(table(figures).split("\n")).toHaveLength(6);
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
});

it("loads a server with signed requests over kept connections", async () => {
  const bare = await startServer([await bundled("bare-bolt"), signingSecret, "http://127.0.0.1:9/api/"], {});
  const load = await startLoad();
  try {
    const bodies = [
      new URLSearchParams({ command: "/number", text: "help", team_id: "T1", user_id: "U1" }).toString(),
    ];
    const { latencies } = await send(load, bare.port, signingSecret, { bodies, connections: 2, requests: 6 });
    expect(latencies).toHaveLength(6);
    const paced = { bodies, connections: 2, requests: 3, perSecond: 100 };
    expect((await send(load, bare.port, signingSecret, paced)).latencies).toHaveLength(3);
    await expect(send(load, bare.port, "another secret", paced)).rejects.toThrow("401");
  } finally {
    await load.end();
    await bare.stop();
  }
});

it("measures the log and the search inside one process", async () => {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-bench-"));
  const inside = await startChild("inside");
  try {
    const append = { folder, changes: 4, atOnce: 2, rounds: 1 };
    expect((await inside.ask("append", append, samples)).ours).toHaveLength(1);
    const path = join(folder, "filled.db");
    await inside.ask("fill", { path, entries: 40, numbers: 10 }, z.unknown());
    const read = z.object({ number: z.array(z.number()), workspace: z.array(z.number()) });
    expect((await inside.ask("history", { path, rounds: 1 }, read)).number).toHaveLength(1);
    const search = { numbersEach: 20, texts: ["bost", "2000"], rounds: 1 };
    expect((await inside.ask("search", search, searched)).ours).toHaveLength(2);
    const held = z.object({ wallMs: z.number(), cpuMs: z.number() });
    expect((await inside.ask("drift", { numbersEach: 20 }, held)).wallMs).toBeGreaterThan(0);
  } finally {
    await inside.end();
    await rm(folder, { recursive: true, force: true });
  }
});

it("makes the same large account at every run", () => {
  const seed = largeAccount("cartesia", 3);
  expect(largeAccount("cartesia", 3)).toEqual(seed);
  const read = asRead("cartesia", seed);
  expect(read.map(({ e164 }) => e164)).toEqual(["+15122000000", "+15122000001", "+15122000002"]);
});

it.each(vendorIds)("creates copies of %s's numbers as its adapter reads them", async (vendor) => {
  const seed = largeAccount(vendor, 3);
  const sandbox = await startVendorSandbox(vendor, { accounts: [seed] });
  onTestFinished(async () => sandbox.close());
  const account = vendors[vendor].open({ api_key: seed.key }, { baseUrl: sandbox.url, timeoutMs: 5000 });
  expect((await account.listNumbers()).map(interning())).toEqual(asRead(vendor, seed));
});
