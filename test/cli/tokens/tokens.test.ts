import { describe, expect, it } from "vitest";
import { places, startAppAndCli } from "../control/app-and-cli.ts";

const workspace = "T0PATCH01";
const secretLine = /^pbt_[\w-]{43}\n$/u;

describe.each(places)("patchbay tokens, run by %s", (place) => {
  it("makes a token that is shown once, lists it without its secret, and revokes it", async () => {
    const { run, app } = await startAppAndCli(place);
    const made = await run(["tokens", "make", "deploy", "--scope", "change", "--days", "7"]);
    expect(made).toMatchObject({ exitCode: 0, out: expect.stringMatching(secretLine) });
    expect(made.err).toContain("it is not shown again");

    const listed = await run(["tokens", "list"]);
    expect(listed.out).toMatch(/deploy +change +cli:ops +all connections +never/u);
    expect(listed.out).not.toContain(made.out.trim());

    const taken = await run(["tokens", "make", "deploy", "--scope", "read"]);
    expect(taken).toMatchObject({ exitCode: 3, out: "" });
    expect(taken.err).toContain(
      "Choose another name, or revoke that token first: `patchbay tokens revoke deploy`.",
    );

    const revoked = await run(["tokens", "revoke", "deploy"]);
    expect(revoked.out).toContain("Revoked the token deploy (change, with the rights of cli:ops");
    expect((await run(["tokens", "revoke", "deploy"])).exitCode).toBe(3);
    expect((await run(["tokens", "list"])).err).toContain("There are no tokens");
    expect(place === "the server" ? (await app.audit()).map(({ kind }) => kind) : []).toEqual(
      place === "the server" ? expect.arrayContaining(["token.made", "token.revoked"]) : [],
    );
  });

  it("limits a token to connections, by their names", async () => {
    const { run } = await startAppAndCli(place);
    const made = await run([
      "tokens",
      "make",
      "ci",
      "--scope",
      "read",
      "--json",
      "--connection",
      "CARTESIA demo",
    ]);
    expect(JSON.parse(made.out)).toMatchObject({
      workspace,
      secret: expect.stringMatching(/^pbt_/u),
      token: { name: "ci", scope: "read", connections: ["cartesia demo"], owner: "cli:ops" },
    });
    const unknown = await run(["tokens", "make", "x", "--scope", "read", "--connection", "Nowhere"]);
    expect(unknown).toMatchObject({ exitCode: 3, err: expect.stringContaining("no connection “Nowhere”") });
  });
});

it("lets only admins make tokens, and a token has the rights of the person who made it", async () => {
  const { run, app } = await startAppAndCli();
  const operator = await run(["tokens", "make", "ci", "--scope", "propose", "--as", "U0OPER001"]);
  expect(operator.exitCode).toBe(3);
  const admin = await run(["tokens", "make", "ci", "--scope", "propose", "--as", "U0ADMIN01", "--json"]);
  expect(JSON.parse(admin.out)).toMatchObject({ token: { owner: `U0ADMIN01@${workspace}` } });
  expect((await app.audit()).slice(-2)).toMatchObject([
    { kind: "action.refused", problem: { code: "not_allowed" } },
    {
      kind: "token.made",
      actor: { kind: "cli", forUserId: "U0ADMIN01" },
      details: { name: "ci", scope: "propose", owner: `U0ADMIN01@${workspace}` },
    },
  ]);
});

it("refuses a token without an owner in Slack that would ask people in Slack", async () => {
  const { run } = await startAppAndCli();
  const made = await run(["tokens", "make", "ci", "--scope", "propose"]);
  expect(made).toMatchObject({ exitCode: 3, err: expect.stringContaining("belongs to a person in Slack") });
});

it.each([
  ["a name that the audit log could not show", ["CI bot", "--scope", "read"], 3],
  ["a scope that does not exist", ["ci", "--scope", "admin"], 1],
  ["more than 90 days", ["ci", "--scope", "read", "--days", "91"], 1],
])("refuses %s", async (_what, args, exitCode) => {
  const { run } = await startAppAndCli();
  expect(await run(["tokens", "make", ...args])).toMatchObject({ exitCode, out: "" });
});
