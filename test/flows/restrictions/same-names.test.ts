import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { connectionNameKey } from "../../../src/domain/connections/connection-name.ts";
import { connectVendor } from "../../../src/operations/connections/connect-vendor.ts";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { cli, incidents, teamId } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { person, toldAlone } from "../../support/screen.ts";
import { problemOf } from "../../vendors/opened.ts";

let harness: Harness;
const ids: string[] = [];
beforeAll(async () => {
  harness = await startHarness({ connected: [], environment: { LOG_LEVEL: "silent" } });
  const db = openDatabase(harness.settings.databasePath);
  for (const name of ["Cartesia – prod", "Cartesia - prod"]) {
    const { id } = await harness.connect("cartesia", teamId, `connection ${ids.length}`);
    // As an earlier version let them be called, and this one keeps them apart.
    db.prepare("UPDATE connections SET name = ?, name_key = ? WHERE id = ?").run(
      name,
      `${connectionNameKey(name)}\n${id}`,
      id,
    );
    ids.push(id);
  }
  db.close();
});
beforeEach(async () => {
  for (const freeze of await workspace().freezes.list())
    await workspace().freezes.remove(freeze, { kind: "freeze.lifted", actor: cli, requestId: "test" });
});
afterAll(async () => harness.close());

const workspace = () => harness.infra.store.workspace(teamId);
const frozenIds = async () => (await workspace().freezes.list()).map(({ connectionId }) => connectionId);

// A17
it.each(["Cartesia – prod", "Cartesia - prod", '"cartesia — PROD"'])(
  "asks which connection %s is if several have that name",
  async (name) => {
    const omar = person(harness, "U0OPER001");
    await omar.command(`freeze connection ${name} because x`, { channelId: incidents });
    await toldAlone(harness, "U0OPER001", "More than one connection is called");
    await omar.command(`freeze ${name} because x`, { channelId: incidents });
    await person(harness, "U0ADMIN01").command(`protect ${name}`, { channelId: incidents });
    await toldAlone(harness, "U0ADMIN01", "More than one connection is called");
    expect(await frozenIds()).toEqual([]);
    expect(await workspace().protections.list()).toEqual([]);
  },
);

// A17
it("freezes the one with the given id, and asks again which freeze to lift", async () => {
  const omar = person(harness, "U0OPER001");
  await omar.command(`freeze connection ${ids[1]} because x`, { channelId: incidents });
  await onRecord(harness, { kind: "freeze.set" });
  expect(await frozenIds()).toEqual([ids[1]]);
  await omar.command("unfreeze connection Cartesia – prod", { channelId: incidents });
  await toldAlone(harness, "U0OPER001", "More than one connection is called");
  expect(await frozenIds()).toEqual([ids[1]]);
  await omar.command(`unfreeze ${ids[1]}`, { channelId: incidents });
  await onRecord(harness, { kind: "freeze.lifted", userId: "U0OPER001" });
});

// A17
it("refuses another connection whose name looks the same", async () => {
  const ctx = harness.infra.contextFor(teamId, cli);
  const credentials = { api_key: harness.keys.cartesia };
  for (const name of ["cartesia — prod", "“Cartesia - prod”", "Cartesia\u00a0-\u00a0prod"]) {
    const problem = await problemOf(connectVendor(ctx, { vendor: "cartesia", name, credentials }));
    expect(problem.code).toBe("invalid_input");
  }
});

// A17
it("does not lift a number's freeze for the name of a connection", async () => {
  const [connectionId = ""] = ids;
  const number = { connectionId, numberId: "pn_B6d1Vz5H", title: "Nightly (+1 206 555 0107)" };
  const freeze = { ...number, by: cli, reason: "x", at: new Date(0).toISOString() };
  await workspace().freezes.set(freeze, { kind: "freeze.set", actor: cli, requestId: "test" });
  await person(harness, "U0ADMIN01").command("unfreeze connection Nightly", { channelId: incidents });
  await toldAlone(harness, "U0ADMIN01", "is frozen by");
  expect(await frozenIds()).toEqual([connectionId]);
  await sendInteraction(
    harness,
    press({ userId: "U0ADMIN01", teamId }, "unfreeze", `${connectionId}/pn_B6d1Vz5H`),
  );
  await onRecord(harness, { kind: "freeze.lifted", userId: "U0ADMIN01" });
});
