import { existsSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { agentListDocument } from "../../../src/cli/numbers/list-agents.ts";
import { historyDocument } from "../../../src/cli/numbers/number-history.ts";
import { numberListDocument } from "../../../src/operations/documents/number-list-document.ts";
import { numberCardDocument } from "../../../src/cli/numbers/show-number.ts";
import { statusDocument } from "../../../src/cli/numbers/number-status.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import { places, startAppAndCli, type AppAndCli } from "../control/app-and-cli.ts";

const workspace = "T0PATCH01";
const roadside = "pn_B6d1Vz5H";

/** Detaches Roadside, as the log shows it. */
async function detachRoadside({ app }: AppAndCli): Promise<void> {
  const { cartesia } = app.connections;
  if (!cartesia) throw new Error("Cartesia is connected");
  const ctx = app.infra.contextFor(workspace, { kind: "cli", osUser: "ada" });
  await changeNumber(ctx, {
    changeId: "chg_first",
    key: { connectionId: cartesia.id, numberId: roadside },
    change: { kind: "detach" },
    seen: { agent: "agent_5kR9wXd8" },
    reason: "it talks nonsense",
  });
}

describe.each(places)("patchbay number, run by %s", (place) => {
  it("lists numbers as a table that fits a terminal of 60 columns, those without an agent first", async () => {
    const { cli } = await startAppAndCli(place);
    let text = "";
    const out = {
      out: (more: string) => void (text += more),
      err: () => undefined,
      isTTY: true,
      columns: 60,
    };
    const { exitCode } = await cli.run(["number", "list"], { given: { out } });
    const lines = text.split("\n");
    expect(exitCode).toBe(0);
    expect(lines.map((line) => line.length).filter((length) => length > 60)).toEqual([]);
    expect(lines[0]).toMatch(/^NUMBER +NAME +ANSWERED BY +CONNECTION$/u);
    expect(lines[1]).toMatch(/^\+1 713 555 0169 +Claims +nobody +cartesia demo$/u);
    expect(lines).toHaveLength(8);
  });

  it("prints the whole table as plain text where nobody reads, and filters", async () => {
    const { app, run } = await startAppAndCli(place);
    const name = `Spanish concierge of the harbour, ${"unless the webhook answers".repeat(2)}`;
    app.vendors.cartesia.editNumber("pn_H3k7Ry4N", { name });
    expect((await run(["number", "list", "concierge"])).out).toContain(`  ${name}  `);
    const { exitCode, out, err } = await run(["number", "list", "roadside", "-n", "1"]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "1 of 2 numbers. To see more: --offset 1\n" });
    expect(out).toContain("+1 214 555 0152  Roadside  Roadside assistance  cartesia demo  pn_B6d1Vz5H");
    expect(out).not.toContain("\u001b");
  });

  it("prints one JSON document of the documented form for each", async () => {
    const system = await startAppAndCli(place);
    await detachRoadside(system);
    const json = async (...args: readonly string[]): Promise<unknown> => {
      const { exitCode, out, err } = await system.run(["number", ...args, "--json"], { isTTY: true });
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
      expect(out.indexOf("\n")).toBe(out.length - 1);
      return JSON.parse(out);
    };
    const url = "https://wiki.example.com/roadside";
    expect(await json("runbook", "0152", url)).toEqual({
      workspace,
      number: roadside,
      title: "Roadside (+1 214 555 0152) at cartesia demo",
      runbook: url,
    });
    const list = numberListDocument.parse(await json("list", "0152"));
    expect(list).toMatchObject({
      workspace,
      total: 1,
      numbers: [{ id: roadside, e164: "+12145550152", name: "Roadside" }],
      unanswered: [],
    });
    expect(numberCardDocument.parse(await json("show", "0152"))).toMatchObject({
      id: roadside,
      agents: null,
      answers: "nobody",
      isUnanswered: true,
      isProtected: false,
      runbook: url,
      isChangedElsewhere: false,
      lastChange: { by: "cli:ada", outcome: "applied", reason: "it talks nonsense" },
    });
    const { agents, unanswered } = agentListDocument.parse(await json("agents", "Cartesia demo"));
    expect(agents).toContainEqual(expect.objectContaining({ id: "agent_7hN4pZc2", name: "Dispatch" }));
    expect(unanswered).toEqual([]);
    expect(historyDocument.parse(await json("history", "0152"))).toMatchObject({
      changes: [
        {
          changeId: "chg_first",
          change: "detach",
          before: { agent: "agent_5kR9wXd8" },
          after: { agent: null },
        },
      ],
    });
    expect(statusDocument.parse(await json("status"))).toMatchObject({
      detached: [{ changeId: "chg_first", number: { id: roadside } }],
      unknown: [],
    });
  });

  it("shows in words who answers a number, since when and why, and what needs attention", async () => {
    const system = await startAppAndCli(place);
    await detachRoadside(system);
    const { out: card } = await system.run(["number", "show", "Roadside"]);
    expect(card).toMatch(
      /^Roadside \(\+1 214 555 0152\) at cartesia demo \(Cartesia\), id pn_B6d1Vz5H\nNobody answers: callers reach no agent\.\n/u,
    );
    expect(card).toMatch(/^Last rerouted by cli:ada at 20\S+Z: it talks nonsense \(chg_first\)$/mu);
    expect(card).toMatch(/^Read from Cartesia at 20/mu);
    const { out: history } = await system.run(["number", "history"]);
    expect(history).toMatch(
      /Z {2}applied {2}detach Roadside .*\n {2}agent: Roadside assistance → nobody\n {2}by cli:ada: it talks nonsense\n {2}chg_first\n$/u,
    );
    const { out: status } = await system.run(["number", "status"]);
    expect(status).toMatch(/^Detached, and still without an agent \(1\):\n {2}.*detach Roadside/u);
    const { out: clear } = await (await startAppAndCli(place)).run(["number", "status"]);
    expect(clear).toMatch(/^All clear: nothing needs attention\.\nAs of 20/u);
  });

  it.each([
    [
      "an unknown number",
      ["number", "show", "Raodside"],
      /No number is called “Raodside”.*\n.*Did you mean Roadside/u,
    ],
    ["several numbers", ["number", "show", "Dispatch"], /No number is called/u],
    [
      "an unknown connection",
      ["number", "show", "0152", "--connection", "Retell"],
      /There is no connection “Retell”/u,
    ],
    [
      "an unknown workspace",
      ["number", "list", "-w", "T0OTHER01"],
      /does not know the workspace T0OTHER01. It knows T0PATCH01/u,
    ],
  ])("refuses %s with words and exit code 3", async (_what, args, words) => {
    const { run } = await startAppAndCli(place);
    const { exitCode, out, err } = await run(args);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toMatch(words);
    expect(err).not.toContain("/number");
    const asJson = await run([...args, "--json"]);
    expect(JSON.parse(asJson.out)).toMatchObject({ problem: { code: "not_found" } });
    expect(asJson.exitCode).toBe(3);
  });

  it("lists the agents of each connection", async () => {
    const { run } = await startAppAndCli(place);
    expect((await run(["number", "agents"])).out).toMatch(/^Dispatch +agent_7hN4pZc2 +cartesia demo$/mu);
    expect((await run(["number", "agents", "Retell"])).err).toContain("Did you mean cartesia demo?");
  });

  it("says which connection's agents are missing if the vendor does not answer", async () => {
    const { app, run } = await startAppAndCli(place);
    app.vendors.cartesia.fault({ kind: "status", status: 503 });
    const all = await run(["number", "agents"]);
    expect(all).toMatchObject({ exitCode: 0, out: "" });
    expect(all.err).toContain("The agents of cartesia demo are missing here: ");
    expect((await run(["number", "agents", "cartesia demo"])).exitCode).toBe(3);
  });

  it("shows the last known state and the way by hand if the vendor does not answer", async () => {
    const { app, run } = await startAppAndCli();
    await run(["number", "list"]);
    const { cartesia } = app.connections;
    if (!cartesia) throw new Error("Cartesia is connected");
    const { numbers } = app.infra.store.workspace(workspace).inventory(cartesia);
    await app.slack.eventually("a stored copy", async () => (await numbers.read()) !== undefined);
    if (place === "the command itself") await app.stopApp();
    app.vendors.cartesia.fault({ kind: "status", status: 503 });
    const { exitCode, out } = await run(["number", "show", roadside]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Cartesia does not show it now: /mu);
    expect(out).toMatch(/^Last known, at 20\S+Z: answered by Roadside assistance$/mu);
    expect(out).toMatch(/^By hand: /mu);
  });

  it("applies the rights of the person it acts for, and records both", async () => {
    const { app, run } = await startAppAndCli(place);
    const { exitCode, err } = await run(["number", "list", "--as", "U0GUEST01"]);
    expect(exitCode).toBe(3);
    expect(err).toContain("Nothing was changed.");
    expect((await app.audit()).at(-1)).toMatchObject({
      kind: "action.refused",
      actor: { kind: "cli", osUser: "ops", forUserId: "U0GUEST01" },
      problem: { code: "not_allowed" },
    });
  });
});

it("lets a person act whom Slack knows, and without Slack only one whom the settings name", async () => {
  const { app, run } = await startAppAndCli();
  expect((await run(["number", "list", "--as", "U0OPER001"])).exitCode).toBe(0);
  await app.stopApp();
  const { exitCode, err } = await run(["number", "list", "--as", "U0OPER001"]);
  expect(exitCode).toBe(3);
  expect(err).toContain("Patchbay cannot ask Slack who U0OPER001 is");
  const viewer = { slackAdmins: false, members: false, people: ["U0OPER001"], groups: [] };
  const by = { actor: { kind: "cli", osUser: "ada" }, requestId: "req_1" } as const;
  await app.infra.store.workspace(workspace).settings.write({ roles: { viewer } }, by);
  expect((await run(["number", "list", "--as", "U0OPER001"])).exitCode).toBe(0);
});

it("serves commands over a socket of its own user alone, and takes it away when it stops", async () => {
  const { app, socket } = await startAppAndCli();
  expect(statSync(socket).isSocket()).toBe(true);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  await app.stopApp();
  expect(existsSync(socket)).toBe(false);
});
