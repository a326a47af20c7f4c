import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { answerInstead, faultList, type FaultList } from "./faults.ts";
import { rateLimiter } from "./rate-limit.ts";
import type { Account, Call, Reply, VendorFake } from "./fake.ts";
import type { RateLimit, RecordedRequest, VendorSandboxOptions } from "./types.ts";
import { callWith, lags } from "./quirks.ts";
import { takeAway, writeOut } from "./wire.ts";
import { recorded, bodyText, isRead, keyIn, parsed, segments, foldedId } from "./read-request.ts";

/** A fake's server: its address, its requests, its faults. */
export interface FakeServer {
  readonly url: string;
  readonly requests: RecordedRequest[];
  readonly faults: FaultList;
  limitRate: (limit: RateLimit) => void;
  /** Notifies listeners. */
  tell: () => void;
  listen: (listener: () => void) => () => void;
  close: () => Promise<void>;
}

/** Serves a fake on 127.0.0.1: reads and records each request, applies faults, and responds. */
export async function serve(
  fake: VendorFake,
  accounts: ReadonlyMap<string, Account>,
  options: VendorSandboxOptions,
): Promise<FakeServer> {
  const requests: RecordedRequest[] = [];
  const lagging = lags();
  const wrong = faultList();
  const faults: FaultList = {
    ...wrong,
    clear: () => {
      wrong.clear();
      lagging.clear();
    },
  };
  const now = options.now ?? Date.now;
  let limit = options.rateLimit ?? { burst: 100_000, perSecond: 100_000 };
  let limiter = rateLimiter(limit, now);
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const closing = new AbortController();
  // Each delayed request listens, and there may be any number of them.
  setMaxListeners(0, closing.signal);

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const request = recorded(req, now());
    requests.push(request);
    tell();
    const text = await bodyText(req);
    const body = text === undefined ? undefined : parsed(request.headers["content-type"], text);
    request.body = body && "json" in body ? body.json : undefined;
    const activeFaults = faults.take(request);
    const key = keyIn(request.headers, fake.keyHeader);
    const account = key === undefined ? undefined : accounts.get(key);
    const asked: Call = {
      method: request.method,
      path: segments(request.path).map((part) => (activeFaults.foldIds ? foldedId(account, part) : part)),
      query: new URLSearchParams(request.query),
      headers: request.headers,
      body: body ?? { unreadable: "syntax" },
      account,
      isForeign: (id) =>
        [...accounts.values()].some((one) => one !== account && (one.numbers.has(id) || one.agents.has(id))),
      newer: activeFaults.newer,
      repeatPage: activeFaults.repeatPage,
    };
    const call = callWith(asked, activeFaults.quirks);
    const lag = activeFaults.quirks.find((quirk) => quirk.kind === "lag");
    const entered = limiter;
    const isSilent = limit.silent === true;
    const isLimited = limit.updatesOnly !== true || !isRead(request);
    const rate = account && isLimited ? entered.enter(account.key) : undefined;
    if (account && rate) res.once("close", () => entered.leave(account.key));
    if (activeFaults.delayMs > 0) await pause(activeFaults.delayMs, undefined, { signal: closing.signal });
    await Promise.all(activeFaults.holds);

    const { ending } = activeFaults;
    if (ending?.kind === "hang") {
      request.status = "hanging";
      return;
    }
    if (ending?.kind === "drop-before") {
      request.status = "dropped";
      req.socket.destroy();
      return;
    }
    const carriedOut = (): Reply => {
      if (rate && !rate.allowed) return fake.problem(call, 429, "Too many requests");
      if (body === undefined) return fake.problem(call, 413, "The request is too large");
      // A read changes nothing, and serializing a large account takes long.
      const mayWrite = !isRead(request);
      const before = mayWrite ? snapshot(account) : "";
      const reply = !mayWrite
        ? fake.answer({ ...call, account: lagging.shown(call) })
        : lag
          ? lagging.update(call, lag, fake)
          : fake.answer(call);
      request.applied = mayWrite && snapshot(account) !== before;
      return reply;
    };
    let reply = answerInstead(ending, call, fake, now()) ?? carriedOut();
    if (ending?.kind === "apply-then-hang") {
      request.status = "hanging";
      return;
    }
    if (ending?.kind === "drop-after") {
      request.status = "dropped";
      req.socket.destroy();
      return;
    }
    if (ending?.kind === "apply-then-500") {
      reply = fake.problem(call, ending.status ?? 500, "Something went wrong on our side");
    }
    const wire = writeOut(takeAway(reply, activeFaults.missing, fake.requiredField), ending);
    request.status = wire.status;
    request.answer = reply.body;
    const isShown = rate && !isSilent && ending?.kind !== "rate-limit" && ending?.kind !== "cdn";
    const rateHeaders = isShown ? fake.rateHeaders(rate) : {};
    res.writeHead(wire.status, { date: new Date(now()).toUTCString(), ...rateHeaders, ...wire.headers });
    res.end(wire.body);
  };

  const server = createServer((req, res) => {
    handle(req, res)
      .catch(() => {
        // The caller has disconnected, or the sandbox is closing.
        res.destroy();
      })
      .finally(tell);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    faults,
    limitRate: (wanted) => {
      limit = wanted;
      limiter = rateLimiter(limit, now);
    },
    tell,
    listen: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close: () => {
      closing.abort();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

const snapshot = (account: Account | undefined): string => JSON.stringify([...(account?.numbers ?? [])]);
