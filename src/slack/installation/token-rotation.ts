import { setTimeout as pause } from "node:timers/promises";
import { WebAPIPlatformError, WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Installations, StoredInstallation } from "../../domain/ports/installations.ts";
import type { Locks } from "../../domain/ports/locks.ts";
import type { Log } from "../../domain/ports/log.ts";
import { slackFetch } from "../context/web-clients.ts";
import { boltLogger } from "../context/bolt-logger.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import { forEachConcurrent } from "../../operations/shared/for-each-concurrent.ts";

/** How long before its expiry a token is exchanged, in milliseconds; Slack's own libraries use two hours, too. */
const earlyMs = 2 * 60 * 60 * 1000;
/** The longest lifetime of a token at Slack, in milliseconds. If a token seems to live longer, a clock was wrong. */
const longestLifeMs = 12 * 60 * 60 * 1000 + 60_000;
/** How long a request waits for an expired token, in milliseconds: Slack's limit is 3,000 in total. */
const longestWaitMs = 2000;

/** The number of concurrent exchanges, so that one that hangs delays few. */
const exchangesAtOnce = 20;

/** Exchanges the tokens of installations before they expire, if the app uses token rotation. */
export interface TokenRotation {
  /**
   * Checks the token of one installation. If it expires soon, it is exchanged in the background; if it has expired, the
   * caller waits.
   */
  before(key: string): Promise<void>;
  /** Exchanges every token that expires soon. Never throws. */
  refreshDue(): Promise<void>;
}

/** The dependencies of token rotation. */
export interface TokenRotationOptions {
  readonly installations: Installations;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly slackApiUrl: string;
  readonly log: Log;
  /** Shared with the other replicas, so that no two of them spend one refresh token. */
  readonly locks: Locks;
  now(): Date;
  /** See `Context.monotonicMs`. */
  monotonicMs(): number;
  /** Whether the machine's clock is known to be wrong. */
  readonly clock: { isSkewed(): boolean };
  /** Called with a token that was replaced. */
  onReplaced(token: string): void;
  /** Keeps the process alive during an exchange. */
  track(work: Promise<unknown>): void;
}

const expiring = z.looseObject({
  bot: z.looseObject({
    token: z.string(),
    refreshToken: z.string(),
    /** Unix seconds. */
    expiresAt: z.number(),
  }),
});

const answerSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
});

type Expiring = z.infer<typeof expiring>;

/**
 * The tokens of the installations. A refresh token can be used once, so each installation has one exchange at a time
 * over all replicas, and new tokens are encrypted and stored before anybody gets them.
 */
export function tokenRotation(options: TokenRotationOptions): TokenRotation {
  const { installations, log, locks, now, monotonicMs, clock, track } = options;
  const running = new Map<string, Promise<void>>();
  /** The expiry of tokens that this process has exchanged, by the monotonic clock. */
  const ends = new Map<string, { readonly token: string; readonly endsMs: number }>();
  /** Tokens that could not be stored yet. Their refresh tokens exist nowhere else. */
  const unkept = new Map<string, { readonly found: StoredInstallation; readonly fresh: Expiring }>();
  /** Refresh tokens that Slack has rejected. A retry cannot help. */
  const refused = new Set<string>();

  const keep = async (
    key: string,
    found: StoredInstallation,
    fresh: Expiring,
    old: string,
  ): Promise<void> => {
    unkept.set(key, { found, fresh });
    const kept = await installations.renew(key, fresh, new Date(found.installedAt));
    unkept.delete(key);
    if (kept) options.onReplaced(old);
    log.info({ workspace: key, kept }, "token exchanged");
  };
  const exchange = async (key: string): Promise<void> => {
    const waiting = unkept.get(key);
    if (waiting) return keep(key, waiting.found, waiting.fresh, "");
    const due = await dueToken(key);
    if (!due || refused.has(due.read.bot.refreshToken)) return undefined;
    const { found, read } = due;
    const askedMs = monotonicMs();
    const fresh = await ask(options, read.bot.refreshToken).catch(async (error: unknown) => {
      if (!(error instanceof WebAPIPlatformError)) throw error;
      if (await isSpentElsewhere(key, read.bot.refreshToken)) return undefined;
      refused.add(read.bot.refreshToken);
      const words = "Slack does not exchange this workspace's token any more: install Patchbay there again";
      log.error({ workspace: key, slack: error.data.error }, words);
      return undefined;
    });
    if (!fresh) return undefined;
    const { token, refreshToken, lifeMs } = fresh;
    ends.set(key, { token, endsMs: askedMs + lifeMs });
    const expiresAt = Math.floor((now().getTime() + lifeMs) / 1000);
    const bot = { ...read.bot, token, refreshToken, expiresAt };
    return keep(key, found, { ...read, bot }, read.bot.token);
  };
  /** Whether a replica that had lost its lock has exchanged the same token. */
  const isSpentElsewhere = async (key: string, refreshToken: string): Promise<boolean> => {
    const stored = expiring.safeParse((await installations.find(key))?.installation).data;
    return stored !== undefined && stored.bot.refreshToken !== refreshToken;
  };
  const dueToken = async (key: string) => {
    const found = await installations.find(key);
    const read = expiring.safeParse(found?.installation).data;
    if (!found || !read) return undefined;
    const leftMs = leftOf(key, read.bot);
    return leftMs <= earlyMs ? { found, read, leftMs } : undefined;
  };
  /** The remaining lifetime of a token, in milliseconds. An implausible expiry counts as soon. */
  const leftOf = (key: string, { token, expiresAt }: Expiring["bot"]): number => {
    const known = ends.get(key);
    if (known?.token === token) return known.endsMs - monotonicMs();
    const leftMs = expiresAt * 1000 - now().getTime();
    return leftMs > longestLifeMs || clock.isSkewed() ? Math.min(leftMs, earlyMs) : leftMs;
  };
  const once = async (key: string): Promise<void> => {
    const under = running.get(key);
    if (under) return under;
    // The token is read inside the lock: another replica may have exchanged it meanwhile.
    const work = locks
      .withLock(`slack-token/${key}`, async () => exchange(key))
      .catch((err: unknown) => log.error({ workspace: key, err }, "token not exchanged"))
      .finally(() => running.delete(key));
    running.set(key, work);
    track(work);
    return work;
  };
  return {
    before: async (key) => {
      const due = await dueToken(key);
      if (!due) return;
      const work = once(key);
      if (due.leftMs <= 0) await Promise.race([work, pause(longestWaitMs, undefined, { ref: false })]);
    },
    refreshDue: async () => {
      try {
        const all = await installations.list();
        await forEachConcurrent(all, { keyOf: () => "all", atOnce: exchangesAtOnce }, async ({ key }) => {
          // Each token is decrypted to read its expiry.
          await yieldToEventLoop();
          await once(key);
        });
      } catch (err) {
        log.error({ err }, "tokens not checked");
      }
    },
  };
}

async function ask(
  { clientId, clientSecret, slackApiUrl, log }: TokenRotationOptions,
  refreshToken: string,
): Promise<{ readonly token: string; readonly refreshToken: string; readonly lifeMs: number }> {
  // Never sent twice: the refresh token is invalid after the first time.
  const logger = boltLogger(log, "web-api");
  const client = new WebClient(undefined, {
    slackApiUrl,
    logger,
    fetch: slackFetch(),
    timeout: 10_000,
    retryConfig: { retries: 0 },
  });
  const answer = await client.oauth.v2.access({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: "refresh_token",
    refresh_token: refreshToken,
  });
  const { access_token: token, refresh_token, expires_in: seconds } = answerSchema.parse(answer);
  return { token, refreshToken: refresh_token, lifeMs: seconds * 1000 };
}
