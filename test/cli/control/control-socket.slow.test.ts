import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, request, type RequestListener } from "node:http";
import { createServer as createRawServer, type Server } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openControlSocket } from "../../../src/cli/control/control-server.ts";
import { mostRequestBytes } from "../../../src/cli/control/control-protocol.ts";
import { child } from "../../sqlite/child.ts";
import { temporaryFolder } from "../../sqlite/support.ts";
import { startAppAndCli } from "./app-and-cli.ts";

/** What a program gets for a body that it sends to a socket by itself. */
async function post(socketPath: string, body: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const sending = request({ socketPath, method: "POST" }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (more: string) => (text += more));
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    sending.on("error", reject);
    sending.end(body);
  });
}

async function listenAt<Listening extends Server>(server: Listening, path: string): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(path, () => resolve()));
  chmodSync(path, 0o600);
  onTestFinished(() => void server.close());
  return server;
}

/** A socket file that nobody listens at, as a killed server leaves it. */
async function leaveSocket(path: string): Promise<void> {
  const server = createRawServer();
  await new Promise<void>((resolve) => server.listen(path, () => resolve()));
  chmodSync(path, 0o600);
  renameSync(path, `${path}.kept`);
  await new Promise((resolve) => server.close(resolve));
  renameSync(`${path}.kept`, path);
}

const asked = { command: "number.list", osUser: "eve", input: { filter: "", limit: 1, offset: 0 } };

it.each([
  ["no JSON", "{"],
  ["a text that is too long", JSON.stringify({ ...asked, input: "x".repeat(mostRequestBytes) })],
  ["a workspace that is a path", JSON.stringify({ ...asked, workspace: "../x" })],
  ["a user who pretends to act for another", JSON.stringify({ ...asked, osUser: "root for U0ADMIN01" })],
  ["a user with escape codes", JSON.stringify({ ...asked, osUser: "root\u001b[2J" })],
  ["a person who is none", JSON.stringify({ ...asked, as: "system:settle" })],
  ["a command of the prototype", JSON.stringify({ ...asked, command: "constructor" })],
  ["keys that it does not know", JSON.stringify({ ...asked, actor: "system:settle" })],
])("does nothing for %s, and serves the next command", async (_what, body) => {
  const { app, run, socket } = await startAppAndCli();
  const before = await app.audit();
  const { status, text } = await post(socket, body);
  expect(status).toBeLessThan(500);
  expect(JSON.parse(text)).toEqual({ kind: "not_understood" });
  expect(await app.audit()).toEqual(before);
  expect((await run(["number", "list"])).exitCode).toBe(0);
});

it("refuses an input of another form, and sends nothing to a vendor", async () => {
  const { app, socket } = await startAppAndCli();
  const sent = app.vendors.cartesia.requests.length;
  const { status, text } = await post(socket, JSON.stringify({ ...asked, input: { filter: 7, limit: 1e9 } }));
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ kind: "problem", problem: { code: "invalid_input" } });
  expect(app.vendors.cartesia.requests).toHaveLength(sent);
});

it("sends nothing to a socket that others could have opened", async () => {
  const { run, socket } = await startAppAndCli();
  chmodSync(socket, 0o666);
  const { exitCode, out, err } = await run(["number", "list"]);
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
  expect(err).toMatch(
    /^patchbay: The control socket .*patchbay\.db\.sock is not the server's own: .* mode 666\./u,
  );
});

it("works by itself beside the socket of a killed server, which the next server replaces", async () => {
  const { app, run, socket } = await startAppAndCli("the command itself");
  await leaveSocket(socket);
  expect((await run(["number", "list"])).exitCode).toBe(0);
  expect(existsSync(socket)).toBe(true);
  await app.startApp();
  expect((await run(["number", "list"])).exitCode).toBe(0);
});

it.each([
  ["a link", (path: string) => symlinkSync("/dev/null", path)],
  ["a file", (path: string) => writeFileSync(path, "")],
])("says what to remove if %s lies at the socket's path while a server runs", async (_what, put) => {
  const { cli, app, socket } = await startAppAndCli("the command itself");
  const holder = child("lock-holder.ts", [app.environment["DATABASE_PATH"] ?? ""]);
  expect(await holder.line()).toBe("held");
  put(socket);
  const { control } = cli.deps();
  const { exitCode, err } = await cli.run(["number", "list"], {
    given: { control: { ...control, pause: async () => undefined } },
  });
  expect(exitCode).toBe(1);
  expect(err).toContain(`${socket} is not its control socket. Nothing was changed. Remove what lies there`);
});

it("replaces a link at the socket's path, and not what it leads to", async () => {
  const { app, run, socket } = await startAppAndCli("the command itself");
  const file = join(temporaryFolder(), "kept");
  writeFileSync(file, "kept");
  symlinkSync(file, socket);
  await app.startApp();
  expect((await run(["number", "list"])).exitCode).toBe(0);
  expect(readFileSync(file, "utf8")).toBe("kept");
});

it("reads by itself if the server dies before it answers", async () => {
  const { run, socket } = await startAppAndCli("the command itself");
  let requests = 0;
  const dying = createRawServer((connection) => {
    connection.once("data", () => {
      requests += 1;
      dying.close();
      connection.destroy();
    });
  });
  await listenAt(dying, socket);
  const { exitCode, out } = await run(["number", "list"]);
  expect({ exitCode, requests }).toEqual({ exitCode: 0, requests: 1 });
  expect(out).toContain("Roadside");
});

it.each([
  [
    "does not understand the command",
    '{"kind":"not_understood"}',
    "did not understand this command, so it did",
  ],
  ["answers something else", '{"kind":"news"}', "This command cannot read the answer of the running server."],
])("says so, with both versions, if the server %s", async (_what, body, words) => {
  const { run, socket } = await startAppAndCli("the command itself");
  const other: RequestListener = (_request, response) => {
    response.writeHead(200, { "patchbay-version": "9.9.9" }).end(body);
  };
  await listenAt(createServer(other), socket);
  const { exitCode, err } = await run(["number", "list"]);
  expect(exitCode).toBe(1);
  expect(err).toContain(words);
  expect(err).toContain("It has version 9.9.9, and this command has version 1.2.3. Restart the server");
});

it.each([
  ["has not answered", undefined, "The server runs, but has not answered for two minutes."],
  ["has a bug", '{"kind":"bug","id":"err_1"}', "Something inside Patchbay failed. The server's log has the"],
])("asks only once, and says so, if the server %s", async (_what, body, words) => {
  const { cli, socket } = await startAppAndCli("the command itself");
  let requests = 0;
  const other: RequestListener = (_request, response) => {
    requests += 1;
    if (body !== undefined) response.end(body);
  };
  await listenAt(createServer(other), socket);
  const { control } = cli.deps();
  const at = { path: socket, databasePath: socket.replace(/\.sock$/u, ""), patientMs: 300 };
  const given = { control: { ...control, socket: () => at } };
  const { exitCode, err } = await cli.run(["number", "list"], { given });
  expect({ exitCode, requests }).toEqual({ exitCode: 1, requests: 1 });
  expect(err).toMatch(/^patchbay: /u);
  expect(err).toContain(words);
});

it("lets two commands at once work one after the other while no server runs", async () => {
  const { run } = await startAppAndCli("the command itself");
  const ran = await Promise.all([run(["number", "list"]), run(["number", "status"])]);
  expect(ran.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
});

it("names the process that has the database and does not answer, after it has waited for it", async () => {
  const { cli, app } = await startAppAndCli("the command itself");
  const holder = child("lock-holder.ts", [app.environment["DATABASE_PATH"] ?? ""]);
  expect(await holder.line()).toBe("held");
  let pauses = 0;
  const { control } = cli.deps();
  const given = { control: { ...control, pause: async () => void (pauses += 1) } };
  const { exitCode, err } = await cli.run(["number", "list"], { given });
  expect({ exitCode, pauses }).toEqual({ exitCode: 1, pauses: 49 });
  expect(err).toContain(`another Patchbay server, process ${holder.pid} on`);
});

it("does not let the name of a number write to the terminal", async () => {
  const { app, run } = await startAppAndCli();
  app.vendors.cartesia.editNumber("pn_B6d1Vz5H", { name: "Road\u001b]0;owned\u0007\u202eside" });
  for (const args of [
    ["list", "0152"],
    ["show", "pn_B6d1Vz5H"],
    ["show", "pn_B6d1Vz5H", "--json"],
  ]) {
    const { exitCode, out } = await run(["number", ...args], { isTTY: true });
    expect(exitCode).toBe(0);
    for (const code of ["\u001b", "\u0007", "\u202e"]) expect(out).not.toContain(code);
    expect(out).toMatch(/Road(?:\uFFFD|\\u001b)/u);
  }
});

it("serves people in Slack without the socket if its path is too long or taken", async () => {
  const folder = temporaryFolder();
  const taken = join(folder, "patchbay.db.sock");
  mkdirSync(taken);
  for (const path of [join(folder, "x".repeat(120)), taken]) {
    const logged: unknown[] = [];
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (about: object) => void logged.push(about),
    };
    const control = await openControlSocket({
      path,
      version: "1.2.3",
      log,
      store: { workspaceIds: async () => [] },
      isServer: true,
      carryOutRun: async () => undefined,
      newId: (prefix) => `${prefix}_1`,
      track: () => undefined,
      checkWebhookUrl: (url) => url,
      contextFor: async () => Promise.reject(new Error("nobody asked")),
    });
    control.close();
    expect(logged).toEqual([{ err: expect.any(Error), path }]);
  }
  expect(existsSync(taken)).toBe(true);
});
