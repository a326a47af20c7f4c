import { expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { addSchedule, setScheduleAccess } from "../../../src/operations/workspace/manage-on-call.ts";
import { startWorld } from "../../support/world.ts";

const typed = {
  name: "Voice",
  tool: "pagerduty",
  schedule: "PI7DH85",
  key: "a-key-of-pagerduty",
  url: "",
  stackUrl: "",
  service: "PIJ90N7",
  from: "voice-oncall@example.com",
} as const;

it("stores no way to page people that the tool does not know, and no address that cannot be sent", async () => {
  const { ctx } = await startWorld();
  const { onCallSchedules } = ctx.workspace;
  const tools = {
    checkUrl: (text: string) => text,
    shifts: async () => [],
    people: async () => [],
    page: async () => undefined,
    openPage: async () => undefined,
    closePage: async () => undefined,
    checkPaging: async ({ service }: { readonly service?: string | undefined }) => {
      if (service !== "PIJ90N7") throw new Problem("not_found", "No such service.");
    },
  };
  for (const wrong of [{ service: "PNONE01" }, { from: "jürgen@example.com" }, { from: "a b@example.com" }])
    await expect(addSchedule(ctx, tools, { ...typed, ...wrong })).rejects.toBeInstanceOf(Problem);
  expect(await onCallSchedules.list()).toEqual([]);
  const { id } = await addSchedule(ctx, tools, typed);
  const access = setScheduleAccess(ctx, tools, id, { ...typed, service: "PNONE01" });
  await expect(access).rejects.toMatchObject({ message: "No such service." });
  expect(await onCallSchedules.access(id)).toMatchObject({ service: "PIJ90N7" });
});
