import { afterEach, beforeEach, expect, it } from "vitest";
import {
  assistance,
  dispatch,
  holding,
  minute,
  operator,
  roadside,
  voiceOps,
} from "../../support/fixtures.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { onRecord } from "../../support/record.ts";
import { started, startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";

let at: TemporaryChangeHarness;
beforeEach(async () => {
  at = await startTemporaryChangeHarness();
});
afterEach(async () => {
  await at.harness.close();
});

it("restores a number when the change expires, reminds before, and reports both in the conversation of the request", async () => {
  const told = await at.reassign();
  expect(textOf(told)).toContain("Reverts <!date^");
  expect(at.answers()).toBe(dispatch);
  at.pass(23 * minute);
  expect(at.harness.slack.messages(voiceOps)).toHaveLength(1);
  at.pass(2 * minute);
  const reminder = await toldInChannel(at.harness, voiceOps, "reverts automatically");
  expect(textOf(reminder)).toContain("Then: *Dispatch* → *Roadside assistance*");
  at.pass(5 * minute);
  const end = await toldInChannel(at.harness, voiceOps, "was restored");
  expect(textOf(end)).toContain("*Dispatch* → *Roadside assistance*");
  expect(at.answers()).toBe(assistance);
  expect(at.patches()).toHaveLength(2);
  const entries = await at.harness.audit();
  const [first, , revert] = entries.filter(({ kind }) => kind.startsWith("change."));
  expect(Date.parse(first?.details?.["until"] ?? "") - Date.parse(first?.at ?? "")).toBeGreaterThan(
    29 * minute,
  );
  expect(revert).toMatchObject({
    actor: { kind: "system", job: "timed" },
    details: { undoes: first?.changeId, for: operator },
    before: { agent: dispatch },
    wanted: { agent: assistance },
  });
  at.pass(120 * minute);
  expect(at.patches()).toHaveLength(2);
});

// G5
it("takes a time that has passed today for tomorrow, and says so in the form and in the result", async () => {
  const omar = person(at.harness, operator);
  await omar.command("reassign Roadside to Dispatch until 7:00", { channelId: voiceOps });
  const form = textOf(await formSays(at.harness, omar, "Tomorrow at 07:00 Europe/London"));
  const seven = Date.UTC(2026, 10, 22, 7) / 1000;
  expect(form).toContain(`<!date^${seven}^{date_short_pretty} {time}|`);
  await omar.submit();
  await formSays(at.harness, omar, "Reassigned by");
  await omar.close();
  const told = textOf(await toldInChannel(at.harness, voiceOps, "Reassigned by"));
  expect(told).toContain(`Reverts <!date^${seven}^{date_short_pretty} {time}|`);
});

it("shows in the form when the change expires, in the person's time zone", async () => {
  const omar = person(at.harness, operator);
  await omar.command("detach Roadside until tomorrow 3:00", { channelId: voiceOps });
  const form = await formSays(at.harness, omar, "*Reverts*");
  expect(textOf(form)).toContain("Tomorrow at 03:00 Europe/London");
  expect(textOf(form)).toContain("<!date^");
});

it("accepts an expiry chosen in the form, also a fixed time", async () => {
  const omar = person(at.harness, operator);
  await omar.command("reassign Roadside to Dispatch", { channelId: voiceOps });
  await formSays(at.harness, omar, "*After:*");
  await omar.choose("ends", { text: "At a time you choose…", value: "choose" });
  await formSays(at.harness, omar, "Revert at");
  const missing = await omar.submit();
  expect(missing.errors).toMatchObject({ ends_at: expect.stringContaining("required") });
  await omar.fill("ends_at", String(started.getTime() / 1000 + 60));
  await formSays(at.harness, omar, "*Reverts*");
  expect((await omar.submit()).errors).toMatchObject({
    ends_at: expect.stringContaining("between 5 min and 24 h"),
  });
  await omar.fill("ends_at", String(started.getTime() / 1000 + 3600));
  expect((await omar.submit()).errors).toBeUndefined();
  await formSays(at.harness, omar, "Reverts <!date^");
  at.pass(61 * minute);
  await toldInChannel(at.harness, voiceOps, "was restored");
  expect(at.answers()).toBe(assistance);
});

it("asks whether a time at the end of a reason was meant as the expiry", async () => {
  const omar = person(at.harness, operator);
  await omar.command("reassign Roadside to Dispatch because callers wait for 30m", { channelId: voiceOps });
  const form = textOf(await formSays(at.harness, omar, "*Revert after 30 min?*"));
  expect(form).toContain("Your reason ends with “for 30m”.");
  expect(form).not.toContain("*Reverts*");
});

it.each([
  ["for 3m", "between 5 min and 24 h"],
  ["for 25h", "between 5 min and 24 h"],
  ["for half an hour", "as a time"],
  ["for 30m until 18:00", "are two"],
  ["until 2001-01-01 10:00", "has passed"],
])("asks for another expiry than “%s”, and sends nothing without one", async (end, words) => {
  const omar = person(at.harness, operator);
  await omar.command(`reassign Roadside to Dispatch ${end}`, { channelId: voiceOps });
  const form = await formSays(at.harness, omar, words);
  expect(textOf(form)).toContain("*After:* *Roadside assistance* → *Dispatch*");
  expect((await omar.submit()).errors).toMatchObject({ ends: expect.stringContaining("required") });
  await omar.choose("ends", { text: "In 30 min", value: "for:1800000" });
  await formSays(at.harness, omar, "*Reverts* about");
  await omar.submit();
  await formSays(at.harness, omar, "Reassigned by");
});

it("leaves a number alone that was changed elsewhere, and says so", async () => {
  await at.reassign();
  at.harness.vendors.cartesia.changeNumber(roadside, { agent_id: holding });
  at.pass(31 * minute);
  const end = await toldInChannel(at.harness, voiceOps, "was *NOT reverted*");
  expect(textOf(end)).toContain("changed outside Patchbay");
  expect(at.answers()).toBe(holding);
  expect(at.patches()).toHaveLength(1);
  await onRecord(at.harness, { kind: "timed.left" });
});

it("leaves a number alone that a colleague has changed since, and says who", async () => {
  await at.reassign();
  const ada = person(at.harness, "U0ADMIN01");
  await ada.command("detach Roadside because callers complain", { channelId: voiceOps });
  await formSays(at.harness, ada, "*After:*");
  await ada.submit();
  await formSays(at.harness, ada, "Detached by");
  at.pass(31 * minute);
  const end = await toldInChannel(at.harness, voiceOps, "was *NOT reverted*");
  expect(textOf(end)).toContain("changed by <@U0ADMIN01>");
  expect(at.patches()).toHaveLength(2);
  expect(
    at.harness.slack.messages(voiceOps).filter((each) => textOf(each).includes("reverts automatically")),
  ).toEqual([]);
});

it("leaves a number alone that a colleague has permanently set to the same value since", async () => {
  await at.reassign();
  const ada = person(at.harness, "U0ADMIN01");
  for (const [line, done] of [
    ["detach Roadside", "Detached by"],
    ["reassign Roadside to Dispatch because it stays", "Reassigned by"],
  ] as const) {
    await ada.command(line, { channelId: voiceOps });
    await formSays(at.harness, ada, "*After:*");
    await ada.submit();
    await formSays(at.harness, ada, done);
  }
  at.pass(31 * minute);
  const end = await toldInChannel(at.harness, voiceOps, "was *NOT reverted*");
  expect(textOf(end)).toContain("changed by <@U0ADMIN01>");
  expect(textOf(end)).not.toContain("someone changed it since");
  expect(at.answers()).toBe(dispatch);
  expect(at.patches()).toHaveLength(3);
});

it("reverts a change within a minute only in the demo, which sets a shorter minimum", async () => {
  const demo = await startTemporaryChangeHarness({ minExpiryMs: minute });
  try {
    await demo.reassign("reassign Roadside to Dispatch for 1m");
    demo.pass(50_000);
    await toldInChannel(demo.harness, voiceOps, "reverts automatically <!date");
    demo.pass(10_000);
    await toldInChannel(demo.harness, voiceOps, "was restored");
    expect(demo.answers()).toBe(assistance);
  } finally {
    await demo.harness.close();
  }
});
