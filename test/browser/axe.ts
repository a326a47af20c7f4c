import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const require = createRequire(import.meta.url);
const source = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/**
 * The axe rules that the page breaks now, and where. Axe fetches no style sheets for rules that are not used here: pages that
 * were opened as files may not.
 */
export async function brokenRules(page: Page): Promise<readonly string[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(source);
  const found: unknown = await page.evaluate(`
    axe.run({ resultTypes: ["violations"], selectors: false, preload: false }).then(({ violations, passes }) =>
      passes.length === 0
        ? ["axe looked at nothing"]
        : violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))
  `);
  return Array.isArray(found) ? found.map(String) : ["axe gave no answer"];
}
