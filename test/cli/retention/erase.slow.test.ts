import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import { missing } from "../../postgres/support.ts";
import { workspace } from "../cli-harness.ts";
import { keptLog, plainEvent, type KeptLog, type Store } from "./kept-log.ts";

const stores: readonly Store[] = missing === undefined ? ["SQLite", "PostgreSQL"] : ["SQLite"];
const user = (userId: string) => ({ kind: "user", userId, workspaceId: workspace }) as const;
const anna = "U1ANNA";
const of = ["--workspace", workspace];

/** Entries that name Anna in every place where an entry can. */
const entries: readonly AuditEvent[] = [
  plainEvent(1, { actor: user(anna), reason: "Anna’s own words, with “quotes” and \\" }),
  plainEvent(2, {
    kind: "change.requested",
    actor: { kind: "system", job: "approval" },
    changeId: "chg_2",
    reason: "words of the one who asked",
    details: { for: anna, approvedBy: "U2BERT", alsoApprovedBy: anna },
  }),
  plainEvent(3, {
    kind: "change.outcome",
    changeId: "chg_2",
    outcome: "applied",
    actor: { kind: "cli", osUser: "root", forUserId: anna },
  }),
  plainEvent(4, {
    kind: "approval.declined",
    actor: user("U2BERT"),
    reason: "Anna’s own words, which Bert read",
    reasonOf: anna,
    details: { for: anna, comment: 'Bert said "no"' },
  }),
  plainEvent(5, {
    kind: "settings.changed",
    actor: user("U2BERT"),
    details: {
      before: '{"roles":null}',
      after: `{"roles":{"admin":{"slackAdmins":false,"members":false,"people":["U2BERT","${anna}"],"groups":[]}}}`,
    },
  }),
  plainEvent(6, {
    kind: "token.made",
    actor: user(anna),
    details: { token: "tok_1", name: "ci", scope: "read", owner: `cli:ops for ${anna}`, until: "2026-01-01" },
  }),
  plainEvent(7, {
    kind: "change.outcome",
    actor: { kind: "system", job: "settle" },
    changeId: "chg_7",
    outcome: "applied",
    reason: "Anna’s own words, which a job repeats",
    reasonOf: anna,
  }),
];

async function named(store: Store): Promise<KeptLog> {
  const log = await keptLog(store);
  await log.record("2026-01-10T00:00:00.000Z", ...entries);
  return log;
}

const parsed = ({ out }: { readonly out: string }) =>
  out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

describe.each(stores)("erase on %s", (store) => {
  test("reads back what was sealed, and finds it by person", async () => {
    const log = await named(store);
    const shown = parsed(await log.run("audit", "--json")).toReversed();
    for (const [at, { details, reason }] of entries.entries()) {
      expect(shown[at].reason).toBe(reason);
      if (details) expect(shown[at].details).toEqual(details);
    }
    expect(shown.map(({ actor }) => actor)).toEqual([
      `${anna}@${workspace}`,
      "system:approval",
      `cli:root for ${anna}`,
      `U2BERT@${workspace}`,
      `U2BERT@${workspace}`,
      `${anna}@${workspace}`,
      "system:settle",
    ]);
    const found = await log.run("audit", "export", "--format", "jsonl", "--person", anna);
    expect(parsed(found).map(({ position }) => position)).toEqual([1, 3, 6]);
    expect((await log.run("audit", "verify")).exitCode).toBe(0);
  });

  test("makes a person unreadable everywhere in the log, and keeps every hash", async () => {
    const log = await named(store);
    const before = parsed(await log.run("audit", "--json")).map(({ hash }) => hash);
    expect((await log.run("erase", anna, ...of, "--dry-run")).out).toContain("can be erased");
    const ran = await log.run("erase", anna, ...of);
    expect(ran).toMatchObject({ exitCode: 0, err: "" });
    const [, label = "?"] = /shows “(erased person \w{8})”/u.exec(ran.out) ?? [];
    const after = await log.run("audit", "--json");
    expect(after.out).not.toContain(anna);
    expect(after.out).not.toContain("Anna’s own words");
    expect(after.out).not.toContain("words of the one who asked");
    expect(after.out).toContain('Bert said \\"no\\"');
    const shown = parsed(after);
    expect(shown[0]).toMatchObject({ kind: "person.erased", actor: "cli:ops", details: { person: label } });
    expect(shown.slice(1).map(({ hash }) => hash)).toEqual(before);
    expect(shown.at(-1)).toMatchObject({ actor: `${label}@${workspace}`, reason: "(erased)" });
    expect(shown.at(-3)).toMatchObject({ actor: `cli:root for ${label}` });
    expect((await log.run("audit", "verify")).exitCode).toBe(0);
    const evidence = await log.run("evidence", ...of, "--from", "2026-01-01", "--to", "2026-02-01", "--json");
    expect(evidence.out).not.toContain(anna);
    expect(evidence.out).toContain(
      `"requested_by":"${label}","approved_by":"U2BERT, ${label}","approved_by_another":"NO"`,
    );
    expect((await log.run("erase", anna, ...of)).err).toContain(`does not know ${anna}`);
    // Somebody who comes back is somebody else.
    await log.record("2026-01-11T00:00:00.000Z", plainEvent(9, { actor: user(anna), reason: "again" }));
    expect((await log.run("audit", "--json", "--limit", "1")).out).toContain(
      `"actor":"${anna}@${workspace}"`,
    );
  });

  test("leaves nothing of the person in the database that another key opens", async () => {
    const log = await named(store);
    await log.run("erase", anna, ...of);
    const path = log.harness.environment["DATABASE_PATH"] ?? "";
    if (path === "") return;
    const bytes = [path, `${path}-wal`].map((file) => readIfThere(file)).join("");
    expect(bytes).not.toContain(anna);
    expect(bytes).not.toContain("own words");
    expect(bytes).toContain("U2BERT");
  });

  test("refuses for somebody who is unknown, has a role or is needed, under a hold, and elsewhere", async () => {
    const log = await named(store);
    const err = async (...args: string[]) => {
      const ran = await log.run("erase", ...args);
      expect(ran).toMatchObject({ exitCode: 1, out: "" });
      return ran.err;
    };
    expect(await err("U0NOBODY", ...of)).toContain("does not know U0NOBODY");
    expect(await err(anna, "--workspace", "T0OTHER")).toContain("does not know the workspace");
    expect(await err("anna", ...of)).toContain("It looks like U0123ABCD");
    const alone = { slackAdmins: false, members: false, people: [anna], groups: [] };
    const settings = JSON.stringify({ roles: { admin: alone, approver: alone } });
    await log.asServer(
      `INSERT INTO workspace_settings (workspace_id, settings) VALUES ('${workspace}', '${settings}')`,
    );
    await log.asServer(`INSERT INTO api_tokens VALUES
      ('${workspace}', 'tok_1', 'x', 'ci', '${anna}@${workspace}', 'read', NULL, '2026', '2026', NULL)`);
    const refused = await err(anna, ...of);
    expect(refused).toContain("The settings still name them: admin, approver.");
    expect(refused).toContain("Still needed for 1 token of the HTTP API");
    expect(refused).toContain("Nothing was erased.");
    await log.asServer("DELETE FROM workspace_settings; DELETE FROM api_tokens");
    await log.run("audit", "hold", "on", ...of, "--because", "case 4711");
    expect(await err(anna, ...of)).toContain("under a legal hold");
    expect((await log.run("audit", "--json")).out).toContain(anna);
  });

  test("re-encrypts people's keys with the newest key", async () => {
    const log = await named(store);
    const { environment } = log.harness;
    environment["CREDENTIAL_KEYS"] =
      `k2:${Buffer.alloc(32, 9).toString("base64")},${environment["CREDENTIAL_KEYS"]}`;
    expect((await log.run("keys", "rotate")).out).toContain("k1 is no longer needed here");
    environment["CREDENTIAL_KEYS"] = environment["CREDENTIAL_KEYS"]?.split(",")[0] ?? "";
    expect((await log.run("audit", "--json")).out).toContain("Anna’s own words");
  });

  test("goes on without the key of a person, and keeps no text readable then", async () => {
    const log = await named(store);
    log.harness.environment["CREDENTIAL_KEYS"] = `k2:${Buffer.alloc(32, 9).toString("base64")}`;
    await log.record("2026-01-11T00:00:00.000Z", plainEvent(8, { actor: user(anna), reason: "own words" }));
    const [newest] = parsed(await log.run("audit", "--json", "--limit", "1"));
    expect(newest).toMatchObject({
      actor: `${anna}@${workspace}`,
      reason: "(not kept: this person's key cannot be opened)",
    });
  });

  test("names older entries, which name people as they are", async () => {
    const log = await keptLog(store);
    await log.record("2025-12-01T00:00:00.000Z", plainEvent(1, { actor: user(anna) }));
    await log.tamper(`DELETE FROM audit_people`);
    await log.tamper(`UPDATE audit_entries SET actor = '${anna}@${workspace}'`);
    const ran = await log.run("erase", anna, ...of, "--dry-run");
    expect(ran.out).toContain("1 older entries still name them");
  });
});

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
