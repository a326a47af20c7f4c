import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Infrastructure } from "../../src/infrastructure.ts";
import { uninstall } from "../../src/operations/workspace/uninstall.ts";
import { vendors } from "../../src/vendors/index.ts";
import { watchLoop, type LongestStop } from "./loop-watch.ts";
import { teamId } from "./workspace.ts";

/** A little less than the longest answer that is read. */
const answerBytes = 4 * 1024 * 1024 - 1_000;

/** How long this process is held while it reads the longest list that a vendor may send in one answer. */
export async function heldByLongAnswer(): Promise<LongestStop> {
  const body = longList();
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json").end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const account = vendors.dialnexa.open(
      { api_key: "bench_dialnexa_key_0123456789" },
      { baseUrl: `http://127.0.0.1:${address.port}`, timeoutMs: 10_000 },
    );
    const take = await watching();
    await account.listNumbers();
    return take();
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function longList(): string {
  const records: string[] = [];
  for (let [at, bytes] = [0, 0]; ; at += 1) {
    const record = JSON.stringify({
      id: `pn_${at}`,
      phone_number: `+1415${2_000_000 + at}`,
      nickname: `Line ${at} support`,
      label: null,
      agent_id: `agent_${at % 200}`,
      status: "active",
      created_at: "2026-01-01T00:00:00Z",
      capabilities: { voice: true, sms: false },
    });
    bytes += record.length + 1;
    if (bytes > answerBytes) return `{"data":[${records.join(",")}],"meta":{"total":${records.length}}}`;
    records.push(record);
  }
}

/** How long this process is held while the workspace of the benches leaves. */
export async function heldByUninstall({ installations, accounts }: Infrastructure): Promise<LongestStop> {
  const take = await watching();
  const now = (): Date => new Date();
  const event = { job: "app_uninstalled", requestId: "req_bench_uninstall", at: now() };
  if (!(await uninstall({ installations, accounts, now }, teamId, event)))
    throw new Error("nothing was removed");
  return take();
}

/** Takes the longest stop from now on. */
async function watching(): Promise<() => LongestStop> {
  const take = watchLoop();
  await pause(50);
  take();
  return take;
}
