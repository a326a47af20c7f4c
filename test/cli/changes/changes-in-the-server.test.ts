import { request } from "node:http";
import { expect, it } from "vitest";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { startAppAndCli, type AppAndCli } from "../control/app-and-cli.ts";

const roadside = "pn_B6d1Vz5H";
const operator = "U0OPER001";
const updates = ({ app }: AppAndCli) => app.vendors.cartesia.requests.filter(isUpdate);

it("makes one of two changes that were previewed at the same time", async () => {
  const system = await startAppAndCli();
  let shown = 0;
  let both = (): void => undefined;
  const areShown = new Promise<void>((resolve) => (both = resolve));
  const { input } = system.cli.deps();
  const line = async (): Promise<string> => {
    shown += 1;
    if (shown === 2) both();
    await areShown;
    return "y";
  };
  const given = { input: { ...input, isTTY: true, line } };
  const ran = await Promise.all(
    ["Dispatch", "Holding message"].map(async (agent) =>
      system.run(["number", "reassign", "0152", agent], { given }),
    ),
  );
  expect(new Set(ran.map(({ exitCode }) => exitCode))).toEqual(new Set([0, 3]));
  expect(updates(system)).toHaveLength(1);
});

it("does not make a change under the id of another one", async () => {
  const system = await startAppAndCli();
  const { out } = await system.run(["number", "detach", "0152", "--yes", "--json"]);
  const { changeId }: { changeId: string } = JSON.parse(out);
  const key = { connectionId: system.app.connections.cartesia?.id, numberId: roadside };
  const change = { kind: "reassign", agentId: "agent_7hN4pZc2" };
  const asked = {
    command: "number.change",
    osUser: "eve",
    input: { changeId, key, change, seen: { agent: null } },
  };
  const text = await new Promise<string>((resolve, reject) => {
    const sending = request({ socketPath: system.socket, method: "POST" }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (more: string) => (body += more));
      response.on("end", () => resolve(body));
    });
    sending.on("error", reject);
    sending.end(JSON.stringify(asked));
  });
  expect(JSON.parse(text)).toMatchObject({ kind: "problem" });
  expect(updates(system)).toHaveLength(1);
  expect(system.app.vendors.cartesia.effective(roadside).agentId).toBeNull();
});

it("has the rights of the person it acts for, and records both", async () => {
  const system = await startAppAndCli();
  const guest = await system.run(["number", "detach", "0152", "--yes", "--as", "U0GUEST01"]);
  expect(guest.exitCode).toBe(3);
  expect(updates(system)).toEqual([]);
  const omar = await system.run(["number", "detach", "0152", "--yes", "--as", operator]);
  expect(omar.exitCode).toBe(0);
  expect((await system.app.audit()).at(-1)).toMatchObject({
    kind: "change.outcome",
    actor: { kind: "cli", osUser: "ops", forUserId: operator },
  });
});

it("refuses a change of a protected number to a shell, and asks approvers in Slack for a person", async () => {
  const system = await startAppAndCli();
  await protectNumber(system.app, roadside);
  const shell = await system.run(["number", "detach", "0152", "--yes"]);
  expect(shell.exitCode).toBe(3);
  expect(shell.err).toContain(
    "This number is protected: a person has to ask for the approval of this change.",
  );
  expect(shell.err).toContain("Run it again with --as and the id of a person in Slack (U…)");
  expect((await system.app.audit()).at(-1)).toMatchObject({ problem: { code: "approval_required" } });
  const asked = await system.run(["number", "detach", "0152", "--yes", "--json", "--as", operator]);
  expect(asked.exitCode).toBe(5);
  expect(JSON.parse(asked.out)).toMatchObject({
    outcome: "asked",
    approval: { id: expect.stringMatching(/^apr_/u) },
  });
  expect(updates(system)).toEqual([]);
  await system.app.slack.eventually("a request in Slack", async () =>
    system.app.slack.directMessages("U0ADMIN01").some(({ text }) => text.includes("Roadside")),
  );
});

it("announces what was changed while Slack was not connected, once the server runs again", async () => {
  const system = await startAppAndCli("the command itself");
  await settle(system.app, { announcementsChannelId: "C0VOICE01" });
  expect((await system.run(["number", "detach", "0152", "--yes", "--because", "it loops"])).exitCode).toBe(0);
  await system.app.startApp();
  await system.app.slack.eventually("an announcement", async () =>
    system.app.slack
      .messages("C0VOICE01")
      .some(({ text }) => text.includes("cli:ops detached Roadside") && text.includes("it loops")),
  );
});
