import type { ServerResponse } from "node:http";
import { screenOf, type Visitor } from "./screen.ts";
import type { DemoSession } from "./demo-session.ts";
import type { StreamEvents, LoggedRequest } from "./types.ts";

/** Keeps the open pages up to date with a stage. */
export interface Stream {
  /** Sends somebody everything that they see, now and after every change, until they leave. */
  open(visitor: Visitor, sinceMs: number, response: ServerResponse): void;
  /** Tells every open page to load itself anew, and lets go of it. */
  end(): void;
}

interface Page {
  readonly visitor: Visitor;
  readonly sinceMs: number;
  readonly response: ServerResponse;
  /** What this page was sent last, by the name of the event or the id of the wire. */
  readonly sent: Map<string, string>;
}

/** Several changes in so many milliseconds are told together. */
const pauseMs = 20;
/** Some things are written a little after the last thing that is noticed: another look, so many milliseconds later. */
const lastLookMs = 400;

/** Listens to a stage for the pages that are open. */
export function streamOf(session: DemoSession): Stream {
  const pages = new Set<Page>();
  let soon: NodeJS.Timeout | undefined;
  let last: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;

  const tellAll = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        if (pages.size === 0) break;
        const backstage = await session.backstage();
        const wires = session.wires.latest();
        for (const page of pages) {
          say(page, "screen", await screenOf(session.harness, page.visitor, page.sinceMs));
          sayWires(page, wires);
          say(page, "backstage", backstage);
        }
      } while (again);
    } finally {
      running = false;
    }
  };
  const tell = (): void => {
    // A stage that is being thrown away has nothing more to say.
    void tellAll().catch(() => undefined);
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

function sayWires(
  page: Page,
  wires: readonly { readonly wire: LoggedRequest; readonly text: string }[],
): void {
  const news = wires.filter(({ wire, text }) => page.sent.get(wire.id) !== text);
  if (news.length === 0) return;
  for (const { wire, text } of news) page.sent.set(wire.id, text);
  page.response.write(`event: wires\ndata: [${news.map(({ text }) => text).join(",")}]\n\n`);
}
