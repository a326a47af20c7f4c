import { chmodSync } from "node:fs";
import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { answerRequest } from "../../../src/cli/control/answer-request.ts";
import { controlRequest } from "../../../src/cli/control/control-protocol.ts";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { startAppAndCli, type AppAndCli } from "../control/app-and-cli.ts";

const updates = ({ app }: AppAndCli) => app.vendors.cartesia.requests.filter(isUpdate);

/** A server that does, or does not do, what a command asks for, and dies in place of an answer unless it has one. */
async function dyingServer(
  { app, socket }: AppAndCli,
  does: boolean,
  answers?: string,
  command = "number.change",
  diesBeside?: () => Promise<unknown>,
): Promise<void> {
  const { infra } = app;
  const host = {
    store: infra.store,
    newId: infra.newId,
    checkWebhookUrl: (url: string) => url,
    isServer: true,
    carryOutRun: async () => undefined,
    contextFor: async (
      ...[id, actor, requestId]: Parameters<Parameters<typeof answerRequest>[0]["contextFor"]>
    ) => infra.contextFor(id, actor, { requestId }),
  };
  const server = createServer((incoming, response) => {
    let body = "";
    incoming.on("data", (more: Buffer) => (body += more.toString()));
    incoming.on("end", () => {
      const asked = controlRequest.parse(JSON.parse(body));
      const isChange = asked.command === command;
      void (async () => {
        if (isChange && diesBeside) void diesBeside().then(() => incoming.socket.destroy());
        const answer = isChange && !does ? undefined : await answerRequest(host, asked);
        if (isChange && answers !== undefined) response.end(answers);
        else if (isChange) {
          server.close();
          incoming.socket.destroy();
        } else response.end(JSON.stringify(answer));
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, () => resolve()));
  chmodSync(socket, 0o600);
  onTestFinished(() => void server.close());
}

it("reads from the log what became of a change whose server died after it was made, and sends nothing again", async () => {
  const system = await startAppAndCli("the command itself");
  await dyingServer(system, true);
  const { exitCode, out, err } = await system.run(["number", "reassign", "0152", "Dispatch", "--yes"]);
  expect(exitCode).toBe(0);
  expect(err).toContain("The server ended before it answered. Looking at the audit log…");
  expect(out).toMatch(/^Reassigned Roadside .*: agent: Roadside assistance → Dispatch$/mu);
  expect(updates(system)).toHaveLength(1);
});

it("says that the outcome is not known yet if the server died while the vendor had the change", async () => {
  const system = await startAppAndCli("the command itself");
  system.app.vendors.cartesia.fault({ kind: "hang" }, { on: "write" });
  await dyingServer(system, true, undefined, "number.change", async () =>
    system.app.slack.eventually("the change at the vendor", () => updates(system)[0]),
  );
  const { exitCode, out } = await system.run(["number", "reassign", "0152", "Dispatch", "--yes"]);
  expect(exitCode).toBe(4);
  expect(out).toMatch(/^Unknown whether Roadside .* was changed\./mu);
  expect(out).toMatch(/^Its outcome will be in the history: chg_\w{12}$/mu);
  expect(out).not.toContain("could not be written");
  expect(updates(system)).toHaveLength(1);
});

it("says that nothing was sent if the server died before the record", async () => {
  const system = await startAppAndCli("the command itself");
  await dyingServer(system, false);
  const { exitCode, out, err } = await system.run(["number", "reassign", "0152", "Dispatch", "--yes"]);
  expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
  expect(err).toContain("The change was not recorded, so nothing was sent.");
  expect(updates(system)).toEqual([]);
});

it.each([
  [
    "a bug",
    '{"kind":"bug","id":"err_1"}',
    "Something inside Patchbay failed. The server's log has the details: err_1",
  ],
  ["something else", '{"kind":"news"}', "This command cannot read the answer of the running server"],
  [
    "another form",
    '{"kind":"answer","answer":{"it":"worked"}}',
    "cannot read the answer of the running server",
  ],
])(
  "reads from the log what became of a change that the server answered with %s",
  async (_what, answer, words) => {
    const system = await startAppAndCli("the command itself");
    await dyingServer(system, true, answer);
    const { exitCode, out, err } = await system.run(["number", "reassign", "0152", "Dispatch", "--yes"]);
    expect(exitCode).toBe(0);
    expect(err).toContain(words);
    expect(err).toContain("Looking at the audit log…");
    expect(out).toMatch(/^Reassigned Roadside .*: agent: Roadside assistance → Dispatch$/mu);
    expect(updates(system)).toHaveLength(1);
  },
);

it.each([
  ["tokens.make", ["tokens", "make", "ci", "--scope", "read"], "patchbay tokens list", "token.made"],
  ["incident.start", ["incident", "start", "INC-7"], "patchbay incident list", "incident.started"],
])(
  "sends %s once if its server died, exits with 4, and says what shows whether it was done",
  async (command, args, look, kind) => {
    const system = await startAppAndCli("the command itself");
    await dyingServer(system, true, undefined, command);
    const { exitCode, out, err } = await system.run(args);
    expect({ exitCode, out }).toEqual({ exitCode: 4, out: "" });
    expect(err).toContain(`The server ended before it answered. To see what became of it: ${look}.`);
    expect(err).toContain("Do not run it again until you have looked.");
    expect((await system.app.audit()).filter((entry) => entry.kind === kind)).toHaveLength(1);
  },
);

it("exits with 4 if the server was lost and nobody can read the log", async () => {
  const system = await startAppAndCli("the command itself");
  await dyingServer(system, true);
  const { control } = system.cli.deps();
  const openAlone = async () => Promise.reject(new Error("The database is corrupt"));
  const { exitCode, out, err } = await system.run(["number", "reassign", "0152", "Dispatch", "--yes"], {
    given: { control: { ...control, openAlone } },
  });
  expect({ exitCode, out }).toEqual({ exitCode: 4, out: "" });
  expect(err).toContain("patchbay: The audit log could not be read: The database is corrupt");
  expect(err).toMatch(/chg_\w{12}/u);
  expect(updates(system)).toHaveLength(1);
});

it("leaves a change with an unknown outcome to the next server, which finds the outcome out", async () => {
  const system = await startAppAndCli("the command itself");
  const { cartesia } = system.app.vendors;
  cartesia.fault({ kind: "drop-after" }, { on: "write" });
  cartesia.fault(
    { kind: "status", status: 503 },
    { on: ({ method }) => method === "GET" && updates(system).length > 0 },
  );
  const { exitCode, out } = await system.run(["number", "detach", "0152", "--yes", "--json"]);
  expect(exitCode).toBe(4);
  const { changeId }: { changeId: string } = JSON.parse(out);
  cartesia.clearFaults();
  await system.app.startApp();
  await system.app.slack.eventually("the outcome", async () =>
    (await system.app.audit()).some(
      (entry) =>
        entry.kind === "change.outcome" && entry.changeId === changeId && entry.outcome === "applied",
    ),
  );
  expect(updates(system)).toHaveLength(1);
});
