import { expect, it } from "vitest";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { migrate } from "../../../src/sqlite/connection/migrate.ts";
import { connectionNameKeys } from "../../../src/sqlite/migrations/0001-0020/0017-connection-name-keys.ts";
import { migrations } from "../../../src/sqlite/migrations/index.ts";
import { storedConnections } from "../../../src/store/connections/connections.ts";
import { testSources } from "../../store/events.ts";
import { testSeal, ofWorkspace } from "../support.ts";

const prod = { vendor: "cartesia", name: "Cartesia prod", credentials: { apiKey: "sk" } } as const;

it("keeps an older database's connections whose names look the same, and adds no third", async () => {
  const db = openFile(":memory:");
  migrate(db, "x", migrations.slice(0, migrations.indexOf(connectionNameKeys)));
  const insert = db.prepare(
    `INSERT INTO connections VALUES (?, ?, 'cartesia', ?, ?, 'f', 'k1', x'00', ?, ?)`,
  );
  const rows = [
    ["T1", "con_b", "Cartesia - prod", "2026-03-02"],
    ["T1", "con_a", "Cartesia – prod", "2026-03-01"],
    ["T1", "con_c", "Other", "2026-03-01"],
    ["T2", "con_d", "cartesia - PROD", "2026-03-01"],
  ] as const;
  for (const [workspace, id, name, at] of rows) insert.run(workspace, id, name, name.toLowerCase(), at, at);
  migrate(db, "x");
  const kept = db
    .prepare("SELECT id, name, name_key AS key FROM connections ORDER BY workspace_id, id")
    .all();
  expect(kept).toEqual([
    { id: "con_a", name: "Cartesia – prod", key: "cartesia - prod" },
    { id: "con_b", name: "Cartesia - prod", key: "cartesia - prod\ncon_b" },
    { id: "con_c", name: "Other", key: "other" },
    { id: "con_d", name: "cartesia - PROD", key: "cartesia - prod" },
  ]);
  const vault = storedConnections(ofWorkspace(db, "T1"), testSeal("k1"), testSources());
  const again = { ...prod, name: "CARTESIA — PROD" };
  await expect(vault.add(again)).rejects.toMatchObject({ code: "invalid_input" });
  await vault.remove("con_a");
  await expect(vault.add(again)).rejects.toMatchObject({ code: "invalid_input" });
  await vault.remove("con_b");
  await vault.add(again);
});
