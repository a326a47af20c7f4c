import { expect, it, onTestFinished } from "vitest";
import { startHarness } from "../../src/demo/harness.ts";
import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import { admin, incidents } from "../support/fixtures.ts";
import { person, textOf } from "../support/screen.ts";
import { read } from "./documents.ts";
import { guideAccount } from "./guide-account.ts";

/** Every line for Slack in a document that can be typed as it stands, in its order, without `/number`. */
function linesOf(file: string): readonly string[] {
  const found = [...read(file).matchAll(/`\/number ([^`]+)`|^\/number (.*?)(?: {2,}.*)?$/gmu)].map(
    ([, span, line]) => (span ?? line ?? "").replaceAll(/\s*\n\s*/gu, " "),
  );
  // A usage with brackets is no line, and plans are tried by tests of their own.
  return found.filter((line) => !/[[<|]|cartesia-down|holding-message/u.test(line));
}

it.each(["README.md", "docs/start.md", "docs/user-guide.md", "docs/admin-guide.md"])(
  "knows the command of every line for Slack in %s",
  async (file) => {
    const logged: string[] = [];
    const harness = await startHarness({
      connected: ["cartesia"],
      accounts: (vendor) => (vendor === "cartesia" ? guideAccount() : demoAccount(vendor)),
      // As in the demo.
      minExpiryMs: 60_000,
      environment: { LOG_LEVEL: "info" },
      logTo: { write: (line: string) => void logged.push(...line.trim().split("\n")) },
    });
    onTestFinished(async () => harness.close());
    const ada = person(harness, admin);
    const seen = (): number =>
      harness.slack.ephemerals(admin).length + harness.slack.messages(incidents).length;
    const lines = linesOf(file);
    expect(lines.length).toBeGreaterThan(4);

    let incident = 123;
    for (const line of lines) {
      // A key is used once, and the id of a change in a document is of nobody's.
      if (line.startsWith("incident start")) incident += 1;
      const typed = line.replace(/chg_\w+/u, "0100").replace("INC-123", `INC-${incident}`);
      const before = seen();
      await ada.command(typed, { channelId: incidents });
      await harness.slack.eventually(`an answer to “/number ${typed}”`, () => seen() > before || ada.view());
      const form = ada.view();
      const said = form ? textOf(form) : textOf(harness.slack.ephemerals(admin).at(-1));
      expect(`/number ${typed}: ${said}`).not.toMatch(/Unknown command|has no effect on/u);
      if (form) await ada.close();
    }
    expect(logged.filter((line) => line.includes('"bug"'))).toEqual([]);
  },
);
