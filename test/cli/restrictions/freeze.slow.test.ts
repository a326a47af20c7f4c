import { describe, expect, it } from "vitest";
import { freezeListDocument, frozenDocument } from "../../../src/cli/restrictions/freeze-commands.ts";
import { onRecord } from "../../support/record.ts";
import { roadside } from "../../support/fixtures.ts";
import { settle } from "../../support/restrictions.ts";
import { toldInChannel } from "../../support/screen.ts";
import { places, startAppAndCli, type AppAndCli } from "../control/app-and-cli.ts";

const operator = "U0OPER001";
const because = ["--because", "we migrate"];

function typing({ cli }: AppAndCli, answer: string) {
  const { input } = cli.deps();
  const asked: string[] = [];
  const line = async (question: string): Promise<string> => {
    asked.push(question);
    return Promise.resolve(answer);
  };
  return { asked, options: { given: { input: { ...input, isTTY: true, line } } } };
}

describe.each(places)("patchbay freeze, run by %s", (place) => {
  it("freezes a number, lists that, and unfreezes it, each on record", async () => {
    const system = await startAppAndCli(place);
    const { run } = system;
    expect(await run(["freeze"])).toMatchObject({ exitCode: 0, out: "", err: "Nothing is frozen.\n" });
    const set = await run(["freeze", "0152", "--for", "2h", ...because]);
    expect(set).toMatchObject({ exitCode: 0, err: "" });
    expect(set.out).toMatch(
      /^Roadside \(\+1 214 555 0152\) is frozen by cli:ops since 20\S+Z, until 20\S+Z\. Why: we migrate\nNobody can change it until then, unless it is unfrozen before\.\n$/u,
    );
    expect((await run(["number", "detach", "0152", "--yes"])).exitCode).toBe(3);
    const { freezes } = freezeListDocument.parse(JSON.parse((await run(["freeze", "--json"])).out));
    expect(freezes).toMatchObject([{ numberId: roadside, by: "cli:ops", reason: "we migrate" }]);
    const lifted = await run(["unfreeze", "Roadside", "--json"]);
    expect(frozenDocument.parse(JSON.parse(lifted.out)).freeze).toMatchObject({ numberId: roadside });
    expect((await system.app.audit()).slice(-3).map(({ kind }) => kind)).toEqual([
      "freeze.set",
      "change.refused",
      "freeze.lifted",
    ]);
    expect((await run(["number", "detach", "0152", "--yes"])).exitCode).toBe(0);
  });

  it("asks before it freezes all numbers, for an hour unless told otherwise", async () => {
    const system = await startAppAndCli(place);
    const refused = await system.run(["freeze", "all", ...because]);
    expect(refused).toMatchObject({ exitCode: 3, out: "" });
    expect(refused.err).toContain("Nothing was changed. Run it again and answer y, or add --yes.");
    const no = typing(system, "n");
    expect((await system.run(["freeze", "all", ...because], no.options)).exitCode).toBe(3);
    expect(no.asked).toEqual([expect.stringMatching(/^Freeze all numbers \(\d+\) for 1 h\? \[y\/N\] $/u)]);
    expect((await system.app.audit()).map(({ kind }) => kind)).not.toContain("freeze.set");
    const yes = typing(system, "y");
    const set = await system.run(["freeze", "all", "--open", ...because], yes.options);
    expect(set).toMatchObject({ exitCode: 0 });
    expect(set.out).toMatch(
      /^All numbers are frozen by cli:ops since .*\nNobody can change them until they are unfrozen\.\n$/u,
    );
    expect(yes.asked).toEqual([expect.stringMatching(/^Freeze all numbers \(\d+\)\? \[y\/N\] $/u)]);
    expect((await onRecord(system.app, { kind: "freeze.set" })).details).toEqual({ title: "all numbers" });
    expect((await system.run(["unfreeze", "all"])).out).toBe(
      "All numbers can be changed again. They were frozen because: we migrate\n",
    );
  });

  it.each([
    [["freeze", "0152"], "A freeze needs a reason: add `--because …`."],
    [["freeze", "nowhere", ...because], "No number and no connection is called “nowhere”."],
    [
      ["freeze", "0152", "--for", "40d", ...because],
      "A freeze ends after at least a minute and at most 30 days.",
    ],
    [["unfreeze", "0152"], "Nothing called “0152” is frozen."],
  ])("refuses %j, in words, and changes nothing", async (args, words) => {
    const system = await startAppAndCli(place);
    const { exitCode, out, err } = await system.run(args);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toContain(words);
    expect((await system.app.audit()).map(({ kind }) => kind)).not.toContain("freeze.set");
  });
});

it("has the rights of the person it acts for, who may lift it in Slack, and nobody else but an admin", async () => {
  const system = await startAppAndCli();
  const guest = await system.run(["freeze", "0152", ...because, "--as", "U0GUEST01"]);
  expect(guest.exitCode).toBe(3);
  expect((await system.run(["freeze", "0152", ...because, "--as", operator])).exitCode).toBe(0);
  await system.app.slack.as("T0PATCH01", operator).command("unfreeze 0152", { channelId: "C0INCID01" });
  expect(await onRecord(system.app, { kind: "freeze.lifted" })).toMatchObject({
    actor: { userId: operator },
  });
  expect((await system.run(["freeze", "0152", ...because])).exitCode).toBe(0);
  const other = await system.run(["unfreeze", "0152", "--as", operator]);
  expect(other.exitCode).toBe(3);
  expect(other.err).toContain("Only the person who froze it, or an admin, can unfreeze it.");
});

it("is announced in Slack", async () => {
  const system = await startAppAndCli("the command itself");
  await settle(system.app, { announcementsChannelId: "C0VOICE01" });
  expect((await system.run(["freeze", "0152", ...because])).exitCode).toBe(0);
  await system.app.startApp();
  const { text } = await toldInChannel(system.app, "C0VOICE01", "froze");
  expect(text).toContain("cli:ops froze Roadside");
});
