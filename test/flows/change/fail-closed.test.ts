import { copyFileSync, renameSync } from "node:fs";
import type Database from "better-sqlite3";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { incidents, reassignLine } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

let harness: Harness;
let omar: SlackPerson;
let path: string;
let stranger: Database.Database;
const handles = new Set<Database.Database>();

// The app's own connections, so that SQLite itself can be told to find its disk full or read-only.
function watchHandles(): void {
  const prototype: Database.Database = Object.getPrototypeOf(openFile(":memory:"));
  const { pragma } = prototype;
  vi.spyOn(prototype, "pragma").mockImplementation(function note(
    this: Database.Database,
    ...args: Parameters<typeof pragma>
  ): unknown {
    handles.add(this);
    return pragma.apply(this, args);
  });
}

beforeEach(async () => {
  handles.clear();
  watchHandles();
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
  omar = person(harness, "U0OPER001");
  path = harness.settings.databasePath;
  stranger = openFile(path);
});
afterEach(async () => {
  stranger.close();
  await harness.close();
});

const ours = (): Database.Database[] => [...handles].filter(({ name, open }) => open && name === path);
const onEach = (sql: string) => () => ours().forEach((db) => db.pragma(sql));
const full = async (): Promise<void> => {
  for (const db of ours()) db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true }))}`);
  const [first] = ours();
  expect(() => {
    for (;;) first?.exec("INSERT INTO claimed_requests VALUES ('T9', hex(randomblob(200)), 1)");
  }).toThrow("full");
  // A page that is not full yet still takes an entry.
  const { audit } = harness.infra.store.workspace("T0OTHER");
  const actor = { kind: "system", job: "fill" } as const;
  const fillPage = async (): Promise<void> => {
    for (let n = 1; ; n += 1) await audit.append({ kind: "action.refused", actor, requestId: `fill_${n}` });
  };
  await expect(fillPage()).rejects.toMatchObject({ code: "not_recorded" });
};
const ready = async () => (await fetch(`${harness.url()}/readyz`)).status;
const patches = () => harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH");

interface Fault {
  readonly what: string;
  readonly words: string;
  readonly strike: () => unknown;
  readonly repair: () => void;
}

const dropped = "SELECT sql FROM sqlite_schema WHERE name = 'audit_never_updated'";
let safeguard = "";

const faults: readonly Fault[] = [
  {
    what: "is on a full disk",
    words: "its disk is full",
    strike: full,
    repair: onEach("max_page_count = 1000000"),
  },
  {
    what: "is held by another process",
    words: "another process holds it",
    strike: () => stranger.exec("BEGIN IMMEDIATE"),
    repair: () => stranger.exec("ROLLBACK"),
  },
  {
    what: "may only be read",
    words: "it may only be read",
    strike: onEach("query_only = ON"),
    repair: onEach("query_only = OFF"),
  },
  {
    what: "was deleted",
    words: "its file was deleted or moved away",
    strike: () => renameSync(path, `${path}.away`),
    repair: () => renameSync(`${path}.away`, path),
  },
  {
    what: "was replaced",
    words: "its file was replaced by another one",
    strike: () => {
      copyFileSync(path, `${path}.copy`);
      renameSync(path, `${path}.away`);
      renameSync(`${path}.copy`, path);
    },
    repair: () => renameSync(`${path}.away`, path),
  },
  {
    what: "has lost a safeguard",
    words: "its safeguard audit_never_updated was removed",
    strike: () => {
      safeguard = String(stranger.prepare(dropped).pluck().get());
      stranger.exec("DROP TRIGGER audit_never_updated");
    },
    repair: () => stranger.exec(safeguard),
  },
];

describe("when the database", () => {
  it.each(faults)(
    "$what, no vendor is called, the person is notified in time, and it recovers by itself",
    async (fault) => {
      await fill();
      await fault.strike();
      const red = await fetch(`${harness.url()}/readyz`);
      expect([red.status, await red.text()]).toEqual([503, expect.stringContaining(fault.words)]);
      const start = performance.now();
      const { delivery } = await omar.submit();
      expect(delivery.status).toBe(200);
      await formSays(harness, omar, fault.words);
      expect(performance.now() - start).toBeLessThan(3_000);
      expect(textOf(omar.view())).toContain("Nothing was changed.");
      expect(patches()).toEqual([]);
      fault.repair();
      expect(await ready()).toBe(200);
      await fill();
      await omar.submit();
      await toldInChannel(harness, incidents, "Reassigned by");
      expect(patches()).toHaveLength(1);
      expect((await harness.audit()).filter(({ kind }) => kind === "change.requested")).toHaveLength(1);
    },
  );

  it("is locked by another process, other requests are answered meanwhile", async () => {
    await fill();
    stranger.exec("BEGIN IMMEDIATE");
    const submitted = omar.submit();
    const start = performance.now();
    const alive = await fetch(`${harness.url()}/healthz`);
    expect([alive.status, performance.now() - start < 500]).toEqual([200, true]);
    await submitted;
    await formSays(harness, omar, "another process holds it");
    stranger.exec("ROLLBACK");
  });
});

async function fill(): Promise<void> {
  const before = omar.view()?.id;
  await omar.command(reassignLine, { channelId: incidents });
  await harness.slack.eventually("a new form", () => {
    const view = omar.view();
    return view && view.id !== before && textOf(view).includes("After:") ? view : undefined;
  });
}
