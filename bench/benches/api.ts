import { z } from "zod";
import { freePort } from "../../src/sandbox/postgres/local-postgres.ts";
import { makeToken } from "../../src/operations/tokens/manage-tokens.ts";
import { percentile, within, type Figure } from "../figure.ts";
import { largeAccount } from "../parts/accounts.ts";
import { pacing } from "../parts/pacing.ts";
import { startProcessHarness, type ProcessHarness } from "../parts/process-harness.ts";
import { teamId } from "../parts/workspace.ts";

const timed = z.object({ samples: z.array(z.object({ toPatch: z.number(), toResult: z.number() })) });
const applied = z.object({ outcome: z.literal("applied") });
const perSecond = 4;
const numbersEach = 200;
/** A token may send 60 requests a minute, and a change takes two: it is read before it is made. */
const changesPerToken = 25;

/**
 * Changes over the HTTP API, from the request to its answer, compared with changes in Slack, from the submission to the
 * result in the form, in turn, at a vendor that responds in 50 ms.
 */
export async function api({ rounds = 4, count = 40, warmUps = 1 } = {}): Promise<Figure[]> {
  const port = await freePort();
  const processes = await startProcessHarness({ numbersEach, environment: { API_PORT: String(port) } });
  try {
    const app = await processes.startApp();
    await processes.standIns.ask("slow", { ms: 50 }, z.unknown());
    const many = Math.ceil((count * (warmUps + rounds)) / changesPerToken);
    const { connection, secrets } = await makeTokens(processes, many);
    const [ours, slacks]: [number[], number[]] = [[], []];
    for (let round = 0; round < warmUps + rounds; round += 1) {
      const { samples } = await processes.standIns.ask("changes", { perSecond, count, round }, timed);
      const took = await pacing(perSecond, count, async (at) => {
        const change = round * count + at;
        const secret = secrets[Math.floor(change / changesPerToken)] ?? "";
        return changeOnce({ url: `http://127.0.0.1:${port}/v1`, connection, secret }, change);
      });
      if (round < warmUps) continue;
      ours.push(...took);
      slacks.push(...samples.map(({ toResult }) => toResult));
    }
    await app.stop();
    const figure = (what: string, share: number): Figure =>
      within(
        { bench: "api", what },
        { value: percentile(ours, share), baseline: percentile(slacks, share), most: 0, unit: "ms" },
      );
    return [
      figure("p50 from request to answer, beside Slack's way", 0.5),
      figure("p99 from request to answer, beside Slack's way", 0.99),
    ];
  } finally {
    await processes.close();
  }
}

/** Tokens of the shell, and the id of the connection whose numbers they change. */
async function makeTokens(
  { look }: ProcessHarness,
  many: number,
): Promise<{ readonly connection: string; readonly secrets: readonly string[] }> {
  return look(async (infra) => {
    const ctx = infra.contextFor(teamId, { kind: "cli", osUser: "bench" });
    const secrets: string[] = [];
    for (let at = 0; at < many; at += 1)
      secrets.push((await makeToken(ctx, { name: `bench-${at}`, scope: "change" })).secret);
    const connection = (await ctx.workspace.connections.list()).find(({ vendor }) => vendor === "cartesia");
    return { connection: connection?.id ?? "", secrets };
  });
}

const numbers = largeAccount("cartesia", numbersEach).numbers;

/** Reads a number and gives it another agent. Returns how long the change took, in milliseconds. */
async function changeOnce(
  { url, connection, secret }: { readonly url: string; readonly connection: string; readonly secret: string },
  change: number,
): Promise<number> {
  const id = numbers[change % numbersEach]?.id ?? "";
  const authorization = `Bearer ${secret}`;
  const read = await fetch(`${url}/numbers/${connection}/${id}`, { headers: { authorization } });
  const eTag = read.headers.get("etag") ?? "";
  await read.text();
  const startedAt = performance.now();
  const response = await fetch(`${url}/changes`, {
    method: "POST",
    headers: {
      authorization,
      "content-type": "application/json",
      "if-match": eTag,
      "idempotency-key": `bench-${change}`,
    },
    body: JSON.stringify({
      number: { connection, id },
      change: { kind: "reassign", agent: `cartesia_agent_${(change + 7) % numbersEach}` },
      reason: "bench",
    }),
  });
  const answer: unknown = await response.json();
  const took = performance.now() - startedAt;
  if (!applied.safeParse(answer).success)
    throw new Error(`a change was answered with ${response.status} ${JSON.stringify(answer)}`);
  return took;
}
