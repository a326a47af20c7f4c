import { setTimeout as pause } from "node:timers/promises";
import { WebAPIPlatformError, WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Installations, StoredInstallation } from "../../domain/installations.ts";
import type { Log } from "../../domain/log.ts";
import { slackFetch } from "../context/web-clients.ts";
import { boltLogger } from "../context/bolt-logger.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import { forEachConcurrent } from "../../operations/shared/for-each-concurrent.ts";

/** How long before its end a token is exchanged, in milliseconds; Slack's own libraries take two hours too. */
const earlyMs = 2 * 60 * 60 * 1000;
/** The longest that Slack lets a token live, in milliseconds: one that seems to live longer was dated by a wrong clock. */
const longestLifeMs = 12 * 60 * 60 * 1000 + 60_000;
/** How long a request waits for a token that has ended already, in milliseconds: Slack gives it 3,000 in all. */
const longestWaitMs = 2000;

/** So many tokens are exchanged at the same time, so that one exchange that hangs holds up few. */
const exchangesAtOnce = 20;

/** Keeps the tokens of installations fresh where the app has token rotation. */
export interface TokenRotation {
  /** Sees to the token of one installation: exchanged in the background when it ends soon, waited for when it has ended. */
  before(key: string): Promise<void>;
  /** Exchanges every token that ends soon. Never throws. */
  refreshDue(): Promise<void>;
}

/** What tokens are exchanged with. */
export interface TokenRotationOptions {
  readonly installations: Installations;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly slackApiUrl: string;
  readonly log: Log;
  now(): Date;
  /** See `Context.monotonicMs`. */
  monotonicMs(): number;
  /** Whether the machine's clock is known to be wrong. */
  readonly clock: { isSkewed(): boolean };
  /** Told of a token that another has taken the place of. */
  onReplaced(token: string): void;
  /** Keeps the process from ending in the middle of an exchange. */
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
 * Tokens of this process's installations. A refresh token is good for one use, so there is one exchange at a time for each
 * installation, and what it brought is sealed and kept before anybody is handed it.
 */
export function tokenRotation(options: TokenRotationOptions): TokenRotation {
  const { installations, log, now, monotonicMs, clock, track } = options;
  const running = new Map<string, Promise<void>>();
  /** When the tokens that this process has exchanged end, by the monotonic clock. */
  const ends = new Map<string, { readonly token: string; readonly endsMs: number }>();
  /** What Slack has handed out and the database did not take: its refresh token is nowhere else. */
  const unkept = new Map<string, { readonly found: StoredInstallation; readonly fresh: Expiring }>();
  /** Refresh tokens that Slack does not take any more; asking again brings nothing. */
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
    const fresh = await ask(options, read.bot.refreshToken).catch((error: unknown) => {
      if (!(error instanceof WebAPIPlatformError)) throw error;
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
  const dueToken = async (key: string) => {
    const found = await installations.find(key);
    const read = expiring.safeParse(found?.installation).data;
    if (!found || !read) return undefined;
    const leftMs = leftOf(key, read.bot);
    return leftMs <= earlyMs ? { found, read, leftMs } : undefined;
  };
  /** How long a token is good, in milliseconds. One whose end is not to be believed is taken to end soon. */
  const leftOf = (key: string, { token, expiresAt }: Expiring["bot"]): number => {
    const known = ends.get(key);
    if (known?.token === token) return known.endsMs - monotonicMs();
    const leftMs = expiresAt * 1000 - now().getTime();
    return leftMs > longestLifeMs || clock.isSkewed() ? Math.min(leftMs, earlyMs) : leftMs;
  };
  const once = async (key: string): Promise<void> => {
    const under = running.get(key);
    if (under) return under;
    const work = exchange(key)
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
          // Each token is unsealed to see when it ends.
          await yieldToEventLoop();
          await once(key);
        });
      } catch (err) {
        log.error({ err }, "tokens not looked after");
      }
    },
  };
}

async function ask(
  { clientId, clientSecret, slackApiUrl, log }: TokenRotationOptions,
  refreshToken: string,
): Promise<{ readonly token: string; readonly refreshToken: string; readonly lifeMs: number }> {
  // Never sent twice: the second time the refresh token would be no good any more.
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
