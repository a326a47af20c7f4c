import { describe, expect, it } from "vitest";
import { resultDocument } from "../../../src/cli/changes/change-documents.ts";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { places, startAppAndCli, type AppAndCli } from "../control/app-and-cli.ts";

const workspace = "T0PATCH01";
const roadside = "pn_B6d1Vz5H";
const dispatch = "agent_7hN4pZc2";
const assistance = "agent_5kR9wXd8";

const updates = ({ app }: AppAndCli) => app.vendors.cartesia.requests.filter(isUpdate);
const agentOf = ({ app }: AppAndCli) => app.vendors.cartesia.effective(roadside).agentId;
const kinds = async ({ app }: AppAndCli) => (await app.audit()).map(({ kind }) => kind);

/** A person at a terminal who does something before they answer the question. */
function answering({ cli }: AppAndCli, answer: string, before: () => void = () => undefined) {
  const { input } = cli.deps();
  const line = async (question: string): Promise<string> => {
    expect(question).toBe("Apply it? [y/N] ");
    before();
    return Promise.resolve(answer);
  };
  return { given: { input: { ...input, isTTY: true, line } } };
}

describe.each(places)("patchbay number, run by %s", (place) => {
  it("reassigns a number, recorded before the vendor is asked, proved and in words", async () => {
    const system = await startAppAndCli(place);
    let open = (): void => undefined;
    const until = new Promise<void>((resolve) => (open = resolve));
    system.app.vendors.cartesia.fault({ kind: "hold", until }, { on: "write", times: 1 });
    const because = ["--because", "it talks nonsense"];
    const running = system.run(["number", "reassign", "0152", "Dispatch", "--yes", ...because]);
    await system.app.slack.eventually("the PATCH", async () => updates(system).length === 1);
    expect((await system.app.audit()).at(-1)).toMatchObject({
      kind: "change.requested",
      actor: { kind: "cli", osUser: "ops" },
      before: { agent: assistance },
      wanted: { agent: dispatch },
      reason: "it talks nonsense",
    });
    open();
    const { exitCode, out, err } = await running;
    expect(exitCode).toBe(0);
    expect(err).toBe(
      "Roadside (+1 214 555 0152) at cartesia demo (Cartesia)\n  agent: Roadside assistance → Dispatch\n",
    );
    expect(out).toMatch(
      /^Reassigned Roadside \(\+1 214 555 0152\) at cartesia demo: agent: Roadside assistance → Dispatch\nConfirmed by Cartesia at 20\S+Z\.\nTo undo it: patchbay number undo chg_\w+\n$/u,
    );
    expect(agentOf(system)).toBe(dispatch);
    expect((await system.app.audit()).at(-1)).toMatchObject({ kind: "change.outcome", outcome: "applied" });
    expect(updates(system)).toHaveLength(1);
  });

  it("detaches, renames, edits and undoes, and prints the documented JSON", async () => {
    const system = await startAppAndCli(place);
    const json = async (...args: readonly string[]) => {
      const { exitCode, out, err } = await system.run(["number", ...args, "--yes", "--json"]);
      expect([args, exitCode, err.includes("patchbay:")]).toEqual([args, 0, false]);
      return resultDocument.parse(JSON.parse(out));
    };
    const detached = await json("detach", "Roadside", "--for", "2h");
    expect(detached).toMatchObject({ outcome: "applied", change: "detach", after: { agent: null } });
    expect(Date.parse(detached.until ?? "")).toBeGreaterThan(Date.now() + 60 * 60_000);
    expect(agentOf(system)).toBeNull();
    expect(await json("rename", roadside, "Night desk")).toMatchObject({ after: { name: "Night desk" } });
    expect(await json("edit", roadside, "provider=ap_9dK2mQx7")).toMatchObject({
      before: { "field.provider": "ap_3vT8rLw5" },
      after: { "field.provider": "ap_9dK2mQx7" },
    });
    expect(await json("undo", detached.changeId, "--because", "it works")).toMatchObject({
      change: "reassign",
      reason: "it works",
      after: { agent: assistance },
    });
    expect(agentOf(system)).toBe(assistance);
    expect((await system.app.audit()).at(-1)?.details).toMatchObject({ undoes: detached.changeId });
    const redone = await system.run(["number", "undo", roadside, "--yes"]);
    const again = `${detached.changeId} again. That was to revert at ${detached.until ?? ""}; this does not revert by itself.`;
    expect(redone.err).toContain(`This undoes an undo: it makes ${again}`);
    expect(redone.out).toContain(`This undid an undo: ${again.replace("again", "is made again")}`);
    expect(agentOf(system)).toBeNull();
    expect(updates(system)).toHaveLength(5);
  });

  it.each([
    ["nobody can be asked", undefined, "Patchbay cannot ask for confirmation here"],
    ["the answer is no", "n", "You did not confirm it"],
    ["there is no answer", "", "You did not confirm it"],
  ])("changes nothing if %s, after it has shown what would change", async (_what, answer, words) => {
    const system = await startAppAndCli(place);
    const options = answer === undefined ? {} : answering(system, answer);
    const { exitCode, out, err } = await system.run(["number", "detach", "0152"], options);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toContain("agent: Roadside assistance → nobody\n  Callers will reach nobody.\n");
    expect(err).toContain(words);
    expect(err).toContain("Nothing was changed. Run it again and answer y, or add --yes.");
    expect(updates(system)).toEqual([]);
    expect(await kinds(system)).toEqual(["connection.added"]);
  });

  it("refuses a change if the number was changed between the preview and the answer, with both states", async () => {
    const system = await startAppAndCli(place);
    const moved = (): void => system.app.vendors.cartesia.editNumber(roadside, { agentId: "agent_2mB6tYf1" });
    const { exitCode, out, err } = await system.run(
      ["number", "reassign", "0152", "Dispatch"],
      answering(system, "y", moved),
    );
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toContain("You saw → it is now: agent: Roadside assistance → Holding message.");
    expect(err).toContain("Nothing was changed.");
    expect(updates(system)).toEqual([]);
    expect((await system.app.audit()).at(-1)).toMatchObject({
      kind: "change.refused",
      problem: { code: "conflict" },
    });
  });

  it("says with exit code 4 that nobody knows, and never sends it again", async () => {
    const system = await startAppAndCli(place);
    const { cartesia } = system.app.vendors;
    const silent = (): void => {
      cartesia.fault({ kind: "drop-after" }, { on: "write" });
      cartesia.fault(
        { kind: "status", status: 503 },
        { on: ({ method }) => method === "GET" && updates(system).length > 0 },
      );
    };
    const { exitCode, out } = await system.run(["number", "detach", "0152"], answering(system, "y", silent));
    expect(exitCode).toBe(4);
    expect(out).toContain("Unknown whether Roadside");
    expect(updates(system)).toHaveLength(1);
  });

  it.each([
    ["an agent that there is not", ["reassign", "0152", "Dispach"], "Did you mean Dispatch"],
    ["an agent like no other", ["reassign", "0152", "Q"], "`patchbay number agents` lists the agents."],
    ["what is so already", ["reassign", "0152", "Roadside assistance"], "already is as you want it"],
    ["an unknown field", ["edit", "0152", "colour=red"], "no field “colour” to edit. It has provider."],
    ["a field that is set twice", ["edit", "0152", "provider=a", "Provider=b"], "set twice"],
    ["a time that nobody can read", ["detach", "0152", "--for", "ages"], "“for ages” as a time"],
    ["two times", ["detach", "0152", "--for", "1h", "--until", "18:00"], "Give one time"],
    ["an incident that there is not", ["detach", "0152", "--incident", "INC-9"], "INC-9"],
    ["a reason that is too long", ["detach", "0152", "--because", "x".repeat(301)], "300 characters"],
    ["an unknown change", ["undo", "chg_nothing"], "There is no such change"],
    ["a number without changes", ["undo", "0152"], "no change of this number"],
    ["the form of a crafted id", ["undo", "chg_../x"], "the id of a change looks like chg_4fT9sKx2LmQz"],
  ])("refuses %s, and changes nothing", async (_what, args, words) => {
    const system = await startAppAndCli(place);
    const { exitCode, out, err } = await system.run(["number", ...args, "--yes"]);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toContain(words);
    expect(updates(system)).toEqual([]);
    expect(await kinds(system)).not.toContain("change.requested");
  });

  it("changes no frozen number, and records the refusal", async () => {
    const system = await startAppAndCli(place);
    const freeze = {
      title: "all numbers",
      by: { kind: "cli", osUser: "ada" },
      reason: "audit",
      at: new Date().toISOString(),
    } as const;
    await system.app.infra.store
      .workspace(workspace)
      .freezes.set(freeze, { kind: "freeze.set", actor: freeze.by, requestId: "req_1", reason: "audit" });
    const { exitCode, err } = await system.run(["number", "detach", "0152", "--yes"]);
    expect(exitCode).toBe(3);
    expect(err.split("all numbers are frozen. Why: audit")).toHaveLength(2);
    expect(err).toContain("can unfreeze it: `patchbay unfreeze`.");
    expect((await system.app.audit()).at(-1)).toMatchObject({
      kind: "change.refused",
      problem: { code: "frozen" },
    });
    expect(updates(system)).toEqual([]);
  });
});
