import { expect, it } from "vitest";
import { startFakeClient } from "./client.ts";

it("limits the updates of an account, and no reads", async () => {
  const rateLimit = { burst: 1, perSecond: 0, silent: true, updatesOnly: true };
  const { get, patch, seed } = await startFakeClient("oneinbox", { rateLimit });
  const path = `/v1/phone-numbers/${seed.numbers[0]?.id}`;
  const answers = [await patch(path, { label: "One" }), await patch(path, { label: "Two" })];
  expect(answers.map(({ status }) => status)).toEqual([200, 429]);
  expect([(await get(path)).status, (await get(path)).status]).toEqual([200, 200]);
});
