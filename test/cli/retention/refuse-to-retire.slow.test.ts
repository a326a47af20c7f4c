import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import { workspace } from "../cli-harness.ts";
import { keptLog, plainEvent, stores, threeMonths } from "./kept-log.ts";

const changed = (n: number, more: Partial<AuditEvent> = {}): AuditEvent =>
  plainEvent(n, {
    kind: "change.requested",
    changeId: `chg_${n}`,
    change: "reassign",
    number: { connectionId: "con_1", numberId: "num_1" },
    wanted: { agent: "a" },
    ...more,
  });

describe.each(stores)("audit retire on %s", (store) => {
  test.each([
    ["a change whose outcome is not known", [changed(7)], "1 change without a known outcome"],
    [
      "a break-glass change that nobody has reviewed",
      [
        changed(7, { details: { breakGlass: "yes" } }),
        changed(7, { kind: "change.outcome", outcome: "applied" }),
      ],
      "1 break-glass change that no admin has reviewed",
    ],
  ])("refuses while there is %s", async (_, events, words) => {
    const log = await keptLog(store);
    await log.record("2025-12-01T00:00:00.000Z", ...events);
    const ran = await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain(words);
    expect(ran.err).toContain("Nothing was exported or removed.");
    expect(readdirSync(log.folder).filter((name) => name.endsWith(".jsonl"))).toEqual([]);
  });

  test("refuses while something open needs the entries, and says what", async () => {
    const log = await threeMonths(store);
    const who = `'U1@${workspace}', '2025-11-20T00:00:00.000Z'`;
    await log.asServer(`
      INSERT INTO incidents (workspace_id, key, started_by, started_at) VALUES ('${workspace}', 'INC-1', ${who});
      INSERT INTO runs (workspace_id, id, kind, state, by, made_at, terms, status)
        VALUES ('${workspace}', 'run_1', 'failover', 'held', ${who}, '{}', '{}');
      INSERT INTO approvals (workspace_id, id, state, asked, expires_at, messages)
        VALUES ('${workspace}', 'apr_1', 'open', '{"at":"2025-12-01T00:00:00.000Z"}', '2099', '[]');
      INSERT INTO announced VALUES ('${workspace}', 1)`);
    const ran = await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder);
    expect(ran.exitCode).toBe(1);
    for (const words of [
      "1 open incident",
      "1 run that did not end",
      "1 request for approval",
      "entries that were not announced yet",
    ])
      expect(ran.out).toContain(`not now: Still needed by ${words}`);
  });

  test("refuses under a legal hold, which is recorded and shown", async () => {
    const log = await threeMonths(store);
    const inWorkspace = ["--workspace", workspace];
    expect((await log.run("audit", "hold", "on", ...inWorkspace)).err).toContain("Say why with --because.");
    expect((await log.run("audit", "hold", "on", "--because", "x")).err).toContain("Name the workspace");
    expect((await log.run("audit", "hold", "on", "-w", "T0OTHER", "--because", "x")).err).toContain(
      "does not know",
    );
    expect((await log.run("audit", "hold", "off", ...inWorkspace, "--because", "x")).err).toContain(
      "no legal hold",
    );
    await log.run("audit", "hold", "on", ...inWorkspace, "--because", "case 4711");
    expect((await log.run("audit", "hold")).out).toContain("by cli:ops: case 4711");
    const ran = await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain("It has been under a legal hold");
    expect((await log.run("audit", "verify")).out).toContain("  under a legal hold\n");
    expect((await log.run("doctor")).out).toContain("case 4711");
    expect((await log.run("audit", "hold", "off", ...inWorkspace, "--because", "closed")).exitCode).toBe(0);
    const kinds = (await log.run("audit", "--json")).out.match(/"kind":"hold\.\w+"/gu);
    expect(kinds).toEqual(['"kind":"hold.lifted"', '"kind":"hold.set"']);
    expect((await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder)).exitCode).toBe(
      0,
    );
  });

  test("takes no month that is not over, and no workspace that is unknown", async () => {
    const log = await threeMonths(store);
    const retire = async (...args: string[]) => log.run("audit", "retire", "--output", log.folder, ...args);
    for (const month of ["2026-13", "2026", "2026-01-01", "soon"])
      expect(await retire("--before", month)).toMatchObject({ exitCode: 1 });
    expect((await retire("--before", "2026-09")).err).toContain("The month before 2026-09 is not over");
    expect((await retire("--before", "2026-01", "-w", "T0OTHER")).err).toContain(
      "does not know the workspace",
    );
    expect((await retire("--before", "2026-01", "--dry-run")).out).toContain("3 entries");
    expect((await log.run("audit", "verify")).out).toContain("5 entries");
  });

  test("removes nothing if the disk is full, or a file of that name holds something else", async () => {
    const log = await threeMonths(store);
    const args = ["audit", "retire", "--before", "2026-01", "--output", log.folder];
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { syscall: "write" });
    const deps = log.harness.deps();
    const openInfrastructure: typeof deps.openInfrastructure = async (options) => {
      const infra = await deps.openInfrastructure(options);
      return {
        ...infra,
        retention: {
          ...infra.retention,
          plan: async (...asked) => ({ ...(await planOf(...asked)), obstacles: [] }),
          async *lines(...asked) {
            yield* infra.retention.lines(...asked);
            throw full;
          },
        },
      };
      async function planOf(...asked: Parameters<typeof infra.retention.plan>) {
        return infra.retention.plan(...asked);
      }
    };
    const ran =
      store === "SQLite" ? await log.harness.run(args, { given: { openInfrastructure } }) : undefined;
    if (ran)
      expect(ran.err).toContain(
        "left no partial file: ENOSPC: no space left on device, write. Nothing was removed.",
      );
    const file = join(log.folder, `${workspace}-2025-12-3.audit.jsonl`);
    writeFileSync(file, "something else\n");
    expect((await log.run(...args)).err).toContain(
      "is not what was to be exported: it is not a segment of an audit log",
    );
    expect((await log.run("audit", "verify")).out).toContain("5 entries");
    renameSync(file, `${file}.old`);
    expect((await log.run(...args)).exitCode).toBe(0);
  });
});
