import { expect, it, onTestFinished } from "vitest";
import { startHarness } from "../../src/demo/harness.ts";
import { playCalls } from "../../src/demo/page/play-calls.ts";
import { dispatch, roadside } from "../support/fixtures.ts";

it("lets somebody call a number that was given to another agent, and nobody after a rename", async () => {
  const harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
  onTestFinished(async () => harness.close());
  const { cartesia } = harness.vendors;
  const callers = playCalls(harness, 0);
  onTestFinished(() => callers.stop());
  const { cartesia: connection } = harness.connections;
  const { store, accounts } = harness.infra;
  if (!connection) throw new Error("Cartesia is not connected");
  const credentials = await store.workspace("T0PATCH01").connections.credentials(connection.id);
  const account = accounts.open(connection, credentials);
  const before = await account.getNumber(roadside);
  const calls = async () => {
    const query = { number: before, agentIds: [dispatch], since: new Date(0) };
    return (await account.listCalls?.(query))?.calls ?? [];
  };
  await account.patch(roadside, account.buildPatch(before, { kind: "rename", name: "Other" }));
  expect(await calls()).toEqual([]);
  await account.patch(roadside, account.buildPatch(before, { kind: "reassign", agentId: dispatch }));
  await harness.slack.eventually("a call", async () => ((await calls()).length > 0 ? true : undefined));
  expect(await calls()).toMatchObject([{ agentId: dispatch, status: "completed" }]);
  expect(cartesia.requests.filter(({ method }) => method === "PATCH")).toHaveLength(2);
});
