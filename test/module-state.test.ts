import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !/^(?:sandbox|demo)\//u.test(name),
);

const collections = new Set(["Map", "WeakMap", "Set", "WeakSet", "LRUCache", "Array"]);

/** There is one event loop in a process, and so one queue for it. */
const allowed = ["domain/shared/event-loop.ts: waiting"];

/** The names at the top of a module whose values can change: `let`, collections and empty lists that are not read-only. */
function mutableNames(name: string, text: string): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => {
    const isConst = (declarationList.flags & ts.NodeFlags.Const) !== 0;
    return declarationList.declarations
      .filter((one) => !isConst || (!isReadonly(one.type) && canChange(one.initializer)))
      .map((one) => `${name}: ${one.name.getText(source)}`);
  });
}

function isReadonly(type: ts.TypeNode | undefined): boolean {
  return type !== undefined && /^(?:Readonly(?:Map|Set|Array)?<|readonly )/u.test(type.getText());
}

function canChange(node: ts.Expression | undefined): boolean {
  if (!node) return false;
  if (ts.isNewExpression(node)) return collections.has(node.expression.getText());
  return (ts.isArrayLiteralExpression(node) && node.elements.length === 0) || isEmptyObject(node);
}

const isEmptyObject = (node: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(node) && node.properties.length === 0;

it("detects mutable state at the top of a module", () => {
  const text = `
    let count = 0;
    const known = new Map<string, number>();
    export const seen: string[] = [];
    const cache: Record<string, string> = {};
    const weak = new WeakMap();
    const kinds: ReadonlySet<string> = new Set(["a"]);
    const names = ["a", "b"] as const;
    const made = () => new Map();`;
  expect(mutableNames("a.ts", text)).toEqual([
    "a.ts: count",
    "a.ts: known",
    "a.ts: seen",
    "a.ts: cache",
    "a.ts: weak",
  ]);
});

it("keeps no mutable state in modules", () => {
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((name) => mutableNames(name, readFileSync(`${root}${name}`, "utf8")));
  expect(found).toEqual(allowed);
});

/** Where an AsyncLocalStorage is made inside a function: Node keeps each one that was used, and every promise asks them all. */
const storagesInFunctions = (text: string): number =>
  (text.match(/^[ \t]+.*new AsyncLocalStorage\b/gmu) ?? []).length;

it("detects an AsyncLocalStorage for each call", () => {
  expect(storagesInFunctions("const one = new AsyncLocalStorage<A>();")).toBe(0);
  expect(storagesInFunctions("const of = () => {\n  const one = new AsyncLocalStorage<A>();\n};")).toBe(1);
});

it("makes each AsyncLocalStorage once, so that promises do not become slower with every account", () => {
  const found = files.filter((name) => storagesInFunctions(readFileSync(`${root}${name}`, "utf8")) > 0);
  expect(found).toEqual([]);
});
