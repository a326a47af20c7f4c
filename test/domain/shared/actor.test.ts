import { expect, it } from "vitest";
import { formatActor, parseActor, personOf, type Actor } from "../../../src/domain/shared/actor.ts";

it.each<readonly [string, Actor, string | undefined]>([
  ["U1@T1", { kind: "user", userId: "U1", workspaceId: "T1" }, "U1"],
  ["system:settle", { kind: "system", job: "settle" }, undefined],
  ["cli:root", { kind: "cli", osUser: "root" }, undefined],
  ["cli:root for U0123ABCD", { kind: "cli", osUser: "root", forUserId: "U0123ABCD" }, "U0123ABCD"],
  ["cli:root for nobody", { kind: "cli", osUser: "root for nobody" }, undefined],
  ["token:ci", { kind: "token", name: "ci" }, undefined],
  ["token:ci for U0123ABCD", { kind: "token", name: "ci", forUserId: "U0123ABCD" }, "U0123ABCD"],
])("formats and parses %s, and knows whose rights it has", (text, actor, person) => {
  expect(formatActor(actor)).toBe(text);
  expect(parseActor(text)).toEqual(actor);
  expect(personOf(actor)).toBe(person);
});
