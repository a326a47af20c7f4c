import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import type { VendorId } from "../../../../src/domain/vendor/vendor.ts";
import { demoAccount, startVendorSandbox } from "../../../../src/sandbox/vendors/index.ts";
import { vendors } from "../../../../src/vendors/index.ts";
import { typeFaults } from "./type-faults.ts";

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What a script prints: the ids that it read, and whole answers by their types. */
const printed = z.looseObject({ typed: z.record(z.string(), z.unknown()).optional() });

interface Sdk {
  readonly vendor: VendorId;
  readonly packageName: string;
  /** Where the types of its answers are, if the SDK itself does not check them. */
  readonly types?: string;
}

/** The official SDK of each vendor, with the number and the agent of the demo account that its script changes. */
const sdks: readonly Sdk[] = [
  {
    vendor: "cartesia",
    packageName: "@cartesia/cartesia-js",
    types: "@cartesia/cartesia-js/resources/agents",
  },
  { vendor: "elevenlabs", packageName: "@elevenlabs/elevenlabs-js" },
  { vendor: "vapi", packageName: "@vapi-ai/server-sdk" },
];

// The SDKs are large and not part of the project: `npm ci --prefix test/vendors/published/sdk` installs them.
describe.each(sdks)("the official SDK of $vendor", ({ vendor, packageName, types }) => {
  it.skipIf(!existsSync(here(`node_modules/${packageName}`)))(
    "reads the fake as the adapter does, and sends the same updates (skipped without the SDK)",
    async () => {
      const seed = demoAccount(vendor);
      const sandbox = await startVendorSandbox(vendor, { accounts: [seed] });
      onTestFinished(async () => sandbox.close());
      const [number] = seed.numbers;
      const agent = seed.agents[1];
      if (!number || !agent) throw new Error("the demo account is empty");
      const noon = Date.parse("2026-08-03T12:00:00.000Z");
      for (const at of [noon, noon + 1000]) sandbox.addCall({ numberId: number.id, agentId: agent.id, at });
      const script = here(`${vendor}.mjs`);
      const account = vendors[vendor].open({ api_key: seed.key }, { baseUrl: sandbox.url, timeoutMs: 5000 });
      const before = await account.getNumber(number.id);
      const { stdout } = await run(process.execPath, [script, sandbox.url, seed.key, number.id, agent.id]);
      const sent = sandbox.requests.filter(({ method }) => method === "PATCH").map(({ body }) => body);

      const listed = async () => ({
        numbers: (await account.listNumbers()).map(({ id }) => id),
        agents: (await account.listAgents()).map(({ id }) => id.replace(/^squad:/u, "")),
        ...(account.listChoices ? { choices: (await account.listChoices("")).map(({ id }) => id) } : {}),
      });
      const { calls = [] } =
        (await account.listCalls?.({
          number: { id: number.id, e164: number.e164 },
          agentIds: [agent.id],
          since: new Date(noon),
        })) ?? {};
      const { typed = {}, ...read } = printed.parse(JSON.parse(stdout));
      const { calls: theirs, ...others } = read;
      expect(others).toEqual(await listed());
      // Cartesia's SDK goes by its own order, newest first.
      expect([...z.array(z.string()).parse(theirs)].toSorted()).toEqual(calls.map(({ id }) => id));
      expect(calls).toHaveLength(2);
      if (types !== undefined) expect(typeFaults(types, typed)).toEqual([]);
      expect(sent).toEqual([
        account.buildPatch(before, { kind: "rename", name: "By the SDK" }),
        account.buildPatch(before, { kind: "reassign", agentId: agent.id }),
      ]);
    },
  );
});
