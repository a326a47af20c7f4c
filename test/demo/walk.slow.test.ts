import { expect, it } from "vitest";
import { startHarness } from "../../src/demo/harness.ts";
import { vendorSample } from "../../src/sandbox/vendors/index.ts";
import { walkFailover } from "../../src/demo/walk-failover.ts";
import { checkRecords, walk } from "../../src/demo/walkthrough.ts";
import { vendorIds } from "../../src/vendors/index.ts";

// F2
it("prints with each step the message about its own change at its own vendor, ids unbroken", async () => {
  const harness = await startHarness({ connected: vendorIds });
  try {
    const lines: string[] = [];
    await walk(harness, (line) => lines.push(line));
    const [, ...sections] = lines.join("\n").split(/^━━ /mu);
    const requested = (await harness.audit()).filter(({ kind }) => kind === "change.requested");
    const told: string[] = [];
    for (const [at, vendor] of vendorIds.entries()) {
      const [head, ...steps] = (sections[at] ?? "").split("▸ types");
      expect(head).toMatch(new RegExp(`^${vendor} `, "u"));
      expect(steps).toHaveLength(4);
      for (const step of steps.filter((words) => words.includes("PATCH"))) {
        const change = /change (chg_\S+)/u.exec(step)?.[1];
        const entry = requested.find(({ changeId }) => changeId === change);
        expect(entry?.connection?.vendor).toBe(vendor);
        expect(step).toContain(`${pastOf[entry?.change ?? ""]} by @omar · `);
        expect(step).toContain(` · ${vendor} demo · confirmed by `);
        expect(step).toMatch(
          new RegExp(`PATCH \\S+/${encodeURIComponent(entry?.number?.numberId ?? "")} `, "u"),
        );
        told.push(change ?? "");
      }
    }
    expect(told).toEqual(requested.map(({ changeId }) => changeId));
    const sent = vendorIds.flatMap((vendor) => vendorSample(vendor).walk.filter(({ sends }) => sends));
    expect(sent.length).toBeGreaterThan(14);
    expect(told).toHaveLength(sent.length);
  } finally {
    await harness.close();
  }
});

it("switches numbers of all vendors by a plan and takes that back, each update on record first", async () => {
  const harness = await startHarness();
  try {
    const lines: string[] = [];
    await walkFailover(harness, (line) => lines.push(line));
    const text = lines.join("\n");
    const count = Number(/a failover of (\d+) numbers/u.exec(text)?.[1]);
    expect(count).toBeGreaterThan(vendorIds.length);
    expect(text).toContain(`${count} will be switched`);
    expect(text).toContain(`is through: ${count} of ${count} changed`);
    expect(text).toContain(`${count} will be put back`);
    expect(text).toContain(`is over: ${count} of ${count} changed`);
    expect(await checkRecords(harness)).toBe(2 * count);
  } finally {
    await harness.close();
  }
});

const pastOf: Readonly<Record<string, string>> = {
  reassign: "Reassigned",
  rename: "Renamed",
  edit: "Edited",
  detach: "Detached",
};
