import { expect, it } from "vitest";
import { until } from "../support/until.ts";
import { workspace } from "./cli-harness.ts";
import { event, startServedCli } from "./served-cli.ts";

const ids = (text: string): unknown[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).changeId);

it("prints the newest entries, oldest first", async () => {
  const { harness } = await startServedCli();
  const { exitCode, out, err } = await harness.run(["audit", "tail", "-n", "2"]);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  expect(ids(out)).toEqual(["chg_2", "chg_3"]);
  expect((await harness.run(["audit", "tail", "-n", "0"])).out).toBe("");
  const shown = await harness.run(["audit", "tail", "-n", "1"], { isTTY: true });
  expect(shown.out).toMatch(/^2\d{3}-\S+ {2}T0DESK001 {2}U1@T0DESK001 {2}change\.requested rename {2}.*\n$/u);
});

it("prints entries of every workspace as they come, once each, until Ctrl-C", async () => {
  const { harness } = await startServedCli();
  const { store } = harness.infra();
  let out = "";
  let interrupt: () => void = () => undefined;
  let looks = 0;
  const deps = harness.deps();
  const running = harness.run(["audit", "tail", "--follow", "-n", "1"], {
    given: {
      out: { out: (text) => void (out += text), err: () => undefined, isTTY: false },
      onInterrupt: (act) => {
        interrupt = act;
        return () => undefined;
      },
      control: {
        ...deps.control,
        pause: async () => {
          looks += 1;
          await new Promise(setImmediate);
        },
      },
    },
  });
  await until("the entry before", () => ids(`${out}\n`.trim() || "{}").includes("chg_3"));
  await store.workspace(workspace).audit.append(event(4));
  await store.workspace("T0OTHER01").audit.append(event(5));
  await until("both entries", () => ["chg_4", "chg_5"].every((id) => ids(out).includes(id)));
  const seen = looks;
  await until("another look", () => looks > seen + 1);
  interrupt();
  expect(await running).toMatchObject({ exitCode: 0 });
  expect(ids(out)).toEqual(["chg_3", "chg_4", "chg_5"]);
});
