import { beforeEach, expect, it } from "vitest";
import type { ToolPerson } from "../../../src/domain/access/on-call.ts";
import { confirmPeople, peopleToMap } from "../../../src/operations/workspace/manage-on-call.ts";
import { startWorld, type World } from "../../support/world.ts";

const omar = { id: "PXPGF42", name: "Omar", userId: "U0OPER001" };
const mia = { id: "PEYSGVF", name: "Mia", userId: "U0MIA0001" };
const by = { actor: { kind: "cli", osUser: "ops" }, requestId: "req_1" } as const;
let world: World;
beforeEach(async () => {
  world = await startWorld();
  const schedule = { id: "ocs_1", name: "Voice", tool: "pagerduty", schedule: "PI7DH85" } as const;
  await world.ctx.workspace.onCallSchedules.add(schedule, { key: "pd-key-1" }, by);
  await world.ctx.workspace.onCallSchedules.setPeople("ocs_1", { before: [], people: [omar, mia] }, by);
});

/** The form while these people take part. */
async function form(people: readonly ToolPerson[]) {
  const found = await peopleToMap(world.ctx, { people: async () => people }, "ocs_1");
  return { ...found, shown: found.people.map(({ id }) => id) };
}

it("does not give back what somebody took away while the form was open", async () => {
  const { shown, table } = await form([omar, mia]);
  await confirmPeople(world.ctx, "ocs_1", { people: [omar], shown, table });
  const late = confirmPeople(world.ctx, "ocs_1", { people: [omar, mia], shown, table });
  await expect(late).rejects.toMatchObject({ code: "conflict" });
  const { onCallSchedules } = world.ctx.workspace;
  expect((await onCallSchedules.find("ocs_1"))?.people).toEqual([omar]);
});

it("shows those who are confirmed first, and keeps those whom a form did not show", async () => {
  const crowd = Array.from({ length: 60 }, (_, index) => ({ id: `PQ${index}`, name: `Q${index}` }));
  const { people, left, shown, table } = await form([...crowd, mia]);
  expect(people.slice(0, 3).map(({ id }) => id)).toEqual([mia.id, omar.id, "PQ0"]);
  expect([people.length, left]).toEqual([40, 22]);
  const added = { id: "PQ0", name: "Q0", userId: "U0Q000001" };
  const seen = shown.filter((id) => id !== omar.id);
  const { people: after } = await confirmPeople(world.ctx, "ocs_1", {
    people: [mia, added],
    shown: seen,
    table,
  });
  expect(after).toEqual([mia, added, omar]);
});
