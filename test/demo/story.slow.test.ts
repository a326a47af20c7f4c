import { expect, it } from "vitest";
import { vendorIds } from "../../src/vendors/index.ts";
import { pageWorkspaces } from "../../src/demo/page/people.ts";
import { startDemoSession } from "../../src/demo/page/demo-session.ts";
import { visibleText } from "../../src/sandbox/slack/index.ts";

// F7
it.each([1, 88, 450])(
  "refers in its story only to the workspace's own numbers, of %i in total",
  async (numbers) => {
    const session = await startDemoSession({ numbers });
    try {
      const { accounts } = await session.inspectorData();
      expect(session.ownNumbers()).toBe(Math.max(numbers, 6 * vendorIds.length));
      for (const { info } of pageWorkspaces) {
        const own = accounts.filter(({ owner }) => owner === info.name).flatMap((account) => account.numbers);
        const said = info.places.flatMap(({ id }) => session.harness.slack.messages(id));
        const named = said
          .flatMap((message) => [...visibleText(message).matchAll(/\+[\d ]{9,}\d/gu)])
          .map(([digits]) => digits.replaceAll(" ", ""));
        expect(named.length).toBeGreaterThan(0);
        expect(named.filter((digits) => own.every(({ e164 }) => e164 !== digits))).toEqual([]);
      }
    } finally {
      await session.close();
    }
  },
);

it("gives each number of a workspace its own phone number", async () => {
  const session = await startDemoSession();
  try {
    const { accounts } = await session.inspectorData();
    for (const { info } of pageWorkspaces) {
      const own = accounts.filter(({ owner }) => owner === info.name).flatMap(({ numbers }) => numbers);
      const phoneNumbers = own.map(({ e164 }) => e164);
      expect(phoneNumbers.length).toBeGreaterThan(1);
      expect(new Set(phoneNumbers).size).toBe(phoneNumbers.length);
    }
  } finally {
    await session.close();
  }
});
