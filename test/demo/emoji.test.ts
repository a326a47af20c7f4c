import { expect, it } from "vitest";
import { emoji } from "../../src/demo/page/client/kit/emoji.ts";
import { slackSource } from "../cli/code.ts";

it("knows every emoji that the app says", () => {
  const said = new Set(
    [...slackSource.matchAll(/(?<=["`(\s*]):([a-z_]+):(?=\s)/gu)].map(([, name]) => name ?? ""),
  );
  expect(said.size).toBeGreaterThan(10);
  expect([...said].filter((name) => emoji(name) === `:${name}:`)).toEqual([]);
});
