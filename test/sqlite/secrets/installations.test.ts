import { expect, test } from "vitest";
import { sqliteFormStates } from "../../../src/sqlite/workflow/form-states.ts";
import { sqliteInstallations } from "../../../src/sqlite/secrets/installations.ts";
import { sqliteConnections } from "../../../src/sqlite/secrets/connections.ts";
import { testDatabase, testSeal, testSources } from "../support.ts";

const installation = { team: { id: "T1" }, bot: { token: "xoxb-secret", scopes: ["commands"] } };
const installedAt = new Date("2026-03-01T12:00:00.000Z");
const before = new Date("2026-03-01T11:59:59.000Z");
const after = new Date("2026-03-01T12:00:01.000Z");
const prod = { vendor: "cartesia", name: "Prod", credentials: { apiKey: "sk-prod" } } as const;

test("keeps an installation", async () => {
  const installations = sqliteInstallations(testDatabase(), testSeal("k1"), testSources());
  await installations.save("T1", installation, installedAt);
  expect(await installations.find("T1")).toEqual({
    key: "T1",
    installation,
    installedAt: "2026-03-01T12:00:00.000Z",
  });
  expect(await installations.find("T2")).toBeUndefined();
});

test("puts a later installation in the place of an earlier one", async () => {
  const installations = sqliteInstallations(testDatabase(), testSeal("k1"), testSources());
  await installations.save("T1", installation, installedAt);
  await installations.save("T1", { bot: { token: "xoxb-new" } }, after);
  expect(await installations.find("T1")).toMatchObject({ installation: { bot: { token: "xoxb-new" } } });
  expect(await installations.list()).toEqual([{ key: "T1", installedAt: after.toISOString() }]);
});

test("removes an installation, and says whether there was one", async () => {
  const installations = sqliteInstallations(testDatabase(), testSeal("k1"), testSources());
  await installations.save("T1", installation, installedAt);
  await installations.save("T2", installation, installedAt);
  expect(await installations.remove("T1")).toBe(true);
  expect(await installations.remove("T1")).toBe(false);
  expect(await installations.list()).toMatchObject([{ key: "T2" }]);
});

test("keeps an installation that is newer than the news of its removal", async () => {
  const installations = sqliteInstallations(testDatabase(), testSeal("k1"), testSources());
  await installations.save("T1", installation, installedAt);
  expect(await installations.remove("T1", { notAfter: before })).toBe(false);
  expect(await installations.find("T1")).toBeDefined();
  expect(await installations.remove("T1", { notAfter: installedAt })).toBe(true);
});

test("wipes the connections with the installation, of that workspace alone", async () => {
  const db = testDatabase();
  const seal = testSeal("k1");
  const installations = sqliteInstallations(db, seal, testSources());
  for (const key of ["T1", "T2"]) {
    await installations.save(key, installation, installedAt);
    await sqliteConnections(db, seal, key, testSources()).add(prod);
    const keeping = { ...testSources(), removable: () => undefined };
    await sqliteFormStates(db, key, keeping).keep("U1", "{}");
  }
  expect(await installations.wipe("T1", { notAfter: after })).toMatchObject({ unsaid: 0 });
  expect(await installations.find("T1")).toBeUndefined();
  expect(db.prepare("SELECT workspace_id FROM form_states").pluck().all()).toEqual(["T2"]);
  expect(await sqliteConnections(db, seal, "T1", testSources()).list()).toEqual([]);
  expect(await installations.find("T2")).toBeDefined();
  expect(await sqliteConnections(db, seal, "T2", testSources()).list()).toHaveLength(1);
});

test("wipes nothing on late news of an uninstall before the present installation", async () => {
  const db = testDatabase();
  const seal = testSeal("k1");
  const installations = sqliteInstallations(db, seal, testSources());
  await installations.save("T1", installation, installedAt);
  await sqliteConnections(db, seal, "T1", testSources()).add(prod);
  expect(await installations.wipe("T1", { notAfter: before })).toBeUndefined();
  expect(await installations.find("T1")).toBeDefined();
  expect(await sqliteConnections(db, seal, "T1", testSources()).list()).toHaveLength(1);
});

test("wipes connections that outlived their installation", async () => {
  const db = testDatabase();
  const seal = testSeal("k1");
  const installations = sqliteInstallations(db, seal, testSources());
  await sqliteConnections(db, seal, "T1", testSources()).add(prod);
  expect(await installations.wipe("T1", { notAfter: after })).toMatchObject({ unsaid: 0 });
  expect(await installations.wipe("T1", { notAfter: after })).toBeUndefined();
});

test("does not open an installation that was moved or whose key is gone", async () => {
  const db = testDatabase();
  const installations = sqliteInstallations(db, testSeal("k1"), testSources());
  await installations.save("T1", installation, installedAt);
  await installations.save("T2", installation, installedAt);
  db.exec("UPDATE installations SET sealed = (SELECT sealed FROM installations WHERE workspace_id = 'T1')");
  await expect(installations.find("T2")).rejects.toMatchObject({ code: "not_connected" });
  await expect(sqliteInstallations(db, testSeal("k2"), testSources()).find("T1")).rejects.toMatchObject({
    code: "not_connected",
    message: expect.stringContaining("the Slack installation of T1"),
  });
  expect(await installations.find("T1")).toBeDefined();
});
