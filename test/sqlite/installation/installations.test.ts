import { expect, test } from "vitest";
import { sqliteInstallations } from "../../../src/sqlite/store.ts";
import { testSources } from "../../store/events.ts";
import { testDatabase, testSeal } from "../support.ts";

const installation = { team: { id: "T1" }, bot: { token: "xoxb-secret", scopes: ["commands"] } };
const installedAt = new Date("2026-03-01T12:00:00.000Z");

test("does not decrypt an installation that was moved or whose key is missing", async () => {
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
