import { expect, it } from "vitest";
import { changeKinds } from "../../../src/domain/numbers/change.ts";
import { numberVerbs } from "../../../src/slack/numbers/resolve-number.ts";
import { findRoute } from "../../../src/slack/listener/routes.ts";
import { commands } from "../../../src/slack/router/commands.ts";
import { actionRoutes, formRoutes, optionsRoutes, shortcutRoutes } from "../../../src/slack/router/routes.ts";
import { slackSource } from "../../cli/code.ts";

it.each([
  ["commands", commands.map(({ verb }) => verb)],
  ["actions", actionRoutes.map(({ id }) => id)],
  ["forms", formRoutes.map(({ id }) => id)],
  ["options", optionsRoutes.map(({ id }) => id)],
  ["shortcuts", shortcutRoutes.map(({ id }) => id)],
])("gives every id of the %s one route", (_, ids) => {
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.length).toBeGreaterThan(2);
});

/** What the source has in place of the pattern's group. */
function written(pattern: RegExp): string[] {
  return [...new Set([...slackSource.matchAll(pattern)].map(([, id = ""]) => id))];
}

it("has a route for every button", () => {
  const ids = written(/\b(?:button|choice)\(\s*["`]((?:[a-z_:]|\$\{\w+\})+)["`]/gu).flatMap((id) =>
    (id.startsWith("${verb}") ? numberVerbs : changeKinds).map((verb) =>
      id.replace("${verb}", verb).replaceAll(/\$\{\w+\}/gu, "0"),
    ),
  );
  expect(ids).toEqual(expect.arrayContaining(numberVerbs.map((verb) => `${verb}:0`)));
  expect(ids.length).toBeGreaterThan(30);
  expect(ids.filter((id) => !findRoute(actionRoutes, id))).toEqual([]);
});

it("has a route for every form with inputs, and for every menu with typeahead", () => {
  const forms = written(/(?:callback_id:|Callback(?:Id)? =) "(\w+)"/gu).filter((id) => id !== "words");
  expect(forms.filter((id) => !findRoute(formRoutes, id))).toEqual([]);
  expect(forms.length).toBeGreaterThan(2);
  const menus = written(/typeahead\(\{[^;]{0,200}?actionId: "(\w+)"/gu);
  expect(menus.toSorted()).toEqual(["agent", "number"]);
  expect(menus.filter((id) => !findRoute(optionsRoutes, id))).toEqual([]);
});

it("has an action for every input that a form reacts to", () => {
  const reacting = ["number", "agent", "vendor", "ends", "ends_at"];
  expect(reacting.filter((id) => !findRoute(actionRoutes, id)?.readsOnly)).toEqual([]);
});
