import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import { missing } from "../../postgres/support.ts";
import { workspace } from "../cli-harness.ts";
import { keptLog, plainEvent, type KeptLog, type Store } from "./kept-log.ts";

const stores: readonly Store[] = missing === undefined ? ["SQLite", "PostgreSQL"] : ["SQLite"];
const anna = { kind: "user", userId: "U1ANNA", workspaceId: workspace } as const;
const bert = { kind: "user", userId: "U2BERT", workspaceId: workspace } as const;

const change = (n: number, more: Partial<AuditEvent> = {}): AuditEvent =>
  plainEvent(n, {
    kind: "change.requested",
    actor: anna,
    changeId: `chg_${n}`,
    change: "reassign",
    connection: { id: "con_1", vendor: "cartesia", name: "Prod" },
    number: { connectionId: "con_1", numberId: `num_${n}`, e164: `+1415555010${n}` },
    before: { agent: "a" },
    wanted: { agent: "b" },
    reason: "=1+1",
    ...more,
  });
const settings = (n: number, before: object, after: object): AuditEvent =>
  plainEvent(n, {
    kind: "settings.changed",
    actor: bert,
    outcome: "applied",
    details: { before: JSON.stringify({ roles: before }), after: JSON.stringify({ roles: after }) },
  });
const schedule = { schedule: "ocs_1", name: "Voice", tool: "pagerduty", toolId: "PI7DH85" };
const confirmed = (n: number, before: readonly string[], after: readonly string[]): AuditEvent =>
  plainEvent(n, {
    kind: "oncall.changed",
    actor: bert,
    outcome: "applied",
    details: {
      ...schedule,
      what: "people",
      before: JSON.stringify({ people: before }),
      after: JSON.stringify({ people: after }),
    },
  });
const approvers = {
  approver: { slackAdmins: false, members: false, people: [], groups: [], schedules: ["ocs_1"] },
};
const admins = (...people: string[]) => ({
  admin: { slackAdmins: false, members: false, people, groups: [] },
});

/** A log with something for every table. */
async function busyLog(store: Store): Promise<KeptLog> {
  const log = await keptLog(store);
  await log.record(
    "2025-12-01T00:00:00.000Z",
    settings(1, {}, admins("U2BERT")),
    change(2),
    confirmed(21, [], ["U4DORA"]),
  );
  await log.record(
    "2026-01-10T00:00:00.000Z",
    change(3, {
      actor: { kind: "system", job: "approval" },
      details: { for: "U1ANNA", approval: "apr_1", approvedBy: "U2BERT", alsoApprovedBy: "U3CARL" },
    }),
    change(4, { details: { approvedBy: "U1ANNA" } }),
    change(5, { details: { breakGlass: "yes" } }),
    plainEvent(6, {
      kind: "failover.begun",
      details: { run: "run_1", kind: "failover", plan: "down", revision: "2", approvedBy: "U2BERT" },
    }),
    change(7, { details: { run: "run_1", plan: "down", revision: "2" } }),
    plainEvent(8, {
      kind: "failover.drilled",
      details: { plan: "down", revision: "2", ready: "3", of: "4", result: "not_ready" },
    }),
    plainEvent(9, { kind: "secret.resealed", details: { secret: "a key", from: "k1", to: "k2" } }),
    settings(10, admins("U2BERT"), { ...admins("U2BERT", "U3CARL"), ...approvers }),
    confirmed(22, ["U4DORA"], ["U4DORA", "U5EMIL"]),
  );
  await log.record(
    "2026-04-02T00:00:00.000Z",
    change(3, { kind: "change.outcome", outcome: "applied" }),
    plainEvent(11, { kind: "breakglass.reviewed", actor: bert, changeId: "chg_5" }),
    change(12),
  );
  return log;
}

const period = ["--workspace", workspace, "--from", "2026-01-01", "--to", "2026-04-01"];

describe.each(stores)("evidence on %s", (store) => {
  test("says who asked, who approved, who reviewed and who had which role", async () => {
    const log = await busyLog(store);
    const ran = await log.run("evidence", ...period, "--json");
    expect(ran).toMatchObject({ exitCode: 0, err: "" });
    const { tables, verify } = JSON.parse(ran.out);
    const rows = (wanted: string) => tables.find(({ name }: { name: string }) => name === wanted).rows;
    const shown = rows("changes").map((row: Record<string, string>) => [
      row["change"],
      row["requested_by"],
      row["approved_by"],
      row["approved_by_another"],
      row["outcome"],
    ]);
    expect(shown).toEqual([
      ["chg_3", "U1ANNA", "U2BERT, U3CARL", "yes", "applied"],
      ["chg_4", "U1ANNA", "U1ANNA", "NO", "not known"],
      ["chg_5", "U1ANNA", "", "", "not known"],
      ["chg_7", "U1ANNA", "U2BERT", "yes", "not known"],
    ]);
    expect(rows("break-glass")).toMatchObject([
      { change: "chg_5", reviewed_by: "U2BERT", by_another: "yes" },
    ]);
    const adminsAt = rows("access").filter(({ role }: { role: string }) => role === "admin");
    expect(
      adminsAt.map(({ at, who, set_by }: Record<string, string>) => [at?.slice(0, 10), who, set_by]),
    ).toEqual([
      ["2026-01-01", "U2BERT", `U2BERT@${workspace}`],
      ["2026-04-01", "U2BERT", `U2BERT@${workspace}`],
      ["2026-04-01", "U3CARL", `U2BERT@${workspace}`],
    ]);
    const onCall = "on call in PagerDuty PI7DH85 (Voice)";
    const ofSchedule = rows("access").filter(({ role, who }: Record<string, string>) =>
      [role, who].includes(onCall),
    );
    expect(ofSchedule.map(({ role, who, set_by }: Record<string, string>) => [role, who, set_by])).toEqual([
      ["approver", onCall, `U2BERT@${workspace}`],
      [onCall, "U4DORA", `U2BERT@${workspace}`],
      [onCall, "U5EMIL", `U2BERT@${workspace}`],
    ]);
    expect(rows("keys")).toMatchObject([{ what: "secret.resealed" }]);
    expect(rows("drills").map(({ what, numbers }: Record<string, string>) => [what, numbers])).toEqual([
      ["failover.begun", ""],
      ["failover.drilled", "3"],
    ]);
    expect(verify).toMatchObject([{ workspaceId: workspace, verdict: "intact" }]);
    expect((await log.run("audit", "--limit", "1")).out).toContain("as evidence: from 2026-01-01");
  });

  test("writes files that sha256sum and openssl check", async () => {
    const log = await busyLog(store);
    const to = join(log.folder, "pack");
    expect(await log.run("evidence", ...period, "--output", to)).toMatchObject({ exitCode: 0, err: "" });
    const names = "access break-glass changes drills keys log".split(" ").map((name) => `${name}.csv`);
    expect(readdirSync(to).toSorted()).toEqual(
      [...names, "SHA256SUMS", "manifest.json", "manifest.json.sig", "verify.json"].toSorted(),
    );
    expect(readFileSync(join(to, "changes.csv"), "utf8")).toContain(`"'=1+1"`);
    execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: to, stdio: "pipe" });
    const key = join(log.folder, "key.pub");
    writeFileSync(key, (await log.run("audit", "verify", "--show-key")).out);
    const check = () =>
      execFileSync(
        "openssl",
        [
          "pkeyutl",
          "-verify",
          "-rawin",
          "-pubin",
          "-inkey",
          key,
          "-in",
          "manifest.json",
          "-sigfile",
          "manifest.json.sig",
        ],
        { cwd: to, stdio: "pipe" },
      );
    expect(String(check())).toContain("Signature Verified Successfully");
    const manifest = join(to, "manifest.json");
    expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({ workspace, verdict: ["intact"] });
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace("intact", "altered"));
    expect(check).toThrow("Command failed");
    expect((await log.run("evidence", ...period, "--output", to)).err).toContain("is not empty");
  });

  test("says what a role was before its change was retired", async () => {
    const log = await busyLog(store);
    expect((await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder)).out).toContain(
      "not now: Still needed by 1 change without a known outcome",
    );
    await log.record("2025-12-02T00:00:00.000Z", change(2, { kind: "change.outcome", outcome: "applied" }));
    expect((await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder)).exitCode).toBe(
      0,
    );
    const { out, err } = await log.run("evidence", ...period, "--json");
    expect([err, JSON.parse(out).retiredThrough]).toEqual(["", "2025-12"]);
    const earlier = await log.run(
      "evidence",
      "--workspace",
      workspace,
      "--from",
      "2025-12-15",
      "--to",
      "2026-04-01",
      "--json",
    );
    expect(earlier.err).toContain("What was recorded up to 2025-12 was retired, and is not included");
    expect(out).toContain(
      '"at":"2026-01-01T00:00:00.000Z","role":"admin","who":"U2BERT","connection":"","since":""',
    );
  });

  test("takes no period that is none, and no workspace that is unknown", async () => {
    const log = await busyLog(store);
    const evidence = async (...args: string[]) => log.run("evidence", "--json", ...args);
    const of = ["--workspace", workspace];
    expect((await evidence(...of, "--from", "2026-02-30x", "--to", "2026-04-01")).exitCode).toBe(1);
    expect((await evidence(...of, "--from", "2026-04-01", "--to", "2026-04-01")).err).toContain(
      "must be before",
    );
    expect((await evidence(...of, "--from", "2026-04-01", "--to", "2027-04-01")).err).toContain(
      "in the future",
    );
    expect((await evidence("-w", "T0OTHER", "--from", "2026-01-01", "--to", "2026-04-01")).err).toContain(
      "does not know the workspace",
    );
    expect((await log.run("evidence", ...period)).err).toContain("Name a folder with --output");
    const refused = await log.run("evidence", ...period, "--output", process.execPath);
    expect(refused.err).toMatch(/Cannot make the folder .+ Nothing was exported\. Choose another one\./u);
    expect((await log.run("audit", "--limit", "1")).out).not.toContain("as evidence");
  });
});
