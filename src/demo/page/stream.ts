import type { ServerResponse } from "node:http";
import { screenOf, type Visitor } from "./screen.ts";
import type { DemoSession } from "./demo-session.ts";
import type { LoggedRequest, StreamEvents } from "./inspector-types.ts";

/** Keeps open pages up to date with a session. */
export interface Stream {
  /** Sends a person everything that they see, now and after every change, until they leave. */
  open(visitor: Visitor, sinceMs: number, response: ServerResponse): void;
  /** Tells every open page to reload, and disconnects it. */
  end(): void;
}

interface Page {
  readonly visitor: Visitor;
  readonly sinceMs: number;
  readonly response: ServerResponse;
  /** What was last sent to this page, by the name of the event or the id of the request. */
  readonly sent: Map<string, string>;
}

/** Changes within this many milliseconds are sent together. */
const pauseMs = 20;
/**
 * Some data is written slightly after the last notification, so there is another update after this many milliseconds.
 */
const lastLookMs = 400;

/** Streams a session to the open pages. */
export function streamOf(session: DemoSession): Stream {
  const pages = new Set<Page>();
  let soon: NodeJS.Timeout | undefined;
  let last: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;

  const notifyAll = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        if (pages.size === 0) break;
        const inspectorData = await session.inspectorData();
        const requests = session.requestLog.latest();
        for (const page of pages) {
          say(page, "screen", await screenOf(session.harness, page.visitor, page.sinceMs));
          sendRequests(page, requests);
          say(page, "inspectorData", inspectorData);
        }
      } while (again);
    } finally {
      running = false;
    }
  };
  const tell = (): void => {
    // A session that is being replaced has nothing more to send.
    void notifyAll().catch(() => undefined);
  };
  const noticed = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      tell();
    }, pauseMs);
    clearTimeout(last);
    last = setTimeout(tell, lastLookMs);
  };
  session.listen(noticed);

  return {
    open: (visitor, sinceMs, response) => {
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
      });
      const page: Page = { visitor, sinceMs, response, sent: new Map() };
      pages.add(page);
      response.once("close", () => pages.delete(page));
      tell();
    },
    end: () => {
      clearTimeout(soon);
      clearTimeout(last);
      for (const { response } of pages) response.end("event: reload\ndata: {}\n\n");
      pages.clear();
    },
  };
}

function say<Name extends keyof StreamEvents>(page: Page, name: Name, data: StreamEvents[Name]): void {
  const text = JSON.stringify(data);
  if (page.sent.get(name) === text) return;
  page.sent.set(name, text);
  page.response.write(`event: ${name}\ndata: ${text}\n\n`);
}

function sendRequests(
  page: Page,
  requests: readonly { readonly logged: LoggedRequest; readonly text: string }[],
): void {
  const news = requests.filter(({ logged, text }) => page.sent.get(logged.id) !== text);
  if (news.length === 0) return;
  for (const { logged, text } of news) page.sent.set(logged.id, text);
  page.response.write(`event: requests\ndata: [${news.map(({ text }) => text).join(",")}]\n\n`);
}
