import { expect, it } from "vitest";
import { roles } from "./people.ts";
import { findRoute } from "../../src/slack/listener/routes.ts";
import { commands } from "../../src/slack/router/commands.ts";
import { actionRoutes } from "../../src/slack/router/routes.ts";
import { insideForms, rows } from "./rows.ts";
import { cellText, holds, tries, tryAll } from "./try-cell.ts";

// Every third row of a surface with one role, taking turns; `npm run rights` tries them all with all, in CI too.
const some = rows
  .filter((row, at) => rows.slice(0, at).filter(({ surface }) => surface === row.surface).length % 3 === 0)
  .flatMap((row, at) => {
    const all = tries(roles).filter((each) => each.row === row);
    return all[(at * 3) % all.length] ?? [];
  });

it.each(roles)("gives %s its permissions, and records what it refuses", async (role) => {
  const own = [...new Set(some)].filter(({ who }) => who === role);
  const cells = await tryAll(own);
  expect(cells.filter((cell) => !holds(cell)).map((cell) => cellText(cell))).toEqual([]);
  expect(cells).toHaveLength(own.length);
});

it("tries each role on each surface", () => {
  expect(new Set(some.map(({ row }) => row.surface))).toEqual(new Set(rows.map(({ surface }) => surface)));
  expect(new Set(some.map(({ who }) => who))).toEqual(new Set(roles));
});

it("types every command", () => {
  const typed = new Set(
    rows.flatMap(({ surface, verb }) => (surface === "command" ? verb.split(" ")[0] : [])),
  );
  expect(commands.map(({ verb }) => verb).filter((verb) => !typed.has(verb))).toEqual([]);
});

it("presses every button that the router knows", () => {
  const pressed = rows.flatMap(({ actionId }) => (actionId ? [findRoute(actionRoutes, actionId)?.id] : []));
  const inTable = new Set([...pressed, ...insideForms]);
  expect(actionRoutes.map(({ id }) => id).filter((id) => !inTable.has(id))).toEqual([]);
  expect([...inTable].filter((id) => !actionRoutes.some((route) => route.id === id))).toEqual([]);
});
