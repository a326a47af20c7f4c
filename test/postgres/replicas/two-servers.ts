import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { readConfig } from "../../../src/config.ts";
import { snapshot } from "../../../src/domain/numbers/change.ts";
import { isProblem } from "../../../src/domain/problem/problem.ts";
import type { VendorAccount } from "../../../src/domain/vendor/vendor-account.ts";
import { connectInfrastructure, type Infrastructure } from "../../../src/infrastructure.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import { connectVendor } from "../../../src/operations/connections/connect-vendor.ts";
import { openConnection, type Context } from "../../../src/operations/shared/context.ts";
import { numberLock } from "../../../src/operations/shared/locks.ts";
import { demoAccount, startVendorSandbox } from "../../../src/sandbox/vendors/index.ts";
import { expireLocks, pausedLocks, testLeaseMs } from "../locks/leases.ts";
import { testPostgres } from "../support.ts";

const numberId = "ap_M4x8Kp2R";

/**
 * Two servers on one database and one vendor account, each with its own connections. `through` gives them another path to
 * the database.
 */
export async function twoServers(through = async (url: string): Promise<string> => url) {
  const { owner, app: direct } = await testPostgres();
  const app = await through(direct);
  const seed = demoAccount("cartesia");
  const vendor = await startVendorSandbox("cartesia", { accounts: [seed] });
  const settings = readConfig(
    {
      DATABASE_URL: app,
      CREDENTIAL_KEYS: `test:${randomBytes(32).toString("base64")}`,
      CARTESIA_API_URL: vendor.url,
      LOG_LEVEL: "silent",
    },
    "database",
  );
  const open = async (): Promise<Infrastructure> => connectInfrastructure(settings, { lock: false });
  const [first, second] = [await open(), await open()] as const;
  onTestFinished(async () => {
    await Promise.all([first.close(), second.close()]);
    await vendor.close();
  });
  const contextOf = ({ contextFor }: Infrastructure): Context =>
    contextFor("T1", { kind: "cli", osUser: "test" });
  const { id: connectionId } = await connectVendor(contextOf(first), {
    vendor: "cartesia",
    name: "prod",
    credentials: { api_key: seed.key },
  });
  const key = { connectionId, numberId };
  const rename = async (ctx: Context, name: string) => {
    const { account } = await openConnection(ctx, connectionId);
    const seen = snapshot(await account.getNumber(numberId));
    return changeNumber(ctx, { changeId: `chg_${name}`, key, change: { kind: "rename", name }, seen });
  };
  const patches = () => vendor.requests.filter(({ method }) => method === "PATCH");
  const kinds = async () =>
    (await first.store.workspace("T1").audit.entries({ limit: 500 }))
      .map(({ kind, outcome }) => (outcome ? `${kind} ${outcome}` : kind))
      .filter((kind) => kind.startsWith("change."))
      .toReversed();
  return {
    owner,
    app,
    vendor,
    infrastructure: first,
    contexts: [contextOf(first), contextOf(second)] as const,
    rename,
    patches,
    kinds,
    key,
  };
}

/**
 * The two servers take turns to change the number, all at the same time. Returns how many updates the vendor received, and
 * how many at once.
 */
export async function race(
  { vendor, contexts, rename, patches }: Awaited<ReturnType<typeof twoServers>>,
  changes: number,
): Promise<{ readonly updates: number; readonly atOnce: number }> {
  vendor.fault({ kind: "delay", ms: 5 }, { on: "write" });
  let atOnce = 0;
  vendor.listen(() => {
    atOnce = Math.max(atOnce, patches().filter(({ status }) => status === undefined).length);
  });
  await Promise.all(
    Array.from({ length: changes }, async (_, n) => {
      for (let attempt = 0; ; attempt += 1)
        try {
          const ctx = contexts[n % 2 === 0 ? 0 : 1];
          return await rename({ ...ctx, requestId: `req_${n}_${attempt}` }, `${n}`);
        } catch (error) {
          // Another change came first, so read and decide again.
          if (!isProblem(error, "conflict")) throw error;
        }
    }),
  );
  return { updates: patches().length, atOnce };
}

/**
 * A context whose process is paused past the end of its lock, while another process takes it and keeps it until
 * `release` is called. The place of the pause is chosen by the wrapped context.
 */
export async function paused({ owner, app, contexts, key }: Awaited<ReturnType<typeof twoServers>>) {
  const { locks, pass } = pausedLocks(app, "rep_paused");
  const ctx: Context = { ...contexts[0], locks };
  let release = (): void => undefined;
  const sleep = async (): Promise<void> => {
    pass(testLeaseMs);
    await expireLocks(owner);
    const taken = new Promise<void>((resolve, reject) => {
      const other: Promise<void> = contexts[1].locks.withLock(
        numberLock(ctx, key),
        async () =>
          new Promise<void>((done) => {
            release = done;
            resolve();
          }),
      );
      other.catch(reject);
    });
    await taken;
  };
  const withAccount = (wrap: (account: VendorAccount) => Partial<VendorAccount>): Context => ({
    ...ctx,
    accounts: {
      ...ctx.accounts,
      open: (...args) => {
        const account = ctx.accounts.open(...args);
        return { ...account, ...wrap(account) };
      },
    },
  });
  onTestFinished(() => release());
  return { ctx, sleep, withAccount, release: () => release() };
}
