import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import { fastClock } from "../../support/clocks.ts";
import { incidents, operator } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { blockText } from "../../support/words.ts";

const uuid = (last: number): string => `8b2e4c70-91d3-4f6a-b5c8-${String(last).padStart(12, "0")}`;
const [tickets, premieres, giftCards] = [uuid(101), uuid(103), uuid(104)];
const [boxOffice, squad] = [uuid(1), uuid(4)];

let harness: Harness;
let logged = "";
afterEach(async () => {
  await harness.close();
});

async function started() {
  logged = "";
  harness = await startHarness({
    connected: ["vapi"],
    environment: { LOG_LEVEL: "trace" },
    logTo: { write: (text) => (logged += text) },
    ...fastClock(20).options,
  });
  const omar = person(harness, operator);
  const sandbox = harness.vendors.vapi;
  return {
    omar,
    sandbox,
    bodies: () => sandbox.requests.filter(({ method }) => method === "PATCH").map(({ body }) => body),
    /** Submits a line's form, and returns what the form and the result said. */
    submit: async (line: string, done: string) => {
      await omar.command(line, { channelId: incidents });
      const form = blockText(await formSays(harness, omar, "*After:*"));
      const { errors, trouble } = await omar.submit();
      expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
      return { form, result: blockText(await formSays(harness, omar, done)) };
    },
    undo: async () => {
      await omar.click("undo");
      await formSays(harness, omar, "*After:*");
      await omar.submit();
      await formSays(harness, omar, "Undoes change");
    },
  };
}

it("reassigns a number away from a squad, and an undo gives it back to the squad", async () => {
  const { sandbox, bodies, submit, undo } = await started();
  const { form } = await submit(
    "reassign Premieres to Box office because the squad hangs up",
    "Reassigned by",
  );
  expect(form).toContain("*Premiere squad* → *Box office*");
  expect(bodies()).toEqual([{ squadId: null, assistantId: boxOffice }]);
  expect(sandbox.effective(premieres).agentId).toBe(boxOffice);
  const [requested, outcome] = (await harness.audit()).slice(-2);
  expect(requested).toMatchObject({
    kind: "change.requested",
    before: { agent: `squad:${squad}` },
    wanted: { agent: boxOffice },
  });
  expect(outcome).toMatchObject({ outcome: "applied", after: { agent: boxOffice } });

  await undo();
  expect(bodies().slice(1)).toEqual([{ assistantId: null, squadId: squad }]);
  expect(sandbox.effective(premieres).agentId).toBe(`squad:${squad}`);
  expect((await harness.audit()).at(-1)).toMatchObject({ outcome: "applied" });
});

it.each([
  ["the organisation's", {}, "the organisation's server (if any)"],
  ["its own", { server: { url: "https://calls.example.com/hook" } }, "the server at calls.example.com"],
])("says before and after a detach that %s server decides", async (_whose, fields, server) => {
  const { omar, sandbox, bodies, submit, undo } = await started();
  sandbox.changeNumber(tickets, fields);
  const { form, result } = await submit("detach Cinema tickets because it loops", "Detached by");
  expect(form).toContain(`*${server}* alone decides who answers`);
  expect(form).toContain("*Box office* → *no agent*");
  expect(result).toContain("*Cinema tickets* → *no agent* (was *Box office*)");
  expect(result).toContain(`No agent answers, unless ${server} chooses one for a call.`);
  expect(`${form}${result}`).not.toContain("callers reach no agent");
  expect(bodies()).toEqual([{ assistantId: null }]);
  expect((await harness.audit()).at(-1)).toMatchObject({ outcome: "applied", after: { agent: null } });
  await omar.command("history Cinema tickets", { channelId: incidents });
  const history = textOf(await toldAlone(harness, operator, "Why: it loops"));
  expect(history).toContain("Box office → no agent");
  expect(history).not.toContain("nobody");
  await undo();
  expect(bodies().slice(1)).toEqual([{ assistantId: boxOffice }]);
  expect(sandbox.effective(tickets).agentId).toBe(boxOffice);
});

it("undoes a reassignment of a number with several fields by writing each back", async () => {
  const { sandbox, bodies, submit, undo } = await started();
  sandbox.changeNumber(premieres, { assistantId: uuid(2) });
  const { form } = await submit("reassign Premieres to Box office", "Reassigned by");
  expect(form).toContain("*Group sales* or *Premiere squad* → *Box office*");
  expect(form).toContain("*This replaces both agents*, of which one answers");
  await undo();
  expect(bodies()).toEqual([
    { squadId: null, assistantId: boxOffice },
    { assistantId: uuid(2), squadId: squad },
  ]);
  expect(sandbox.number(premieres)).toMatchObject({ assistantId: uuid(2), squadId: squad });
  expect((await harness.audit()).at(-1)).toMatchObject({ outcome: "applied" });
});

it("does not say that nobody answers a number for which a server decides", async () => {
  const { omar } = await started();
  await omar.command("reassign Gift cards to Box office", { channelId: incidents });
  const form = blockText(await formSays(harness, omar, "*After:*"));
  expect(form).toContain("*no agent* → *Box office*");
  expect(form).not.toContain("nobody");
  await omar.command("list gift cards", { channelId: incidents });
  expect(textOf(await toldAlone(harness, "U0OPER001", "1 number"))).toContain(
    "no agent, unless the server at cards.example.com chooses one",
  );
});

it("warns that a hook answers before the agent, and not that the server keeps its say", async () => {
  const { omar, sandbox } = await started();
  sandbox.changeNumber(giftCards, {
    hooks: [{ on: "call.ringing", do: [{ type: "say", exact: "We are closed." }] }],
  });
  await omar.command("reassign Gift cards to Box office", { channelId: incidents });
  const form = blockText(await formSays(harness, omar, "*After:*"));
  expect(form).toContain("*Calls reach the call.ringing hook, which says a message*");
  expect(form).not.toContain("can still choose another agent");
});

it("refuses a name of more than 40 characters before it sends anything", async () => {
  const { omar, bodies } = await started();
  await omar.command(`rename 0106 to "${"x".repeat(41)}"`, { channelId: incidents });
  await harness.slack.eventually(
    "the refusal",
    () => textOf(omar.view()).includes("*After:*") || harness.slack.deliveries.length > 1,
  );
  const { errors } = await omar.submit();
  expect(Object.values(errors ?? {}).join(" ")).toContain("40");
  expect(bodies()).toEqual([]);
});

it("keeps and shows no secret that comes with a number", async () => {
  const { omar, sandbox, submit } = await started();
  const marker = `marker${String(process.hrtime.bigint())}`;
  for (const { id } of demoAccount("vapi").numbers) {
    sandbox.changeNumber(id, {
      twilioAuthToken: `${marker}-a`,
      twilioApiSecret: `${marker}-b`,
      server: { url: `https://user:${marker}@a.example/${marker}?token=${marker}`, headers: { x: marker } },
      authentication: { username: "lobby", password: marker },
    });
  }
  await submit("reassign Premieres to Box office because x", "Reassigned by");
  await toldInChannel(harness, incidents, "Reassigned by");
  await omar.command("show Gift cards", { channelId: incidents });
  await harness.slack.eventually("the card", () => JSON.stringify(harness.slack.calls).includes("a.example"));
  await harness.stopApp();
  const files = await Promise.all(
    (await readdir(harness.folder)).map(async (name) => readFile(join(harness.folder, name), "latin1")),
  );
  const places = [
    logged,
    JSON.stringify(harness.slack.calls),
    JSON.stringify(await harness.audit()),
    ...files,
  ];
  expect(JSON.stringify(sandbox.requests.map(({ answer }) => answer))).toContain(marker);
  expect(places.filter((place) => place.includes(marker))).toEqual([]);
});
